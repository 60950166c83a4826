# SPDX-License-Identifier: MIT
"""For the attacks in runner/: they are hosts, and attack the command itself."""
import json
import os
import pathlib
import subprocess
import sys
import time

DUALPIPE, PROGRAMS = os.environ["DUALPIPE"], pathlib.Path(os.environ["PROGRAMS"])
PLACE, MARK = pathlib.Path(os.environ["PLACE"]), os.environ["MARK"]
SECRET = "the-secret-" + "of-" + MARK
TIMEOUT = 120
NEIGHBOUR = PROGRAMS / "time" / "sleeping-neighbour"


class Run:
    def __init__(self, status, output, messages, report, seconds):
        self.status, self.output, self.messages = status, output, messages
        self.report, self.seconds = report, seconds

    def __str__(self):
        return f"status {self.status}, {self.report}, {self.output[-200:]!r}, {self.messages!r}"


def escaped(text):
    print("ESCAPED:", text)
    sys.exit(0)


def check(condition, text):
    """What is not right, but no harm by itself."""
    if not condition:
        print("not right:", text)
        sys.exit(1)


def start(*words, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen([DUALPIPE, "run", *words], **options)


def finish(process, data=None):
    started = time.monotonic()
    try:
        output, messages = process.communicate(data, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        escaped(f"the command hangs: {process.args}")
    return Run(process.returncode, output or b"", messages or b"", None,
               time.monotonic() - started)


def run(*words, **options):
    """One run of the command; its report is read, and must be one."""
    report = pathlib.Path(f"report-{os.getpid()}")
    done = finish(start("--report", str(report), *[str(word) for word in words], **options))
    if report.exists():
        text = report.read_bytes()
        report.unlink()
        if text:
            done.report = json.loads(text.decode("utf-8"))
    check(done.status in (0, 1, 2), f"the command ended with {done.status}: {done}")
    if SECRET.encode() in done.output + done.messages:
        escaped(f"the secret is in the output: {done}")
    return done


def shell(script, *options):
    return run("--quiet", "-P", "shell", *options, "--", "sh", "-c", script)


def batch(jobs, *options):
    """The results of a batch of jobs, each line checked to be one."""
    path = pathlib.Path(f"jobs-{os.getpid()}")
    path.write_text("".join(json.dumps(job) + "\n" for job in jobs), encoding="utf-8")
    process = subprocess.Popen([DUALPIPE, "batch", "--quiet", "--ordered", *options, path],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    done = finish(process)
    path.unlink()
    results = [json.loads(line) for line in done.output.decode("utf-8").splitlines()]
    if len(results) != len(jobs):
        escaped(f"{len(results)} results of {len(jobs)} jobs: {done}")
    if SECRET.encode() in done.output + done.messages:
        escaped("the secret is in the results")
    return results


def judge(*words):
    """The report of a judge on its last submission; and the whole output."""
    done = finish(subprocess.Popen([DUALPIPE, "judge", "--quiet", "--report", "-", *words],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE))
    check(done.status in (0, 1, 2), f"judge ended with {done.status}: {done}")
    report = json.loads(done.output) if done.output else {"submissions": []}
    return report, done
