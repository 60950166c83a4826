#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a case of `dualpipe judge` costs, beside the program's own run.

judge_cases.py DUALPIPE [ROUNDS]

A C++ program that reads and writes one number is judged over few and over many
cases; the difference, for each of the cases more, is free of compiling and
starting. Beside it, in the same round, the bare program is spawned and waited for
over the same files. On one CPU (-j 1) and on two (-j 2); medians of the rounds,
which are what to compare: a busy machine moves all of them alike.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FEW, MANY = 4, 104
YAML = """problem_format_version: 2025-09
name: Twice
uuid: 11111111-2222-3333-4444-555555555555
limits:
  time_limit: 5
"""
SOURCE = "#include <iostream>\nint main() { long long n; std::cin >> n; std::cout << 2 * n << '\\n'; }\n"


def make_problem(root, count):
    problem = os.path.join(root, f"cases{count}")
    os.makedirs(os.path.join(problem, "data", "secret"))
    with open(os.path.join(problem, "problem.yaml"), "w", encoding="ascii") as file:
        file.write(YAML)
    for number in range(count):
        for ending, value in (("in", number), ("ans", 2 * number)):
            path = os.path.join(problem, "data", "secret", f"{number:03}.{ending}")
            with open(path, "w", encoding="ascii") as file:
                file.write(f"{value}\n")
    return problem


def judge_s(dualpipe, problem, source, jobs):
    start = time.monotonic()
    subprocess.run([dualpipe, "judge", "--quiet", "-j", str(jobs), problem, source], check=True,
                   stdout=subprocess.DEVNULL, timeout=120)
    return time.monotonic() - start


def bare_s(program, problem):
    """Of one case: spawned with its files, and waited for."""
    directory = os.path.join(problem, "data", "secret")
    start = time.monotonic()
    for number in range(FEW, MANY):
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.path.join(directory, f"{number:03}.in"),
                    os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        _, status = os.waitpid(os.posix_spawn(program, [program], {}, file_actions=actions), 0)
        assert status == 0
    return (time.monotonic() - start) / (MANY - FEW)


def measure(dualpipe, root, source, program, cpus, rounds):
    os.sched_setaffinity(0, cpus)
    jobs = len(cpus)
    few, many = (os.path.join(root, f"cases{count}") for count in (FEW, MANY))
    judged, bare = [], []
    for _ in range(rounds):
        more = judge_s(dualpipe, many, source, jobs) - judge_s(dualpipe, few, source, jobs)
        judged.append(more / (MANY - FEW))
        bare.append(bare_s(program, many))
    cost, own = statistics.median(judged), statistics.median(bare)
    print(f"-j {jobs}, CPUs {sorted(cpus)}: {cost * 1e3:.2f} ms a case ({1 / cost:.0f} cases a "
          f"second, 20 in {20e3 * cost:.0f} ms); bare {own * 1e3:.2f} ms; "
          f"a case is {cost / own:.2f} bare runs; ours {max(0, 1 - own / cost / jobs):.0%} "
          "of the CPUs' time")


def main():
    dualpipe = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    allowed = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as root:
        source, program = os.path.join(root, "twice.cpp"), os.path.join(root, "twice")
        with open(source, "w", encoding="ascii") as file:
            file.write(SOURCE)
        if not shutil.which("g++"):
            sys.exit("g++ is not installed: the program to be judged is C++")
        subprocess.run(["g++", "-O2", "-o", program, source], check=True)
        for count in (FEW, MANY):
            make_problem(root, count)
        for count in (1, 2):
            if len(allowed) >= count:
                measure(dualpipe, root, source, program, set(allowed[:count]), rounds)


if __name__ == "__main__":
    main()
