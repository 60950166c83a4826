#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line of `dualpipe`, from outside, as CONTRACT has it.

cli_test.py DUALPIPE [SUITE[.TEST]...]   (suites: CommandLine, Policy, Run)

CommandLine makes no box: all of it ends before one would be made. Policy (its
learn) and Run do.
"""
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

DUALPIPE = ""
TIMEOUT = 120  # of one command; generous, so that only a hang meets it


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def tearDown(self):
        left = [name for name in os.listdir(self.directory) if name.startswith(".dualpipe-")]
        self.assertEqual(left, [], "temporary files are left")

    def path(self, name, content=None, mode=0o644):
        path = os.path.join(self.directory, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, mode)
        return path

    def content(self, name):
        with open(os.path.join(self.directory, name), "rb") as file:
            return file.read()

    def start(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("cwd", self.directory)
        process = subprocess.Popen([DUALPIPE, *arguments], **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                self.addCleanup(stream.close)
        return process

    def dualpipe(self, *arguments, **options):
        """Returns exit status, output and messages."""
        data = options.pop("input", None)
        if data is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*arguments, **options)
        output, messages = process.communicate(data, TIMEOUT)
        messages = (messages or b"").decode("utf-8")
        self.assertTrue(all(c == "\n" or c.isprintable() for c in messages), repr(messages))
        return process.returncode, output, messages

    def run_with_report(self, *arguments, **options):
        """Returns exit status, output, messages and the report."""
        status, output, messages = self.dualpipe(
            "run", "--report", "the-report", *arguments, **options)
        return status, output, messages, json.loads(self.content("the-report"))

    def refused(self, *arguments, **options):
        """Expects a usage error. Returns the messages."""
        status, output, messages = self.dualpipe("run", *arguments, **options)
        self.assertEqual(status, 2, messages)
        self.assertIn(output, (b"", None))
        self.assertLessEqual(messages.count("\n"), 2)
        return messages


class CommandLine(Case):
    def test_wrong_options_are_named_with_what_is_wrong_and_what_would_be_right(self):
        rows = [
            (["--tiem", "3", "true"], ["--tiem", "Try 'dualpipe run --help'"]),
            (["--tim", "3", "true"], ["--tim", "cut short"]),
            (["-Z", "true"], ["-Z"]),
            (["-qZ", "true"], ["-Z"]),
            (["--time"], ["--time", "missing"]),
            (["-t"], ["-t", "missing"]),
            (["--quiet=1", "true"], ["--quiet", "no value"]),
            (["--report=", "true"], ["--report", "empty"]),
            (["--without", "cgroup,foo", "true"], ["--without", "'foo'", "landlock", "seccomp"]),
            (["--require", "", "true"], ["--require", "landlock"]),
            (["--require", "cgroup,", "true"], ["--require", "landlock"]),
            (["--require", "cgroup", "--without", "cgroup", "true"], ["--without", "choose"]),
            (["--on-refusal", "ignore", "true"], ["--on-refusal", "kill", "errno", "report"]),
            (["--stderr", "x", "--stderr-to-stdout", "true"], ["--stderr x", "choose"]),
            (["--env", "=x", "true"], ["--env", "NAME=VALUE"]),
            (["--env", "NO_SUCH_THING_IS_SET", "true"], ["NO_SUCH_THING_IS_SET", "not set"]),
            (["--file", "a:b:c", "true"], ["--file a:b:c", "HOST:NAME"]),
            (["--file", "a:", "true"], ["--file a:", "HOST:NAME"]),
            (["--file", "a:b/c", "true"], ["--file a:b/c", "slash"]),
            (["--file", "a:..", "true"], ["--file a:.."]),
            (["--file", "/x/a", "--file", "/y/a", "true"], ["--file /y/a", "already"]),
            (["--file", "missing", "true"], ["--file missing", "No such file"]),
            (["--file", "/", "true"], ["--file"]),
            (["--file", "/usr:u", "true"], ["--file /usr", "--bind"]),
            (["--bind", "/usr:inside", "true"], ["--bind /usr:inside", "slash"]),
            (["--bind", "/usr:/a:/b", "true"], ["--bind"]),
            (["--bind", "/usr:/a:rw:", "true"], ["--bind"]),
            (["--bind", "missing", "true"], ["--bind missing", "No such file"]),
            (["--bind", "/missing", "true"], ["--bind /missing", "No such file"]),
            (["--collect", "/etc/passwd", "true"], ["--collect", "working directory"]),
            (["--collect", "../x", "true"], ["--collect"]),
            (["--collect", "a/../../x", "true"], ["--collect"]),
            (["--collect", "x:", "true"], ["--collect", "HOST"]),
            (["--collect", "x:/missing/x", "true"], ["--collect /missing/x", "No such file"]),
            (["--collect", "x:/usr", "true"], ["--collect /usr", "directory"]),
            (["--collect", "a/x", "--collect", "b/x", "true"], ["--collect b/x", "same file"]),
            (["--stdin", "missing", "true"], ["--stdin missing", "No such file"]),
            (["--stdout", "/missing/x", "true"], ["--stdout /missing/x", "No such file"]),
            (["--stdout", "/", "true"], ["--stdout /", "directory"]),
            (["--report", "/missing/x", "true"], ["--report /missing/x", "No such file"]),
            (["--meta", "/missing/x", "true"], ["--meta /missing/x", "No such file"]),
            (["--report-fd", "x", "true"], ["--report-fd x", "number"]),
            (["--report-fd", "-1", "true"], ["--report-fd -1", "number"]),
            (["--report-fd", "99", "true"], ["--report-fd 99", "not open"]),
            (["--report-fd", "99999999999999999999", "true"], ["--report-fd", "number"]),
            (["--policy", "nothing", "true"], ["nothing", "native", "strict"]),
            (["--policy", "./nothing", "true"], ["./nothing", "No such file"]),
            ([], ["PROGRAM"]),
            (["--"], ["PROGRAM"]),
            (["-q"], ["PROGRAM"]),
            (["--idle", "x", "true"], ["--idle x", "duration"]),
            (["--idle", "0", "true"], ["--idle 0", "not a limit"]),
            (["--cpus", "", "true"], ["--cpus", "empty"]),
            (["--retry-noisy", "true"], ["--retry-noisy standard output", "regular file"]),
        ]
        for arguments, expected in rows:
            with self.subTest(arguments=arguments):
                messages = self.refused(*arguments)
                for words in expected:
                    self.assertIn(words, messages)

    def test_impossible_amounts_are_refused_with_the_forms_that_are_not(self):
        for amount in ("", " 1", "1 ", "+1", "-1", "1e3", "0x1", "nan", "1m", "1.", ".5", "1,5",
                       "0", "0.0", "0ms", "99999999999999999999", "0.0000001", "1\n"):
            for option in ("-t", "--time", "--wall"):
                with self.subTest(option=option, amount=amount):
                    messages = self.refused(option, amount, "true")
                    self.assertIn("dualpipe: " + option, messages)
                    self.assertIn("1500ms", messages)
        for amount in ("", "64MB", "64m", "1.5", "-1", "0", "0M", "8589934592G", "1s"):
            for option in ("-m", "--memory", "-o", "--file-size", "--stack", "--disk"):
                with self.subTest(option=option, amount=amount):
                    messages = self.refused(option, amount, "true")
                    self.assertIn("dualpipe: " + option, messages)
                    self.assertIn("256M", messages)
        for amount in ("", "0", "1.0", "-1", "1K", "two"):
            for option in ("-p", "--processes", "--open-files"):
                with self.subTest(option=option, amount=amount):
                    self.assertIn("dualpipe: " + option, self.refused(option, amount, "true"))

    def test_a_program_that_is_not_there_is_an_internal_error_of_exec(self):
        self.path("plain", b"not executable")
        for name, expected in (("no-such-program-anywhere", "ENOENT"), ("", "ENOENT"),
                               ("plain", "EACCES"), ("-", "ENOENT")):
            with self.subTest(name=name):
                status, _, messages, report = self.run_with_report(
                    "--", name, env={"PATH": "/missing:" + self.directory})
                self.assertEqual(status, 2)
                self.assertIn("PATH", messages)
                self.assertEqual(report["verdict"], "internal-error")
                self.assertEqual(report["error"]["step"], "exec")
                self.assertEqual(report["error"]["errno"], expected)
                self.assertEqual(report["error"]["subject"], name or None)
                self.assertIs(report["error"]["retryable"], False)

    def test_the_report_has_all_its_keys_when_nothing_was_run(self):
        _, _, _, report = self.run_with_report("no-such-program-anywhere")
        self.assertEqual(list(report), REPORT_KEYS)
        self.assertIsNone(report["exit_code"])
        self.assertIsNone(report["cpu_us"])
        self.assertEqual(report["schema"], 1)

    def test_a_usage_error_is_reported_wherever_the_report_is_named(self):
        for arguments in (["--report", "r", "-t", "0", "true"], ["--report", "r", "--bogus"],
                          ["-t", "0", "--report", "r", "true"], ["--report", "r"]):
            with self.subTest(arguments=arguments):
                self.path("r", b"an old report that is longer than any new one" * 100)
                self.refused(*arguments)
                report = json.loads(self.content("r"))
                self.assertEqual(report["verdict"], "internal-error")
                self.assertEqual(report["error"]["step"], "read-job")
                self.assertEqual(report["error"]["errno"], "EINVAL")

    def test_one_report_that_cannot_be_opened_is_told_of_in_the_others(self):
        self.refused("--report", "r", "--meta", "/missing/m", "true")
        self.assertIn("/missing/m", json.loads(self.content("r"))["error"]["message"])
        self.refused("--report", "/missing/r", "--meta", "m", "true")
        self.assertIn(b"status:XX\nmessage:", self.content("m"))

    def test_the_meta_file_says_what_isolate_would(self):
        self.refused("--meta", "m", "./missing")
        self.assertIn(self.content("m"), (
            b"status:XX\nmessage:execve(./missing): No such file or directory\n",))

    def test_files_that_are_one_file_are_refused_and_keep_what_they_hold(self):
        rows = [("--stdin", "--stdout"), ("--stdout", "--stderr"), ("--stdin", "--report"),
                ("--stdout", "--report"), ("--stderr", "--meta"), ("--report", "--meta")]
        for one, other in rows:
            with self.subTest(one=one, other=other):
                self.path("same", b"precious")
                messages = self.refused(one, "same", other, "./same", "true")
                self.assertIn("same", messages)
                self.assertEqual(self.content("same"), b"precious")
        self.assertIn("--stderr-to-stdout",
                      self.refused("--stdout", "same", "--stderr", "same", "true"))
        with open(self.path("same"), "rb") as same:
            self.refused("--stdout", "same", "true", stdin=same)
        self.assertEqual(self.content("same"), b"precious")

    def test_no_output_is_cut_or_made_where_another_file_is_wrong(self):
        self.path("out", b"old")
        self.refused("--stdout", "out", "--stderr", "/missing/x", "true")
        self.refused("--stdout", "out", "-t", "0", "true")
        self.refused("--stdout", "new", "-t", "0", "true")
        self.assertEqual(self.content("out"), b"old")
        self.assertFalse(os.path.exists(self.path("new")))

    def test_a_report_that_cannot_be_written_whole_is_exit_status_2_and_not_left_half(self):
        def limit_file_size():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        messages = self.refused("--report", "r", "./missing", preexec_fn=limit_file_size)
        self.assertIn("--report r", messages)
        self.assertEqual(self.content("r"), b"")
        self.assertIn("No space left", self.refused("--report", "/dev/full", "./missing"))

    def test_report_fd_has_to_be_open_for_writing(self):
        with open("/dev/null", "rb") as readable:
            messages = self.refused("--report-fd", "0", "true", stdin=readable)
        self.assertIn("--report-fd 0: this descriptor is not open for writing", messages)

    def test_report_fd_keeps_what_a_log_holds_already(self):
        def limit_file_size():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        with open(self.path("log", b"first\n"), "ab") as log:
            self.refused("--report-fd", str(log.fileno()), "./missing", pass_fds=[log.fileno()],
                         preexec_fn=limit_file_size)
            self.assertEqual(self.content("log"), b"first\n")
            self.refused("--report-fd", str(log.fileno()), "./missing", pass_fds=[log.fileno()])
        first, second = self.content("log").splitlines()
        self.assertEqual(first, b"first")
        self.assertEqual(json.loads(second)["verdict"], "internal-error")

    def test_report_fd_may_be_a_pipe_that_does_not_block(self):
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
        filler = 0
        try:
            while True:
                filler += os.write(writer, b"x" * 4096)
        except BlockingIOError:
            pass
        process = self.start("run", "--report-fd", str(writer), "./missing", pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            text = stream.read()
        self.assertEqual(process.wait(TIMEOUT), 2)
        self.assertEqual(json.loads(text[filler:])["schema"], 1)

    def test_a_signal_while_a_report_waits_for_its_reader_is_no_hang(self):
        os.mkfifo(self.path("fifo"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number):
                process = self.start("run", "--meta", "fifo", "--report", "r", "true")
                while b"SigCgt" in self.status_of(process) and not self.catches(process, number):
                    pass
                self.wait_until_asleep(process)
                process.send_signal(number)
                self.assertEqual(process.wait(TIMEOUT), 1)
                self.assertEqual(json.loads(self.content("r"))["verdict"], "cancelled")

    def status_of(self, process):
        with open(f"/proc/{process.pid}/status", "rb") as status:
            return status.read()

    def catches(self, process, number):
        for line in self.status_of(process).splitlines():
            if line.startswith(b"SigCgt:"):
                return int(line.split()[1], 16) >> (number - 1) & 1
        return False

    def wait_until_asleep(self, process):
        while b"State:\tS" not in self.status_of(process):
            pass

    def test_control_characters_of_names_never_reach_the_terminal(self):
        for name in (b"./\x1b[31mred\x1b[0m", b"./a\nb", b"./\xc2\x9b31m", b"./\xff\xfe",
                     "./\u202egnp.exe".encode()):
            with self.subTest(name=name):
                messages = self.refused(name)
                self.assertIn("\\x", messages)
                self.assertNotIn("\u202e", messages)

    def test_help_is_short_and_names_every_option(self):
        status, output, messages = self.dualpipe("run", "--help")
        text = output.decode()
        self.assertEqual((status, messages), (0, ""))
        self.assertLess(text.count("\n"), 60)
        self.assertLess(max(map(len, text.splitlines())), 100)
        for option in ("-t, --time", "-w, --wall", "-m, --memory", "-o, --output", "--file-size",
                       "--stack", "--open-files", "-p, --processes", "--disk", "-P, --policy",
                       "--stdin", "--stdout", "--stderr", "--stderr-to-stdout", "--file", "--bind",
                       "--on-refusal", "--collect", "--env", "--report", "--report-fd", "--meta",
                       "--require", "--without", "-q, --quiet", "-v, --verbose"):
            self.assertIn(option, text)
        for layer in LAYERS:
            self.assertIn(layer, text)
        self.assertEqual(self.dualpipe("help", "run")[:2], (0, output))
        self.assertEqual(self.dualpipe("run", "-h")[:2], (0, output))

    def test_help_is_there_for_every_command(self):
        overview = self.dualpipe("--help")[1].decode()
        commands = re.findall(r"^  ([a-z]+)  +[a-z]", overview, re.M)
        self.assertGreaterEqual(len(commands), 7)
        for command in commands:
            status, output, messages = self.dualpipe("help", command)
            self.assertEqual((status, messages), (0, ""))
            self.assertIn(b"Usage: dualpipe " + command.encode(), output)

    def test_the_command_itself_answers_help_version_and_nonsense(self):
        self.assertRegex(self.dualpipe("--version")[1], rb"\Adualpipe [0-9]+\.[0-9]+\.[0-9]+\n\Z")
        self.assertIn(b"run", self.dualpipe("--help")[1])
        self.assertIn(b"native", self.dualpipe("policy", "list")[1].splitlines())
        for arguments in ([], ["rnu"], ["--verison"], ["help", "rnu"], ["policy"]):
            with self.subTest(arguments=arguments):
                status, output, messages = self.dualpipe(*arguments)
                self.assertEqual((status, output), (2, b""))
                self.assertIn("dualpipe --help" if arguments != ["policy"] else "list", messages)
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.dualpipe("--help", stdout=full)[0], 2)

    def test_closed_standard_descriptors_are_not_taken_by_other_files(self):
        def close_all():
            os.closerange(0, 3)

        process = self.start("run", "--report", "r", "./missing", preexec_fn=close_all,
                             stdin=None, stdout=None, stderr=None)
        self.assertEqual(process.wait(TIMEOUT), 2)
        self.assertEqual(json.loads(self.content("r"))["verdict"], "internal-error")
        process = self.start("run", "--report", "-", "./missing", preexec_fn=lambda: os.close(1))
        self.assertIn(b"standard output is closed", process.communicate(timeout=TIMEOUT)[1])
        self.assertEqual(process.returncode, 2)
        process = self.start("run", "--report-fd", "1", "./missing", preexec_fn=lambda: os.close(1))
        self.assertIn(b"not open", process.communicate(timeout=TIMEOUT)[1])
        self.assertEqual(process.returncode, 2)


class Run(Case):
    def test_a_file_that_cannot_be_read_is_told_by_its_option(self):
        secret = self.path("secret", b"x", mode=0)
        os.chmod(self.directory, 0o711)
        # A copy, since the build may be where only root can go.
        command = shutil.copy(DUALPIPE, self.path("command"))
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        messages = self.refused("--file", secret, "--", "/bin/true", executable=command, **nobody)
        self.assertIn(f"--file {secret}: Permission denied; name a file that you can read", messages)

    def test_a_directory_is_no_input_and_nothing_is_run(self):
        status, _, messages, report = self.run_with_report("--stdin", "/etc", "--", "/bin/cat")
        self.assertEqual(status, 2)
        self.assertIn("--stdin /etc: Is a directory; nothing was run", messages)
        self.assertEqual(report["verdict"], "internal-error")

    def test_every_key_of_a_report_is_explained(self):
        """The text is complete, and names no key that is not there."""
        text = self.dualpipe("help", "report")[1].decode()
        about_runs = text[text.index("How it ended:"):text.index("## Lines of `batch`")]
        named = set(re.findall(r"`([a-z0-9_]+)`", about_runs))
        keys = set(REPORT_KEYS)
        self.assertLessEqual(keys - {"schema"}, named)
        _, _, _, good = self.run_with_report("/bin/true")
        _, _, _, killed = self.run_with_report("--", "/bin/sh", "-c", ": | :")
        _, _, _, bad = self.run_with_report("no-such-program-anywhere")
        self.assertEqual(list(good), REPORT_KEYS)
        parts = {"limits": good, "policy": good, "sources": good, "refused": killed, "error": bad}
        for part, report in parts.items():
            self.assertLessEqual(set(report[part]), named, part)
            keys |= set(report[part])
        words = {"internal", "violation", "cancelled", "signalled", "ok", "stack", "seccomp",
                 "landlock", "rlimits", "cgroup", "descriptors", "capabilities", "listener",
                 "once", "free", "new", "fresh", "verified", "on", "i386", "x86_64", "stdin",
                 "stdout", "futex", "child", "sleep", "cgroup1", "cgroup2", "rusage", "procfs",
                 "batch", "peak"}
        self.assertEqual(named - keys - words, set())

    def test_the_verdict_decides_the_exit_status(self):
        rows = [(["true"], 0, "ok", 0, None),
                (["false"], 1, "nonzero-exit", 1, None),
                (["sh", "-c", "exit 139"], 1, "nonzero-exit", 139, None),
                (["sh", "-c", "kill -SEGV $$"], 1, "signalled", None, "SIGSEGV"),
                (["sh", "-c", "kill -KILL $$"], 1, "signalled", None, "SIGKILL"),
                (["-w", "0.2", "sleep", "20"], 1, "wall-limit", None, None),
                (["-t", "0.2", "-w", "60", "sh", "-c", "while :; do :; done"], 1, "time-limit", None,
                 None)]
        for arguments, exit_status, verdict, code, name in rows:
            with self.subTest(arguments=arguments):
                status, _, messages, report = self.run_with_report(*arguments)
                self.assertEqual((status, report["verdict"]), (exit_status, verdict), messages)
                self.assertEqual(list(report), REPORT_KEYS)
                self.assertEqual(list(report["layers"]), LAYERS)
                if verdict in ("ok", "nonzero-exit", "signalled"):
                    self.assertEqual((report["exit_code"], report["signal_name"]), (code, name))
                self.assertEqual(messages == "", verdict == "ok")
                self.assertIn(verdict if verdict != "ok" else "", messages)

    def test_the_wall_limit_follows_from_the_time_limit_alone(self):
        rows = [(["-t", "2"], 2000000, 6000000), (["-t", "0.1"], 100000, 1100000),
                (["-t", "500ms"], 500000, 1500000), (["-t", "2", "-w", "3"], 2000000, 3000000),
                (["-w", "3", "-t2"], 2000000, 3000000),
                (["-t", "1", "--time=4"], 4000000, 12000000)]
        for arguments, cpu, wall in rows:
            with self.subTest(arguments=arguments):
                limits = self.run_with_report(*arguments, "true")[3]["limits"]
                self.assertEqual((limits["cpu_us"], limits["wall_us"]), (cpu, wall))

    def test_bytes_pass_through_untouched(self):
        data = bytes(range(256)) * 4000
        self.assertEqual(self.dualpipe("run", "cat", input=data)[:2], (0, data))
        self.path("in", data)
        status, output, _ = self.dualpipe("run", "--stdin", "in", "--stdout", "out", "cat")
        self.assertEqual((status, output, self.content("out")), (0, b"", data))

    def test_standard_error_goes_where_it_is_told(self):
        script = ["sh", "-c", "echo out; echo err >&2"]
        self.assertEqual(self.dualpipe("run", *script), (0, b"out\n", "err\n"))
        self.assertEqual(self.dualpipe("run", "--stderr-to-stdout", *script),
                         (0, b"out\nerr\n", ""))
        self.path("err", b"a longer text that was there before")
        self.assertEqual(self.dualpipe("run", "--stderr", "err", *script), (0, b"out\n", ""))
        self.assertEqual(self.content("err"), b"err\n")

    def test_options_end_at_the_program(self):
        self.assertEqual(self.dualpipe("run", "echo", "-n", "--report", "x")[1], b"--report x")
        self.assertEqual(self.dualpipe("run", "--", "echo", "--", "-q")[1], b"-- -q\n")
        self.assertFalse(os.path.exists(self.path("x")))

    def test_a_program_is_found_as_a_shell_finds_it(self):
        os.mkdir(self.path("directory"))
        os.mkdir(self.path("directory/echo"))
        os.mkdir(self.path("plain"))
        self.path("plain/echo", b"not executable")
        path = ":".join([self.path("missing"), self.path("directory"), self.path("plain"), "/bin"])
        self.assertEqual(self.dualpipe("run", "echo", "x", env={"PATH": path})[:2], (0, b"x\n"))
        with open("/bin/echo", "rb") as echo:
            self.path("ekko", echo.read(), 0o755)
        for elements in ("", ":/missing", "/missing:", "/missing::/missing", "."):
            with self.subTest(elements=elements):
                self.assertEqual(
                    self.dualpipe("run", "ekko", "y", env={"PATH": elements})[:2], (0, b"y\n"))
        self.assertEqual(self.dualpipe("run", "./ekko", "z")[:2], (0, b"z\n"))

    def test_a_script_in_path_is_passed_over_for_a_program_behind_it(self):
        os.mkdir(self.path("first"))
        self.path("first/true", b"#!/bin/sh\nexit 7\n", 0o755)
        environment = {"PATH": self.path("first") + ":/usr/bin:/bin"}
        status, _, messages = self.dualpipe("run", "true", env=environment)
        self.assertEqual(status, 0, messages)
        status, _, messages = self.dualpipe("run", "true", env={"PATH": self.path("first")})
        self.assertEqual(status, 2)
        self.assertIn("script", messages)

    def test_the_environment_is_only_what_is_asked_for(self):
        _, output, _ = self.dualpipe(
            "run", "--env", "A=1", "--env", "B", "--env", "A=2", "--env", "C=x=y", "env",
            env={"PATH": "/bin:/usr/bin", "B": "theirs", "SECRET": "hidden"})
        lines = output.splitlines()
        for line in (b"A=2", b"B=theirs", b"C=x=y"):
            self.assertIn(line, lines)
        self.assertNotIn(b"A=1", lines)
        self.assertNotIn(b"SECRET=hidden", lines)

    def test_files_go_in_and_come_out(self):
        self.path("a:b", b"data\0\xff")
        status, output, messages = self.dualpipe(
            "run", "--file", "a\\:b:in", "--collect", "out", "--collect", "out:other",
            "--", "cp", "in", "out")
        self.assertEqual((status, messages), (0, ""))
        self.assertEqual(self.content("out"), b"data\0\xff")
        self.assertEqual(self.content("other"), b"data\0\xff")
        mask = os.umask(0)
        os.umask(mask)
        self.assertEqual(os.stat(self.path("out")).st_mode & 0o777, 0o666 & ~mask)

    def test_what_was_compiled_in_the_box_can_be_run(self):
        self.path("prog.c", b"int main(void) { return 3; }")
        status, _, messages = self.dualpipe("run", "-P", "compile", "--file", "prog.c",
                                            "--collect", "prog", "--", "gcc", "-o", "prog", "prog.c")
        self.assertEqual((status, messages), (0, ""))
        status, _, _, report = self.run_with_report("./prog")
        self.assertEqual((status, report["exit_code"]), (1, 3))

    def test_a_shells_tools_may_set_the_ids_that_they_have(self):
        # make(1) does so before each line of a recipe.
        own = ("import os; os.setresuid(-1, os.geteuid(), -1); os.setresgid(-1, os.getegid(), -1); "
               "print('done')")
        status, output, messages = self.dualpipe("run", "-P", "shell", "python3", "-c", own)
        self.assertEqual((status, output, messages), (0, b"done\n", ""))
        for ids in "(-1, 0, -1)", "(-1, 7, -1)":
            status, _, messages = self.dualpipe("run", "-P", "shell", "python3", "-c",
                                                f"import os; os.setresuid{ids}")
            self.assertEqual(status, 1)
            self.assertIn("Invalid argument", messages)  # the box has no such id
        status, _, messages = self.dualpipe("run", "-P", "shell", "python3", "-c",
                                            "import os; os.setresuid(0, 0, 0)")
        self.assertEqual(status, 1)
        self.assertIn("refused: setresuid", messages)

    def test_what_is_collected_is_never_set_uid(self):
        status, _, _ = self.dualpipe("run", "-P", "shell", "--collect", "out", "--", "sh", "-c",
                                     "cp /bin/true out; chmod 6711 out; chmod 711 out")
        self.assertEqual(status, 0)
        self.assertEqual(os.stat(self.path("out")).st_mode & 0o7000, 0)

    def test_what_cannot_be_collected_leaves_what_was_there(self):
        self.path("out", b"old")
        status, _, messages, report = self.run_with_report("--collect", "out", "true")
        self.assertEqual((status, report["verdict"]), (1, "ok"))
        self.assertIn("--collect out", messages)
        self.assertEqual(self.content("out"), b"old")

    def test_what_is_no_regular_file_is_not_collected_over(self):
        self.path("precious", b"old")
        os.symlink("precious", self.path("out"))
        os.mkfifo(self.path("fifo"))
        for name in "out", "fifo", "/dev/full":
            with self.subTest(name=name):
                status, _, messages = self.dualpipe("run", "--collect", f"x:{name}", "true")
                self.assertEqual(status, 2)
                self.assertIn(f"--collect {name}", messages)
        self.assertEqual(self.content("precious"), b"old")
        self.assertTrue(os.path.islink(self.path("out")))

    def test_a_script_gets_the_command_line_that_works(self):
        rows = [("s.py", b"#!/usr/bin/env python3\n", "-P python --file ./s.py -- python3 s.py"),
                ("t.py", b"#! /usr/bin/python3.11 -u\r\n", "-- python3.11 t.py"),
                ("s.sh", b"#!/bin/bash\n", "-P shell --file ./s.sh -- bash s.sh"),
                ("s.pl", b"#!/usr/bin/env -S perl -w\n", "run --file ./s.pl -- perl s.pl"),
                ("a b.py", b"#!/usr/bin/python3", "--file './a b.py' -- python3 'a b.py'"),
                ("long", b"#!" + b"x" * 10000, "--file ./long --"),
                ("bare", b"#!\n", "--file ./bare -- INTERPRETER bare")]
        for name, first_line, expected in rows:
            with self.subTest(name=name):
                self.path(name, first_line, 0o755)
                status, _, messages, report = self.run_with_report("./" + name)
                self.assertEqual(status, 2)
                self.assertIn(expected, messages)
                self.assertEqual(report["error"]["step"], "exec")
                self.assertEqual(report["error"]["errno"], "ENOEXEC")

    def test_an_argument_that_is_a_file_outside_gets_a_hint(self):
        self.path("data.txt", b"x")
        os.mkdir(self.path("sub"))
        self.path("sub/more.txt", b"x")
        self.assertIn("--file data.txt", self.dualpipe("run", "cat", "data.txt")[2])
        self.assertIn("named more.txt", self.dualpipe("run", "cat", "sub/more.txt")[2])
        self.assertNotIn("hint", self.dualpipe("run", "-q", "cat", "data.txt")[2])
        self.assertNotIn("hint", self.dualpipe("run", "cat", "missing.txt")[2])
        self.assertNotIn(
            "hint", self.dualpipe("run", "--file", "data.txt", "cat", "data.txt", "missing")[2])

    def test_quiet_is_quiet_and_verbose_names_layers_limits_and_sources(self):
        self.assertEqual(self.dualpipe("run", "-q", "false"), (1, b"", ""))
        self.assertEqual(self.dualpipe("run", "-vq", "false"), (1, b"", ""))
        messages = self.dualpipe("run", "-v", "true")[2]
        for words in LAYERS + ["ok", "limit memory", "setup", "measured by"]:
            self.assertIn(words, messages)

    def test_the_report_goes_to_standard_output_and_descriptors_too(self):
        output = self.dualpipe("run", "--report", "-", "true")[1]
        self.assertEqual(json.loads(output)["verdict"], "ok")
        reader, writer = os.pipe()
        status = self.dualpipe("run", "--report-fd", str(writer), "--meta", "m", "true",
                               pass_fds=[writer])[0]
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            self.assertEqual(json.loads(stream.read())["verdict"], "ok")
        keys = [line.split(b":")[0] for line in self.content("m").splitlines()]
        self.assertEqual(status, 0)
        self.assertEqual(keys[:2], [b"time", b"time-wall"])
        self.assertEqual(keys[-1], b"exitcode")

    def test_signals_cancel_the_run(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number):
                process = self.start("run", "--report", "r", "-w", "20", "--", "sh", "-c",
                                     "echo ready; while :; do :; done")
                self.assertEqual(process.stdout.readline(), b"ready\n")
                process.send_signal(number)
                process.communicate(timeout=TIMEOUT)
                self.assertEqual(process.returncode, 1)
                self.assertEqual(json.loads(self.content("r"))["verdict"], "cancelled")

    def test_an_ignored_hangup_stays_ignored(self):
        process = self.start("run", "--", "sh", "-c", "echo ready; read x; echo $x",
                             stdin=subprocess.PIPE,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.communicate(b"on\n", TIMEOUT)[0], b"on\n")
        self.assertEqual(process.returncode, 0)

    def test_closed_standard_descriptors_are_no_obstacle(self):
        for closed in ([0], [1], [2], [0, 1, 2]):
            with self.subTest(closed=closed):
                def close_them():
                    for number in closed:
                        os.close(number)

                process = self.start("run", "--report", "r", "--", "cat", preexec_fn=close_them,
                                     stdin=subprocess.DEVNULL)
                process.communicate(timeout=TIMEOUT)
                self.assertEqual(json.loads(self.content("r"))["verdict"], "ok")


class Policy(Case):
    """`dualpipe policy`; learn makes boxes, the others do not."""

    def policy(self, *arguments, status=0):
        got, output, messages = self.dualpipe("policy", *arguments)
        self.assertEqual(got, status, messages)
        return output.decode(), messages

    def test_list_names_each_language_of_a_judge(self):
        names = self.policy("list")[0].split()
        for name in "strict static native python script java node compile shell".split():
            self.assertIn(name, names)

    def test_show_prints_the_text_and_with_expand_a_policy_that_is_the_same(self):
        self.assertIn("use native\n", self.policy("show", "python")[0])
        for name in self.policy("list")[0].split():
            with self.subTest(name):
                expanded = self.policy("show", name, "--expand")[0]
                self.assertNotIn("\nuse ", expanded)
                self.path("x.policy", expanded.encode())
                of_file = self.policy("prove", "./x.policy")[0].splitlines()
                built_in = self.policy("prove", name)[0].splitlines()
                self.assertEqual(of_file[:-1], built_in[:-1])

    def test_check_says_what_is_wrong_and_where(self):
        self.assertEqual(self.policy("check", "native"), ("", ""))
        self.path("wrong.policy", b"use native\nallow raed\n")
        messages = self.policy("check", "./wrong.policy", status=2)[1]
        self.assertIn("raed", messages)
        self.assertIn(".policy:2:", messages)

    def test_prove_prints_cases_answers_and_the_hash_that_reports_have(self):
        table = self.policy("prove", "strict")[0]
        self.assertIn("allow when fd=stdin\n", table)
        self.assertRegex(table, r"proved: \d+ instructions, sha256 [0-9a-f]{64}\n")

    def test_diff_is_what_the_second_allows_beyond_the_first(self):
        self.assertEqual(self.policy("diff", "native", "native")[0], "")
        self.assertIn("exec free\n", self.policy("diff", "native", "shell", status=1)[0])

    def test_export_and_import_are_each_others_reverse(self):
        for name in ("static", "native", "shell"):
            with self.subTest(name):
                profile = self.policy("export", "--oci", name)[0]
                self.assertEqual(json.loads(profile)["defaultAction"], "SCMP_ACT_KILL_PROCESS")
                self.path("p.json", profile.encode())
                self.path("p.policy", self.policy("import", "--oci", "p.json")[0].encode())
                more = self.dualpipe("policy", "diff", "./p.policy", name)[1]
                self.assertNotIn(b"allow", more)  # but paths and limits, which JSON has not

    def test_import_refuses_what_cannot_be_proved_with_the_reason(self):
        def profile(args, action="SCMP_ACT_ALLOW", default="SCMP_ACT_ERRNO"):
            return json.dumps({"defaultAction": default, "syscalls": [
                {"names": ["read"], "action": action, "args": args}]}).encode()

        rows = [
            (profile([{"index": 0, "value": 3, "op": "SCMP_CMP_LT"}]), "SCMP_CMP_LT"),
            (profile([{"index": 0, "value": 3, "op": "SCMP_CMP_GE"}]), "SCMP_CMP_GE"),
            (profile([{"index": 6, "value": 3, "op": "SCMP_CMP_EQ"}]), "index"),
            (profile([{"index": 0, "value": -3, "op": "SCMP_CMP_EQ"}]), "number"),
            (profile([], action="SCMP_ACT_TRACE"), "SCMP_ACT_TRACE"),
            (profile([], default="SCMP_ACT_ALLOW"), "ALLOW"),
            (profile([{"index": 0, "value": 3, "op": "SCMP_CMP_EQ"}], "SCMP_ACT_ERRNO"), "cases"),
            (b"{", "no JSON"),
            (b"[]", "no object"),
        ]
        for content, words in rows:
            with self.subTest(words):
                self.path("p.json", content)
                self.assertIn(words, self.policy("import", "--oci", "p.json", status=2)[1])
        self.assertIn("No such file", self.policy("import", "--oci", "none.json", status=2)[1])

    def test_import_lets_a_rule_without_conditions_win_as_engines_do(self):
        some = {"action": "SCMP_ACT_ALLOW", "names": ["socket", "exit"],
                "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}
        none = {"action": "SCMP_ACT_ERRNO", "errnoRet": 13, "names": ["socket", "exit_group"]}
        for rules in ([some, none], [none, some]):
            with self.subTest(rules):
                self.path("rules.json", json.dumps(
                    {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": rules}).encode())
                text = self.policy("import", "--oci", "rules.json")[0]
                self.assertIn("errno EACCES socket\n", text)
                self.assertNotIn("allow socket", text)
                self.assertIn("exit_group is always allowed", text)
                self.path("rules.policy", text.encode())
                self.policy("check", "./rules.policy")

    def test_import_takes_not_equal_bit_by_bit_and_shared_indexes_as_alternatives(self):
        self.path("p.json", json.dumps({"defaultAction": "SCMP_ACT_KILL", "syscalls": [
            {"names": ["socket"], "action": "SCMP_ACT_ALLOW",
             "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_NE"}]},
            {"names": ["write"], "action": "SCMP_ACT_ALLOW", "args": [
                {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"},
                {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]}]}).encode())
        text = self.policy("import", "--oci", "p.json")[0]
        self.assertEqual(text.count("allow socket arg0:"), 64)
        self.assertIn("allow write arg0=0x1\nallow write arg0=0x2\n", text)

    def test_learn_finds_a_small_policy_under_which_the_program_still_works(self):
        program = shutil.which("cat", path="/usr/bin:/bin")
        self.path("sample", b"some lines\n")
        text = self.policy("learn", "--stdin", "sample", "--", program)[0]
        self.assertIn("not a security mode", text)
        self.path("learnt.policy", text.encode())
        self.assertEqual(self.policy("diff", "native", "./learnt.policy")[0], "")
        status, output, messages = self.dualpipe("run", "-q", "-P", "./learnt.policy", "--", program,
                                                 input=b"some lines\n")
        self.assertEqual((status, output), (0, b"some lines\n"), messages)
        line = next(line for line in text.splitlines() if line.startswith("allow "))
        self.assertLess(len(line.split()), 20)

    def test_wrong_usage_is_answered_by_the_right_one(self):
        for arguments in ([], ["lsit"], ["show"], ["diff", "native"], ["import", "x", "y"],
                          ["prove", "a", "b"], ["learn", "-P"]):
            with self.subTest(arguments):
                self.assertIn("dualpipe policy", self.policy(*arguments, status=2)[1])
        self.assertIn("prove", self.policy("--help")[0])


REPORT_KEYS = """
    schema verdict reason exit_code signal signal_name cpu_us user_us system_us wall_us setup_us
    memory_peak_bytes memory_files_bytes memory_cache_bytes processes_peak stdout_bytes
    stderr_bytes output_truncated idle refused memory_cause limits waiting_for attested exec
    refusals_by freshness freshness_note warm filter_sha256
    switches_voluntary switches_involuntary steal_us attempts policy layers sources error
    """.split()

LAYERS = """
    user-namespace pid-namespace mount-namespace network-namespace ipc-namespace uts-namespace
    cgroup-namespace capabilities no-new-privileges seccomp landlock rlimits cgroup descriptors
    """.split()

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    DUALPIPE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
