# SPDX-License-Identifier: MIT
for cup in range(1, 4):
    print(cup, flush=True)
    if input() == "yes":
        break
