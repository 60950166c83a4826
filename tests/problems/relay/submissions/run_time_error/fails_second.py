# SPDX-License-Identifier: MIT
"""Only the second pass fails."""
what, word = input().split()
print("word" if what == "hide" else int(word))
