# SPDX-License-Identifier: MIT
"""cups.py INPUT ANSWER FEEDBACK_DIR/: 42 when the coin was found, 43 when not."""
import sys

with open(sys.argv[1]) as file:
    coin = file.read().strip()
for _ in range(3):
    cup = sys.stdin.readline().strip()
    print("yes" if cup == coin else "no", flush=True)
    if cup == coin:
        sys.exit(42)
with open(sys.argv[3] + "judgemessage.txt", "w") as file:
    file.write(f"The coin is under cup {coin}.\n")
sys.exit(43)
