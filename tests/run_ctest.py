#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run CTest in a build directory, and sum its results up.

run_ctest.py BUILD-DIRECTORY [CTEST-OPTION...]

What failed is shown in full, what was skipped with its reason. The last line is
"N passed, N failed, N skipped"; the exit status is 0 only where none failed.
"""
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree


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


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    results = pathlib.Path(sys.argv[1]).resolve() / "Testing" / "results.xml"
    results.unlink(missing_ok=True)
    ctest = subprocess.run(
        ["ctest", "--test-dir", sys.argv[1], "--output-on-failure", "--no-tests=error",
         "--test-output-size-passed", "100000", "--output-junit", str(results), "-j", str(os.cpu_count() or 1), *sys.argv[2:]],
        check=False)
    sys.stdout.flush()
    if not results.exists():
        print("CTest left no results")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    words = []
    for test in xml.etree.ElementTree.parse(results).getroot().iter("testcase"):
        words.append(outcome(test))
        tell_skipped(test, words[-1])
    failed = words.count("failed")
    if ctest.returncode != 0 and failed == 0:
        print(f"CTest itself failed with exit status {ctest.returncode}")
        failed = 1
    print(f"{words.count('passed')} passed, {failed} failed, {words.count('skipped')} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
