# SPDX-License-Identifier: MIT
guess = 0
while guess * guess != 1001:
    guess = (guess + 1) % 1000
print(guess, flush=True)
