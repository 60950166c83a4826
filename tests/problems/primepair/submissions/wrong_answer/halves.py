# SPDX-License-Identifier: MIT
"""Halves are seldom primes."""
n = int(input())
print(n // 2, n // 2)
