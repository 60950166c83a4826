# SPDX-License-Identifier: MIT
"""The first argument is the largest number of bags, 40 where it is missing."""
import re
import sys

text = sys.stdin.read()
most = int(sys.argv[1]) if len(sys.argv) > 1 else 40
if not re.fullmatch(r"([0-9]+ [0-9]+\n)+", text):
    sys.exit(1)
(count, weight), *bags = [tuple(map(int, line.split())) for line in text.splitlines()]
good = 1 <= count <= most and len(bags) == count and 1 <= weight <= 10**4
good = good and all(1 <= w <= 10**4 and 1 <= worth <= 10**6 for w, worth in bags)
sys.exit(42 if good else 1)
