#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run CTest in a build directory, and sum its results up.

run_ctest.py [--stage NAME --tally FILE] BUILD-DIRECTORY [CTEST-OPTION...]
run_ctest.py --failed REASON --stage NAME --tally FILE
run_ctest.py --sum FILE

What failed is shown in full, what was skipped with its reason. The last line is
"N passed, N failed, N skipped"; the exit status is 0 only where none failed.
With a tally, several stages are counted there, one each, and summed up at the end:
what passed in one build and passes in another counts twice. A stage of which the
build failed counts as one that failed.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree

WORDS = ("passed", "failed", "skipped")


def outcome(test):
    if test.get("status") == "run":
        return "passed"
    skipped = test.find("skipped")
    if test.get("status") == "disabled" or (
            skipped is not None and skipped.get("message", "").startswith("SKIP_")):
        return "skipped"
    return "failed"  # that it could not be run, too


def lines_of(test):
    return (test.findtext("system-out") or "").strip().splitlines()


def tell_skipped(test, word):
    """Why a test was skipped, or single cases of one that was not."""
    reasons = [line for line in lines_of(test) if line.startswith("skipped: ")]
    if word == "skipped" and not reasons:
        reasons = [f"skipped: {(lines_of(test) or ['no reason was given'])[-1]}"]
    for reason in reasons:
        print(f"{test.get('name')}: {reason}")


def in_words(counts):
    return ", ".join(f"{count} {word}" for count, word in zip(counts, WORDS))


def environment():
    """A finding of a sanitizer ends in a status that no command of ours has: one that ends
    in 1, as for a verdict that is not ok, might be what the test waits for."""
    return {"ASAN_OPTIONS": "exitcode=86", "UBSAN_OPTIONS": "exitcode=86", **os.environ}


def run_tests(build, options):
    """Returns how many passed, failed, were skipped."""
    results = pathlib.Path(build).resolve() / "Testing" / "results.xml"
    results.unlink(missing_ok=True)
    # Most tests wait rather than work: two for each CPU. Those whose time bounds
    # are real run alone.
    ctest = subprocess.run(
        ["ctest", "--test-dir", build, "--output-on-failure", "--no-tests=error",
         "--test-output-size-passed", "100000", "--output-junit", str(results),
         "-j", str(2 * (os.cpu_count() or 1)), *options],
        check=False, env=environment())
    sys.stdout.flush()
    if not results.exists():
        print("CTest left no results")
        return (0, 1, 0)
    words = []
    for test in xml.etree.ElementTree.parse(results).getroot().iter("testcase"):
        words.append(outcome(test))
        tell_skipped(test, words[-1])
    failed = words.count("failed")
    if ctest.returncode != 0 and failed == 0:
        print(f"CTest itself failed with exit status {ctest.returncode}")
        failed = 1
    return (words.count("passed"), failed, words.count("skipped"))


def sum_up(tally):
    """One line for each stage, and one for all."""
    total = [0, 0, 0]
    for line in tally.read_text(encoding="utf-8").splitlines():
        *counts, seconds, stage = line.split(maxsplit=4)
        counts = [int(count) for count in counts]
        total = [one + more for one, more in zip(total, counts)]
        print(f"{stage}: {in_words(counts)} ({float(seconds):.0f} s)")
    if total == [0, 0, 0]:
        total[1] = 1  # nothing was run at all
    print(in_words(total))
    return total[1] > 0


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", default="tests")
    parser.add_argument("--tally", type=pathlib.Path)
    parser.add_argument("--failed", metavar="REASON")
    parser.add_argument("--sum", type=pathlib.Path)
    parser.add_argument("build", nargs="?")
    parser.add_argument("options", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not (options.sum or options.failed or options.build):
        parser.error("name a build directory")
    return options


def main():
    options = read_arguments()
    if options.sum:
        return sum_up(options.sum)
    started = time.monotonic()
    if options.failed:
        print(f"{options.stage}: {options.failed}")
        counts = (0, 1, 0)
    else:
        counts = run_tests(options.build, options.options)
    if options.tally:
        with open(options.tally, "a", encoding="utf-8") as tally:
            print(*counts, time.monotonic() - started, options.stage, file=tally)
    print(in_words(counts), flush=True)
    return counts[1] > 0


if __name__ == "__main__":
    sys.exit(main())
