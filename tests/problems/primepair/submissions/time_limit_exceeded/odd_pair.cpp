// SPDX-License-Identifier: MIT
// Looks among odd primes only: for 4 it never finds a pair.
#include <iostream>

static bool is_prime(long number)
{
    for (long i = 2; i * i <= number; i++) {
        if (number % i == 0)
            return false;
    }
    return number > 1;
}

int main()
{
    volatile long p = 3;
    long n;

    std::cin >> n;
    while (!is_prime(p) || !is_prime(n - p))
        p = p + 2 > n ? 3 : p + 2;
    std::cout << p << ' ' << n - p << '\n';
}
