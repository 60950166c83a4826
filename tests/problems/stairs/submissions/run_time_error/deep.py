# SPDX-License-Identifier: MIT
import functools


@functools.lru_cache(maxsize=None)
def ways(steps):
    return 1 if steps < 0 else ways(steps - 1) + ways(steps - 2)


print(ways(100000 + int(input())) % (10**9 + 7))
