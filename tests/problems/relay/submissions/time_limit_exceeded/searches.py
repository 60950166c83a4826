# SPDX-License-Identifier: MIT
"""Fast when it hides; when it is to find, it tries numbers that are too large."""
what, word = input().split()


def hidden(number):
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


if what == "hide":
    print(hidden(word))
else:
    number = 2 * 10**6
    while hidden(number) != word[::-1]:
        number += 1
    print(number)
