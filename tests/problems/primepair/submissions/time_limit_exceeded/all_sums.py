# SPDX-License-Identifier: MIT
"""Makes the whole table of sums, of twice as many numbers as are needed, by trial division."""
n = int(input()) + 20000


def is_prime(number):
    return number > 1 and sum(number % i == 0 for i in range(1, number + 1)) == 2


sums = {(p, q) for p in range(n) for q in range(n) if is_prime(p) and is_prime(q)}
p, q = min(pair for pair in sums if sum(pair) == n - 20000)
print(p, q)
