#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compile all attacks in one go: build.py --out DIRECTORY [--compiler CC] [-j N]

They get no sanitizer and no hardening: they are what a stranger would hand in.
Only what is older than its source or attack.h is made anew.
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

import attack_case

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ["-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Wshadow", "-Wno-infinite-recursion",
         "-Wno-unknown-warning-option", "-Werror"]
KINDS = {"dynamic": ["-pthread"], "static": ["-pthread", "-static"], "set-id": ["-pthread"],
         "bare": ["-nostdlib", "-static", "-Wl,--build-id=none"]}


def is_fresh(out, source):
    newest = max(path.stat().st_mtime for path in (source, HERE / "attack.h", HERE / "build.py"))
    return out.exists() and out.stat().st_mtime >= newest


def build(compiler, source, kind, out):
    """Returns what the compiler complained of."""
    if is_fresh(out, source):
        return ""
    out.parent.mkdir(parents=True, exist_ok=True)
    made = out.with_name(f"{out.name}.{os.getpid()}")
    done = subprocess.run([compiler, *FLAGS, *KINDS[kind], "-o", made, source], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    if done.returncode == 0:
        made.replace(out)
    return done.stdout if done.returncode != 0 else ""


def build_all(compiler, out, jobs):
    cases = [case for case in attack_case.read_all(HERE) if case.is_built]
    work = [(case.path, case.build, out / case.family / case.name) for case in cases]
    work.append((HERE / "victim.c", "dynamic", out / "victim"))
    work.append((HERE / "probe.c", "dynamic", out / "probe"))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        complaints = [text for text in pool.map(lambda one: build(compiler, *one), work) if text]
    sys.stderr.write("".join(complaints))
    return not complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    options = parser.parse_args()
    return 0 if build_all(options.compiler, options.out, options.jobs) else 1


if __name__ == "__main__":
    sys.exit(main())
