# SPDX-License-Identifier: MIT
"""talk.py INPUT ANSWER FEEDBACK_DIR/: answers guesses, ten at most."""
import re
import sys

MOST = 10


def end(code, message):
    with open(sys.argv[3] + "judgemessage.txt", "a") as file:
        file.write(message + "\n")
    sys.exit(code)


def main():
    with open(sys.argv[1]) as file:
        secret = int(file.read())
    for count in range(1, MOST + 1):
        line = sys.stdin.readline(100)
        if not line:
            end(43, f"The output ended before guess {count}.")
        if not re.fullmatch(r"[0-9]{1,4}\n", line) or not 1 <= int(line) <= 1000:
            end(43, f"Guess {count} is no number between 1 and 1000: {line!r}")
        guess = int(line)
        answer = "correct" if guess == secret else "lower" if secret < guess else "higher"
        print(answer, flush=True)
        if guess == secret:
            if sys.stdin.readline(100):
                end(43, "There was more after the right guess.")
            end(42, f"Found with {count} guesses.")
    end(43, f"Not found with {MOST} guesses.")


main()
