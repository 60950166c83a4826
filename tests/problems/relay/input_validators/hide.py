# SPDX-License-Identifier: MIT
import re
import sys

text = sys.stdin.read()
good = re.fullmatch(r"hide (0|[1-9][0-9]*)\n", text) and int(text.split()[1]) <= 10**6
sys.exit(42 if good else 1)
