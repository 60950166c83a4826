# SPDX-License-Identifier: MIT
"""The best choice among the first ten bags, by trying all."""
count, limit = map(int, input().split())
bags = [tuple(map(int, input().split())) for _ in range(count)][:10]
best = (-1, [])
for chosen in range(1 << len(bags)):
    taken = [i for i in range(len(bags)) if chosen >> i & 1]
    if sum(bags[i][0] for i in taken) <= limit:
        best = max(best, (sum(bags[i][1] for i in taken), [i + 1 for i in taken]))
print(len(best[1]), *best[1])
