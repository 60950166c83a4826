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
