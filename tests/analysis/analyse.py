#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One analyser over the sources of the library, the policies and the command.

analyse.py gcc|clang-tidy|cppcheck --build DIRECTORY --source DIRECTORY [--jobs N]
           [--checks CHECKS] [--only TEXT]

What is compiled is read from the build's compile_commands.json, so the build need
only be configured, and its generated sources made. A finding is printed and fails:
exit status 1. Without the tool: 77, and the reason.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

PARTS = ("lib", "policy", "runner")
SKIPPED = 77
# Of gcc, and unknown to clang; what they change does not matter to it.
GCC_ONLY = ("-mmemcpy-strategy=", "-mmemset-strategy=", "-Wno-format-truncation")
# Where gcc's analyser errs, and how: all else that it says of the file still counts.
GCC_ERRS = {
    # It does not see that the text is in the array when the array grew before.
    "runner/judge/allocate.c": ["-Wno-analyzer-malloc-leak"],
    # A pipe2(2) that failed left its array as it was: -1.
    "runner/judge/pair.c": ["-Wno-analyzer-use-of-uninitialized-value"],
}
# cppcheck's, and why: what is unused here is used by a program or a test.
CPPCHECK = ("--enable=warning,performance,portability", "--inline-suppr", "--std=c11", "--quiet",
            "--error-exitcode=1", "--template=gcc", "--library=gnu", "--library=posix",
            "--suppressions-list=")


class Unit:
    """A source file, and how it is compiled."""

    def __init__(self, entry):
        self.file, self.directory = pathlib.Path(entry["file"]), entry["directory"]
        self.words = shlex.split(entry["command"])

    def without_output(self):
        words = list(self.words)
        for option in ("-o", "-c"):
            place = words.index(option)
            del words[place:place + 2]
        return words


def read_units(build, source, only):
    """Each file once, however many programs it is a part of."""
    units = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        unit = Unit(entry)
        if unit.file.suffix == ".c" and unit.file not in units and only in str(unit.file) and \
                any(unit.file.is_relative_to(source / part) for part in PARTS):
            units[unit.file] = unit
    return [units[file] for file in sorted(units)]


def run(words, directory):
    done = subprocess.run(words, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def analyse_with_gcc(unit, options):
    """Optimised, as what is used is; the analyser sees calls of one file only."""
    words = [word for word in unit.without_output() if word != "-Werror"]
    errs = GCC_ERRS.get(str(unit.file.relative_to(options.source)), [])
    return run([*words, "-O2", "-fanalyzer", *errs, "-Werror", "-c", "-o", os.devnull,
                str(unit.file)], unit.directory)


def analyse_with_clang_tidy(unit, options):
    """Headers, too, by the pattern in .clang-tidy. Its count of what is hidden is no news."""
    words = [word for word in unit.without_output() if not word.startswith(GCC_ONLY)]
    checks = [f"--checks={options.checks}"] if options.checks else []
    status, text = run(["clang-tidy", "--quiet", *checks, str(unit.file), "--", *words[1:]],
                       unit.directory)
    return status, re.sub(r"^\d+ warnings? (?:treated as errors? )?generated\.$", "", text,
                          flags=re.MULTILINE).strip()


def analyse_with_cppcheck(unit, options):
    list_file = options.source / "tests" / "analysis" / "cppcheck.txt"
    words = [word for word in unit.without_output() if word.startswith(("-D", "-I", "-U"))]
    for place, word in enumerate(unit.words):
        if word == "-idirafter":
            words.append(f"-I{unit.words[place + 1]}")
    return run(["cppcheck", *CPPCHECK[:-1], CPPCHECK[-1] + str(list_file), *words, str(unit.file)],
               unit.directory)


TOOLS = {
    "gcc": analyse_with_gcc,
    "clang-tidy": analyse_with_clang_tidy,
    "cppcheck": analyse_with_cppcheck,
}


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--checks", help="clang-tidy: added to those of .clang-tidy")
    parser.add_argument("--only", default="", help="files with this in their path")
    return parser.parse_args()


def main():
    options = read_arguments()
    options.build, options.source = options.build.resolve(), options.source.resolve()
    if not shutil.which(options.tool):
        print(f"skipped: {options.tool} is not installed")
        return SKIPPED
    units = read_units(options.build, options.source, options.only)
    if not units:
        print(f"{options.build} compiles nothing below {options.source}")
        return 1
    started, failed = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for unit, (status, text) in zip(units, pool.map(
                lambda unit: TOOLS[options.tool](unit, options), units)):
            if status != 0:
                failed += 1
                print(f"{unit.file.relative_to(options.source)}:\n{text}\n", flush=True)
    print(f"{options.tool}: {len(units)} files, {failed} with findings, "
          f"{time.monotonic() - started:.0f} s")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
