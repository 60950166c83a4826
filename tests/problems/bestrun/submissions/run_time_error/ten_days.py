# SPDX-License-Identifier: MIT
"""Has room for ten days."""
import sys

best = None
room = [0] * 10
for day, value in enumerate(map(int, sys.stdin.read().split()[1:])):
    room[day] = max(room[day - 1] if day else 0, 0) + value
    best = room[day] if best is None else max(best, room[day])
print(best)
