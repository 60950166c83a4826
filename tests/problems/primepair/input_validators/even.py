# SPDX-License-Identifier: MIT
import re
import sys

text = sys.stdin.read()
good = re.fullmatch(r"[1-9][0-9]*\n", text) and int(text) % 2 == 0 and 4 <= int(text) <= {{most}}
sys.exit(42 if good and sys.argv[1:] in ([], ["ordered"]) else 1)
