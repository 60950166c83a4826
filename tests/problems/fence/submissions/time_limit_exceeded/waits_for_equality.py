# SPDX-License-Identifier: MIT
"""Counts up to a length in steps of a tenth, which never meet it exactly."""
import math
import sys

numbers = list(map(float, sys.stdin.read().split()))[1:]
posts = list(zip(numbers[::2], numbers[1::2]))
pieces = [math.dist(posts[i - 1], posts[i]) for i in range(len(posts))]
length = 0.0
while length != sum(pieces) + 0.05:
    length += 0.1
print("length", length)
print("longest", max(pieces))
