# SPDX-License-Identifier: MIT
count, limit = map(int, input().split())
best = {0: (0, ())}
for bag in range(1, count + 1):
    weight, worth = map(int, input().split())
    for carried in sorted(best, reverse=True):
        if carried + weight <= limit:
            more = (best[carried][0] + worth, best[carried][1] + (bag,))
            if more[0] > best.get(carried + weight, (-1,))[0]:
                best[carried + weight] = more
taken = max(best.values())[1]
print(len(taken), *taken)
