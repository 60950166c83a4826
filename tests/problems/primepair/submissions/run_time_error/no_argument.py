# SPDX-License-Identifier: MIT
"""Expects an argument, which few cases have."""
import sys

order = sys.argv[1]
n = int(input())
primes = [p for p in range(2, n) if all(p % i for i in range(2, int(p**0.5) + 1))]
p = next(p for p in primes if n - p in set(primes))
print(p, n - p)
