# SPDX-License-Identifier: MIT
"""What the tests of `dualpipe judge` have in common: run it, read its report.

set_up(DUALPIPE) comes first.
"""
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import unittest

DUALPIPE = ""
SECRET = "the-host-s-secret-7c1f"  # in files that no target must get at
ACCEPTED = "print(2 * int(input()))\n"
QUICK = 60  # seconds, for what must be refused without much work
SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROBLEMS = os.path.join(SOURCE, "tests", "problems")
SUBMISSIONS = os.path.join(SOURCE, "tests", "submissions")
TIMEOUT = 150  # of one command; generous, so that only a hang meets it
# What the command itself may use; its boxes are held by limits of their own.
ADDRESS_SPACE = 8 << 30
FILE_SIZE = 3 << 30

TOOLCHAINS = {"c": "gcc", "cpp": "g++", "python3": "python3", "java": "javac",
              "javascript": "node", "go": "go", "rust": "rustc", "perl": "perl", "ruby": "ruby",
              "php": "php", "lua": "lua5.4", "bash": "bash"}
EXTENSIONS = {".c": "c", ".cpp": "cpp", ".py": "python3", ".java": "java", ".js": "javascript",
              ".go": "go", ".rs": "rust", ".pm": "perl", ".rb": "ruby", ".php": "php",
              ".lua": "lua", ".sh": "bash"}


def set_up(dualpipe):
    global DUALPIPE
    DUALPIPE = os.path.abspath(dualpipe)


def language_of(path):
    names = os.listdir(path) if os.path.isdir(path) else [path]
    return EXTENSIONS[os.path.splitext(sorted(names)[0])[1]]


def has_toolchain(language):
    """One in a home is not shown in a box: rustup's proxies, for one."""
    return shutil.which(TOOLCHAINS[language], path="/usr/local/bin:/usr/bin:/bin") is not None


def limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        os.chmod(self.directory, 0o755)
        self.scratch = os.path.join(self.directory, "scratch")
        os.mkdir(self.scratch)

    def tearDown(self):
        self.assertEqual(os.listdir(self.scratch), [], "the judge left something behind")

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def write(self, name, content="", mode=0o644):
        """Makes the directories as well. Returns the path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return path

    def command(self, *arguments, timeout=TIMEOUT):
        """Returns exit status, output and messages; all of it is harmless text."""
        environment = {**os.environ, "TMPDIR": self.scratch, "LC_ALL": "C"}
        process = subprocess.Popen([DUALPIPE, *arguments], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=self.directory, env=environment, preexec_fn=limit,
                                   start_new_session=True)
        try:
            output, messages = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.fail(f"dualpipe {' '.join(map(str, arguments))} hangs")
        texts = output.decode("utf-8"), messages.decode("utf-8")
        for text in texts:
            odd = {c for c in text if not c.isprintable() and c not in "\n\t"}
            self.assertEqual(odd, set(), text[:2000])
        self.assertNotIn("Sanitizer", texts[1])
        return (process.returncode, *texts)

    def judge(self, *arguments, timeout=TIMEOUT):
        """Returns exit status, output with messages, and the report."""
        report = self.path("report.json")
        if os.path.exists(report):
            os.unlink(report)
        status, output, messages = self.command("judge", "--report", report, *arguments,
                                                timeout=timeout)
        result = None
        if os.path.exists(report) and os.path.getsize(report) > 0:
            with open(report, encoding="utf-8") as file:
                result = json.load(file)
        return status, output + messages, result


class Package(Case):
    """A small package that works, to be broken by the tests."""

    def setUp(self):
        super().setUp()
        self.problem = self.path("twice")
        self.yaml("limits:\n  time_limit: 1\n  memory: 256\n")
        for name, value in (("sample/1", 21), ("secret/01", 4), ("secret/02", -3)):
            self.case(name, f"{value}\n", f"{2 * value}\n")
        self.solution = self.write("solution.py", ACCEPTED)

    def yaml(self, more, version="2025-09"):
        self.write("twice/problem.yaml", f"problem_format_version: {version}\nname: Twice\n"
                   "uuid: 11111111-2222-3333-4444-555555555555\n" + more)

    def case(self, name, input_text, answer):
        self.write(f"twice/data/{name}.in", input_text)
        self.write(f"twice/data/{name}.ans", answer)

    def data(self, name):
        return self.path("twice", "data", name)

    def refused(self, *words, problem=None, arguments=()):
        """Expects exit status 2, a message with all these words, and no verdict."""
        status, said, report = self.judge(*arguments, problem or self.problem, self.solution,
                                          timeout=QUICK)
        self.assertEqual(status, 2, said)
        for word in words:
            self.assertIn(word.lower(), said.lower())
        self.assertNotIn(SECRET, said)
        if report:
            verdicts = {one["verdict"] for one in report["submissions"]}
            self.assertFalse(verdicts & {"accepted", "wrong-answer", "run-time-error"}, said)
        return said

    def one(self, *arguments, timeout=TIMEOUT):
        """Judges the one submission. Returns exit status, what was said, its report."""
        status, said, report = self.judge(self.problem, *arguments, timeout=timeout)
        self.assertIsNotNone(report, said)
        self.assertNotIn(SECRET, said)
        self.assertNotIn(SECRET, str(report))
        self.assertEqual(len(report["submissions"]), 1, said)
        return status, said, report["submissions"][0]

    def accepted(self):
        status, said, one = self.one(self.solution)
        self.assertEqual((status, one["verdict"]), (0, "accepted"), said)
        return said
