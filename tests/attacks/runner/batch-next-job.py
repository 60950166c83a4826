# SPDX-License-Identifier: MIT
# tries: to get what was meant for another job in the same warm box: its input that it did not
#     read, its words, its environment, its files, its output.
# stopped by: streams, words and files of its own for each target
import os

from host_script import batch, check, escaped

WORDS = "of-the-first-job"
LOOK = ("cat; env; echo \"$@\"; ls -AR /box /tmp; cat /proc/*/cmdline /proc/*/environ "
        "2>/dev/null; exit 0")
first = {"id": "first", "argv": ["sh", "-c", f"read one; (sleep 0.2; echo late-{WORDS}) & "
                                             "echo first; touch here; exit 0", WORDS * 20],
         "policy": "shell", "stdin": "line\n" + WORDS * 1000, "env": {"FIRST": WORDS},
         "files": [{"name": WORDS, "text": WORDS}]}
second = {"id": "second", "argv": ["sh", "-c", LOOK, "sh", "mine"], "policy": "shell"}
# An ordinary user may have no second uid, and so no box that is used again.
has_two = os.geteuid() == 0 or "DUALPIPE_TEST_SECOND_UID" in os.environ
levels = ("single-use", "fresh", "verified")[:3 if has_two else 2]
for level in levels:
    results = batch([first, second] * 6, "-j", "1", "--freshness", level, "-P", "shell")
    for result in results:
        text = result["stdout"] or ""
        if result["id"] == "second" and WORDS in text:
            escaped(f"{level}: {text[:400]}")
        check(result["verdict"] == "ok", f"{level}: {result['verdict']}: {result['reason']}")
        check("mine" in text or result["id"] == "first", f"{level}: {text[:200]}")
