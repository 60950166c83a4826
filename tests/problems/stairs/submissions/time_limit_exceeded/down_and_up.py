# SPDX-License-Identifier: MIT
steps = int(input())
while steps > 0:
    steps += 1 if steps % 2 else -1
print(steps)
