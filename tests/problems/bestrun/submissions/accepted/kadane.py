# SPDX-License-Identifier: MIT
import sys

values = list(map(int, sys.stdin.read().split()))[1:]
best = values[0]
ending = 0
for value in values:
    ending = max(ending, 0) + value
    best = max(best, ending)
print(best)
