# SPDX-License-Identifier: MIT
"""Comes to no end of its recursion."""


def best(bag, limit):
    return max(best(bag + 1, limit), best(bag + 1, limit - 1))


count, limit = map(int, input().split())
print(best(0, limit))
