# SPDX-License-Identifier: MIT
ways, following = 1, 1
for _ in range(min(int(input()), 1000)):
    ways, following = following, ways + following
print(ways)
