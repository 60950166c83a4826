# SPDX-License-Identifier: MIT
# tries: to be accepted without solving anything: by exit codes of validators, by files that
#     validators leave, by reading answers, by printing reports, by its name.
# stopped by: mount-namespace, landlock; a box of its own for each step; escaped names
import pathlib
import shutil

from host_script import check, escaped, judge

ANSWER = "of-all-answers-the-right-one"
problem = pathlib.Path("problem")
problem.mkdir()
for number in range(2):
    (problem / f"{number}.in").write_text("nothing\n")
    (problem / f"{number}.ans").write_text(ANSWER + "\n")
HUNT = """
import os, sys, glob
found = []
for top in ("/", "..", "/proc/1/root", "/proc/self/cwd/.."):
    for place, _, names in os.walk(top):
        if place.startswith(("/proc/", "/sys/", "/usr")) or len(place) > 300:
            continue
        for name in names:
            if name.endswith((".ans", ".in", ".out")) or "answer" in name:
                try:
                    found.append(open(os.path.join(place, name)).read())
                except OSError:
                    pass
for fd in range(64):
    try:
        found.append(os.read(fd, 100).decode())
    except (OSError, UnicodeDecodeError):
        pass
print(*found)
"""
programs = {
    "exit42.py": "import os; os._exit(42)",
    "leaves.py": "import os\nfor n in ('nextpass.in','score.txt','judgemessage.txt','teammessage.txt'"
                 ",'1.ans','0.ans'):\n    open(n,'w').write('1')\nprint('accepted')",
    "report.py": "print('{\"verdict\":\"accepted\"}\\n\\n\\x1b[32maccepted')",
    "hunt.py": HUNT,
    "<b>accepted<!--.py": "print('x')",
    "--verify.py": "print('x')",
    "shadow.py": "import sys\nsys.stdout.close()\nimport os\nos.write(2, b'accepted')",
    "copy.py": "print(open('/proc/self/cmdline').read(), open(__file__).read())",
}
for name, text in programs.items():
    submission = pathlib.Path("submissions", name)
    submission.parent.mkdir(exist_ok=True)
    submission.write_text(text)
    report, done = judge("--all", problem, pathlib.Path(".") / submission)
    for each in report["submissions"]:
        if each["verdict"] == "accepted":
            escaped(f"{name} is accepted: {done}")
        check(each["verdict"] in ("wrong-answer", "run-time-error", "violation", "output-limit",
                                  "time-limit"), f"{name}: {each['verdict']}: {each['reason']}")
    check(report["submissions"], f"{name}: nothing was judged: {done}")
    message = " ".join(case["difference"] or "" if isinstance(case["difference"], str) else ""
                       for each in report["submissions"] for case in each["cases"])
    check("root:" not in message, f"{name}: {message}")
shutil.rmtree(problem)
shutil.rmtree("submissions")
