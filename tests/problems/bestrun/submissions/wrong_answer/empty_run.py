# SPDX-License-Identifier: MIT
"""Takes no day at all for a run, too."""
import sys

best = ending = 0
for value in map(int, sys.stdin.read().split()[1:]):
    ending = max(ending + value, 0)
    best = max(best, ending)
print(best)
