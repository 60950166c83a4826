# SPDX-License-Identifier: MIT
"""One line with n, one with n numbers, and nothing else."""
import re
import sys

text = sys.stdin.read()
if not re.fullmatch(r"[1-9][0-9]*\n(-?[0-9]+ )*-?[0-9]+\n", text):
    sys.exit("not two lines of numbers")
count, *numbers = map(int, text.split())
if count > 1000 or count != len(numbers):
    sys.exit("the count is wrong")
if any(abs(number) > 10**9 for number in numbers):
    sys.exit("a number is too large")
sys.exit(42)
