# SPDX-License-Identifier: MIT
from begins import begins

letters = input()
with open("words.txt") as file:
    print(sum(begins(word, letters) for word in file))
