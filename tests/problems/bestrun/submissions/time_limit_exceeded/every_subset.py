# SPDX-License-Identifier: MIT
"""Goes through all sets of days and keeps those that are in a row."""
import sys

values = list(map(int, sys.stdin.read().split()))[1:]
best = None
for chosen in range(1, 1 << len(values)):
    run = chosen >> (chosen & -chosen).bit_length() - 1
    if run & (run + 1):
        continue
    total = sum(value for day, value in enumerate(values) if chosen >> day & 1)
    best = total if best is None else max(best, total)
print(best)
