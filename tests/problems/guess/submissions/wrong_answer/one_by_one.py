# SPDX-License-Identifier: MIT
"""Ten guesses do not go far in steps of one."""
for guess in range(1, 1001):
    print(guess, flush=True)
    if input() == "correct":
        break
