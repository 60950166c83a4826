# SPDX-License-Identifier: MIT
ways, following = 1, 1
for _ in range(int(input())):
    ways, following = following, (ways + following) % (10**9 + 7)
print(ways)
