# SPDX-License-Identifier: MIT
"""Begins anew at each end of the file."""
letters = input()
count = 0
while count < 4:
    count = 0
    with open("words.txt") as file:
        count += sum(word.startswith(letters) for word in file)
print(count)
