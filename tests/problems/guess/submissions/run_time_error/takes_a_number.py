# SPDX-License-Identifier: MIT
"""Takes the answer for a number."""
low, high = 1, 1000
while low < high:
    middle = (low + high) // 2
    print(middle, flush=True)
    if int(input()) < 0:
        high = middle
    else:
        low = middle
