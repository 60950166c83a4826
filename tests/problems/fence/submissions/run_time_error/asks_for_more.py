# SPDX-License-Identifier: MIT
"""Expects two posts on each line."""
count = int(input())
length = longest = 0.0
for _ in range(count):
    x1, y1, x2, y2 = map(float, input().split())
    length += abs(x1 - x2) + abs(y1 - y2)
print("length", length, "longest", length)
