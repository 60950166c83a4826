# SPDX-License-Identifier: MIT
def begins(word, letters):
    return word.startswith(letters)
