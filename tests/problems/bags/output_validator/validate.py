# SPDX-License-Identifier: MIT
"""validate.py INPUT ANSWER FEEDBACK_DIR/ [exact] < OUTPUT; the answer is the best worth."""
import sys


def reject(message):
    with open(sys.argv[3] + "judgemessage.txt", "w") as file:
        file.write(message + "\n")
    sys.exit(43)


def main():
    with open(sys.argv[1]) as file:
        (count, limit), *bags = [tuple(map(int, line.split())) for line in file]
    with open(sys.argv[2]) as file:
        best = int(file.read())
    words = sys.stdin.read(10000).split()
    if not all(word.isascii() and word.isdigit() and len(word) < 9 for word in words):
        reject("not whole numbers only")
    taken = list(map(int, words))
    if not taken or taken[0] != len(taken) - 1:
        reject("the count does not fit")
    taken = taken[1:]
    if taken != sorted(set(taken)) or any(not 1 <= bag <= count for bag in taken):
        reject("no numbers of bags in rising order")
    if sum(bags[bag - 1][0] for bag in taken) > limit:
        reject("too heavy")
    worth = sum(bags[bag - 1][1] for bag in taken)
    if worth > best:
        sys.exit("better than the best answer")
    if "exact" in sys.argv[4:]:
        if worth < best:
            reject(f"worth {worth}; {best} can be had")
        sys.exit(42)
    with open(sys.argv[3] + "score_multiplier.txt", "w") as file:
        file.write(f"{worth / best:.6f}\n")
    sys.exit(42)


main()
