// SPDX-License-Identifier: MIT
#include "primes.h"

bool is_prime(long number)
{
    for (long factor = 2; factor * factor <= number; factor++) {
        if (number % factor == 0)
            return false;
    }
    return number >= 2;
}
