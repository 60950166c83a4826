# SPDX-License-Identifier: MIT
import math
import sys

numbers = list(map(float, sys.stdin.read().split()))[1:]
posts = list(zip(numbers[::2], numbers[1::2]))
pieces = [math.dist(posts[i - 1], posts[i]) for i in range(len(posts))]
print("length", sum(pieces))
print("longest", max(pieces))
