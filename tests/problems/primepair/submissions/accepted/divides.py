# SPDX-License-Identifier: MIT
def is_prime(number):
    return number > 1 and all(number % i for i in range(2, int(number**0.5) + 1))


n = int(input())
p = next(p for p in range(2, n) if is_prime(p) and is_prime(n - p))
print(p, n - p)
