# SPDX-License-Identifier: MIT
import re
import sys

with open("words.txt") as file:
    good = re.fullmatch(r"([a-z]+\n)*", file.read())
sys.exit(42 if good and re.fullmatch(r"[a-z]+\n", sys.stdin.read()) else 1)
