#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check programs that a machine has written: candidates for tasks, with tests.

check.py DUALPIPE TASKS [OPTION...]

TASKS has one JSON object a line: {"task": NAME, "test": PYTHON, "candidates":
[PYTHON, ...]}. Each candidate runs with its test in a box of its own; the
options are those of `dualpipe batch`. A candidate passes when its last word is
one that it cannot know, so to leave early is no way to pass. What the host is
at fault for is not counted against anybody, but told.
"""
import collections
import json
import secrets
import subprocess
import sys

PYTHON = ["python3", "solution.py"]


def jobs_of(tasks):
    for task in tasks:
        for number, candidate in enumerate(task["candidates"]):
            word = secrets.token_hex(16)
            yield {
                "id": f"{task['task']}/{number}",
                "argv": PYTHON,
                # The word comes by standard input, after the candidate was loaded: a
                # candidate could read it, too, but has to be written for this script.
                "files": [{"name": "solution.py",
                           "text": candidate + "\n" + task["test"] + "\nprint(input())\n"}],
                "stdin": word + "\n",
                "expect": {"stdout": word + "\n", "compare": "lines"},
            }


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    dualpipe, path, *options = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        tasks = [json.loads(line) for line in file]
    lines = "".join(json.dumps(job) + "\n" for job in jobs_of(tasks))
    batch = subprocess.run([dualpipe, "batch", "-P", "python", "-t", "2", "-m", "128M", *options],
                           input=lines, stdout=subprocess.PIPE, text=True, check=False)
    passed = collections.Counter()
    judged = collections.Counter()
    for result in sorted(map(json.loads, batch.stdout.splitlines()), key=lambda r: r["line"]):
        task = result["id"].rsplit("/", 1)[0]
        if result["accepted"] is None:
            print(f"{result['id']:12} not judged: {result['error']['message']}")
            continue
        judged[task] += 1
        passed[task] += result["accepted"]
        why = "" if result["verdict"] == "ok" else f" ({result['verdict']}: {result['reason']})"
        print(f"{result['id']:12} {'passed' if result['accepted'] else 'failed'}{why}")
    print()
    for task in judged:
        print(f"{task:12} {passed[task]} of {judged[task]}")
    sys.exit(batch.returncode)


if __name__ == "__main__":
    main()
