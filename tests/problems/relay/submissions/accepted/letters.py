# SPDX-License-Identifier: MIT
what, word = input().split()
if what == "hide":
    print("".join(chr(ord("a") + int(digit)) for digit in word))
else:
    print("".join(str(ord(letter) - ord("a")) for letter in reversed(word)))
