#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`dualpipe batch`, from outside, as CONTRACT has it.

batch_test.py DUALPIPE [SUITE[.TEST]...]
(suites: Lines, Jobs, Compile, Results, Flow, Resume, Signals, Many)

As root and then, where root runs it, once more as nobody.
"""
import base64
import errno
import fcntl
import hashlib
import json
import os
import pty
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

NOBODY = 65534
DUALPIPE = ""
TIMEOUT = 120  # of one command; generous, so that only a hang meets it
VERDICTS = {"ok", "nonzero-exit", "signalled", "time-limit", "wall-limit", "memory-limit",
            "output-limit", "violation", "cancelled", "internal-error", "compile-error"}


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="batch-test-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.temporary = self.path("tmp")
        os.mkdir(self.temporary)
        # What AddressSanitizer keeps back is no memory of ours.
        options = ":".join([*filter(None, [os.environ.get("ASAN_OPTIONS")]), "quarantine_size_mb=8"])
        self.environment = dict(os.environ, TMPDIR=self.temporary, ASAN_OPTIONS=options)

    def tearDown(self):
        self.assertEqual(os.listdir(self.temporary), [], "files are left in TMPDIR")

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

    def jobs(self, jobs, name="jobs"):
        """Write jobs (objects, or lines as bytes) to a file."""
        lines = [job if isinstance(job, bytes) else json.dumps(job).encode() for job in jobs]
        self.path(name, b"".join(line + b"\n" for line in lines))
        return name

    def start(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        process = subprocess.Popen([DUALPIPE, "batch", *arguments], cwd=self.directory,
                                   env=self.environment, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                self.addCleanup(stream.close)
        return process

    def batch(self, *arguments, input=None, **options):
        """Returns exit status, output and messages."""
        if input is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*arguments, **options)
        output, messages = process.communicate(input, TIMEOUT)
        messages = (messages or b"").decode("utf-8")
        self.assertTrue(all(c == "\n" or c.isprintable() for c in messages), repr(messages))
        return process.returncode, output, messages

    def results(self, jobs, *arguments, status=0, **options):
        """Run jobs. Returns their results in the order of their lines."""
        code, output, messages = self.batch(*arguments, self.jobs(jobs), **options)
        results = parse(output)
        self.assertEqual(code, status, (messages, results))
        return sorted(results, key=lambda result: result["line"])

    def result(self, job, *arguments, status=0):
        results = self.results([job], *arguments, status=status)
        self.assertEqual(len(results), 1)
        return results[0]

    def refused(self, *arguments, **options):
        code, output, messages = self.batch(*arguments, **options)
        self.assertEqual((code, output), (2, b""), messages)
        return messages


def parse(output):
    lines = output.split(b"\n")
    assert lines.pop() == b"", "the last line is not whole"
    return [json.loads(line.decode("utf-8")) for line in lines]


def shell(script, **keys):
    return {"argv": ["sh", "-c", script], "policy": "shell", **keys}


class Lines(Case):
    """What a line may hold, and what is said of one that is no job."""

    def test_a_byte_order_mark_before_a_line_is_passed_over(self):
        results = self.results([b"\xef\xbb\xbf" + json.dumps({"argv": ["true"]}).encode()])
        self.assertEqual([each["verdict"] for each in results], ["ok"])

    def test_a_bad_line_gets_an_error_with_its_number_and_the_rest_goes_on(self):
        good = {"argv": ["true"]}
        rows = [
            (b"nonsense", "no JSON"),
            (b"[1, 2]", "JSON object"),
            (b"null", "JSON object"),
            (b'"text"', "JSON"),
            (b"17", "JSON"),
            (b'{"argv": ["true"]} {"argv": ["true"]}', "end of file"),
            (b'{"argv": ["true"]', "no JSON"),
            (b'{"argv": ["tru\xffe"]}', "unable to decode byte 0xff"),
            (b'{"argv": ["true"], "argv": ["false"]}', "duplicate"),
            (b'{"argv": ["true"], "time": NaN}', "no JSON"),
            (b'{"argv": ["true"], "time": 1e999}', "real number overflow"),
            (b'{"argv": ["true"], "memory": 99999999999999999999}', "too big"),
            (b'{"argv": ["a\x00b"]}', "no JSON"),
            (b'{"argv": ["\\ud800"]}', "no JSON"),
            (b"[" * 100000, "maximum parsing depth"),
            (b'{"a":' * 100000, "maximum parsing depth"),
            ({"argv": ["true"], "tiem": 3}, "did you mean time?"),
            ({"argv": ["true"], "open-files": 3}, "did you mean open_files?"),
            ({"argv": ["true"], "something": 3}, "there is no such key"),
            ({}, "argv"),
            ({"argv": []}, "array of strings"),
            ({"argv": "true"}, "array of strings"),
            ({"argv": ["true", 1]}, "has to be a string"),
            ({"argv": ["tr\0ue"]}, "NUL"),
            ({"argv": [""]}, "empty"),
            ({"argv": ["true"], "id": 7}, "has to be a string"),
            ({"argv": ["true"], "time": True}, "number of seconds"),
            ({"argv": ["true"], "time": -1}, "number of seconds"),
            ({"argv": ["true"], "time": 0}, "0 is not a limit"),
            ({"argv": ["true"], "time": "1 s"}, "1500ms"),
            ({"argv": ["true"], "time": 1e18}, "2^63"),
            ({"argv": ["true"], "memory": "12MB"}, "256M"),
            ({"argv": ["true"], "memory": 1.5}, "number of bytes"),
            ({"argv": ["true"], "processes": "64K"}, "number from 1 on"),
            ({"argv": ["true"], "policy": "nativ"}, "native"),
            ({"argv": ["true"], "policy": ["native"]}, "has to be a string"),
            ({"argv": ["true"], "env": ["A=1"]}, "object of strings"),
            ({"argv": ["true"], "env": {"A": 1}}, "has to be a string"),
            ({"argv": ["true"], "env": {"A=B": "1"}}, "variable"),
            ({"argv": ["true"], "stdin": 1}, "has to be a string"),
            ({"argv": ["true"], "stdin": "a", "stdin_base64": "YQ=="}, "only one of"),
            ({"argv": ["true"], "stdin_base64": "YQ="}, "base64"),
            ({"argv": ["true"], "stdin_base64": "Y Q="}, "base64"),
            ({"argv": ["true"], "stdin_file": "missing"}, "No such file"),
            ({"argv": ["true"], "stdin_file": "."}, "regular file"),
            ({"argv": ["true"], "files": {"a": "b"}}, "array of objects"),
            ({"argv": ["true"], "files": [{"name": "a"}]}, "one of text, base64 and host"),
            ({"argv": ["true"], "files": [{"name": "a", "text": "", "host": "b"}]}, "one of"),
            ({"argv": ["true"], "files": [{"name": "../a", "text": ""}]}, "below"),
            ({"argv": ["true"], "files": [{"name": "/a", "text": ""}]}, "below"),
            ({"argv": ["true"], "files": [{"name": "a", "text": ""}] * 2}, "twice"),
            ({"argv": ["true"], "files": [{"name": f"{i}", "text": ""} for i in range(65)]},
             "64 files"),
            ({"argv": ["true"], "collect": "out"}, "array of names"),
            ({"argv": ["true"], "collect": ["../out"]}, "below"),
            ({"argv": ["true"], "expect": "x"}, "stdout"),
            ({"argv": ["true"], "expect": {"stdout": "x", "compare": "fuzzy"}}, "tokens"),
            ({"argv": ["true"], "expect": {"stdout": "x", "how": "exact"}}, "stdout"),
            ({"argv": ["true"], "compile": ["gcc"]}, "argv"),
            ({"argv": ["true"], "compile": {}}, "compile.argv"),
            ({"argv": ["true"], "compile": {"argv": ["true"], "stdin": ""}}, "compile.stdin"),
            ({"argv": ["true"], "on_refusal": "ignore"}, "errno"),
        ]
        lines = [line for row in rows for line in (row[0], good)]
        results = self.results(lines, status=2)
        self.assertEqual([result["line"] for result in results], list(range(1, len(lines) + 1)))
        for (line, said), wrong, right in zip(rows, results[::2], results[1::2]):
            with self.subTest(line=line if len(line) < 200 else line[:40]):
                self.assertEqual(wrong["verdict"], "internal-error")
                self.assertFalse(wrong["error"]["retryable"])
                self.assertIn(said, wrong["error"]["message"])
                self.assertLess(len(wrong["error"]["message"]), 600)
                self.assertIsNone(wrong["stdout"])
                self.assertIsNone(wrong["accepted"])
                self.assertEqual((right["verdict"], right["id"]), ("ok", right["line"]))

    def test_a_line_that_is_no_job_has_no_id_unless_it_says_one(self):
        results = self.results([b"{", {"id": "x"}, {"argv": ["true"], "tim": 1}], status=2)
        self.assertEqual([result["id"] for result in results], [None, "x", None])

    def test_a_line_that_is_too_long_is_dropped_and_the_rest_goes_on(self):
        long = b'{"argv": ["cat"], "stdin": "' + b"x" * (65 << 20) + b'"}'
        code, output, _ = self.batch("-", input=b"\n".join([long, b'{"argv": ["true"]}', long]))
        results = sorted(parse(output), key=lambda result: result["line"])
        self.assertEqual(code, 2)
        self.assertEqual([result["verdict"] for result in results],
                         ["internal-error", "ok", "internal-error"])
        self.assertIn("64 MiB", results[0]["error"]["message"])

    def test_a_long_line_that_is_not_too_long_works(self):
        text = "0123456789abcde\n" * (1 << 18)
        result = self.result({"argv": ["cat"], "stdin": text, "expect": {"stdout": text}},
                             "--keep-output", "0")
        self.assertTrue(result["accepted"], result["verdict"])
        self.assertEqual(result["stdout_omitted_bytes"], len(text))

    def test_lines_that_are_damaged_in_any_way_get_one_result_each(self):
        whole = json.dumps({
            "id": "x", "argv": ["/no/such/program", "-x"], "time": 1.5, "memory": "64M", "disk": 4096,
            "policy": "native", "env": {"A": "b\u00e9"}, "stdin": "a\0b\u20ac", "on_refusal": "kill",
            "files": [{"name": "a/b", "text": "x"}, {"name": "c", "base64": "YWI="}],
            "collect": ["out"], "compile": {"argv": ["/no/such/compiler"], "time": "1s"},
            "expect": {"stdout": "x\n", "compare": "tokens"}, "cpus": "0"}).encode()
        chance = random.Random(11)
        pieces = [b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\u0000", b"null", b"true",
                  b"-1", b"1e308", b"9" * 30, b"\xff", b"\xc3", b"\0", b"\xe2\x82\xac", b"..", b"/"]
        lines = []
        for _ in range(3000):
            line = bytearray(whole)
            for _ in range(chance.randrange(1, 4)):
                at = chance.randrange(len(line) + 1)
                end = at + chance.choice([0, 0, 1, 1, 2, 7, 40])
                line[at:end] = chance.choice([b"", b"", *pieces, line[chance.randrange(len(line)):][:9]])
            lines.append(bytes(line.replace(b"\n", b" ")) or b"{")
        results = self.results(lines, status=2)
        self.assertEqual([result["line"] for result in results],
                         [i + 1 for i, line in enumerate(lines) if line.strip(b" \t\r")])
        self.assertEqual({result["verdict"] for result in results}, {"internal-error"})

    def test_empty_lines_count_and_windows_line_ends_do_not_matter(self):
        code, output, _ = self.batch("-", input=b'\n\r\n  \n{"argv": ["true"]}\r\n\n'
                                                b'{"argv": ["true"]}')
        self.assertEqual((code, sorted(r["line"] for r in parse(output))), (0, [4, 6]))

    def test_no_job_at_all_is_fine(self):
        self.assertEqual(self.batch("-", input=b"")[:2], (0, b""))

    def test_a_key_that_is_null_is_as_good_as_not_there(self):
        job = dict.fromkeys(["id", "time", "stdin", "files", "collect", "compile", "expect",
                             "policy", "env"])
        self.assertEqual(self.result({**job, "argv": ["true"]})["verdict"], "ok")

    def test_ids_that_come_twice_are_told_and_both_run(self):
        code, output, messages = self.batch(self.jobs([{"id": "x", "argv": ["true"]}] * 3))
        self.assertEqual(code, 0)
        self.assertEqual(sorted(r["repeat"] or 1 for r in parse(output)), [1, 2, 3])
        self.assertIn('line 2: the id "x" came before', messages)

    def test_the_command_line_is_checked_before_anything_runs(self):
        self.jobs([{"argv": ["true"]}])
        rows = [
            (["--jobs", "0", "jobs"], "--jobs 0"),
            (["--jobs", "many", "jobs"], "--jobs many"),
            (["--keep-output", "x", "jobs"], "--keep-output x"),
            (["--freshness", "stale", "jobs"], "verified"),
            (["--warm", "jobs"], "warm interpreters are for policies that do"),
            (["--warm", "--freshness", "verified", "jobs"], "--warm"),
            (["--report", "x", "jobs"], "unknown option --report"),
            (["--stdout", "x", "jobs"], "option of 'dualpipe run'"),
            (["--resume", "-", "jobs"], "--resume -"),
            (["--resume", "a", "--out", "b", "jobs"], "--resume goes on with its own file"),
            (["--collect", "/x", "jobs"], "--collect /x"),
            (["--stdin", "-", "jobs"], "--stdin -"),
            (["--stdin", "missing", "jobs"], "missing"),
            (["--file", "missing", "jobs"], "--file missing"),
            (["--policy", "nativ", "jobs"], "native"),
            (["--time", "0", "jobs"], "--time 0"),
            (["jobs", "jobs"], "there is one already"),
            (["missing"], "missing: No such file"),
            (["--out", "missing/x", "jobs"], "missing/x: No such file"),
            (["--out", "jobs", "jobs"], "same file"),
        ]
        for arguments, said in rows:
            with self.subTest(arguments):
                self.assertIn(said, self.refused(*arguments))
        self.assertEqual(self.content("jobs"), b'{"argv": ["true"]}\n')

    def test_options_may_stand_behind_the_file(self):
        self.assertEqual(self.batch(self.jobs([{"argv": ["true"]}]), "--ordered", "-q")[0], 0)


class Jobs(Case):
    """What a job may ask for."""

    def test_input_comes_as_text_as_base64_or_from_a_file(self):
        data = bytes(range(256)) * 300
        self.path("data", data)
        hashed = hashlib.sha256(data).hexdigest()
        empty = hashlib.sha256(b"").hexdigest()
        results = self.results([
            {"argv": ["cat"], "stdin_base64": base64.b64encode(data).decode()},
            {"argv": ["cat"], "stdin_file": "data"},
            {"argv": ["cat"], "stdin": "a\0b\u20ac\n"},
            {"argv": ["cat"]},
        ])
        self.assertEqual([r["stdout_sha256"] for r in results],
                         [hashed, hashed, hashlib.sha256("a\0b\u20ac\n".encode()).hexdigest(), empty])
        self.assertEqual(base64.b64decode(results[0]["stdout_base64"]), data)
        self.assertIsNone(results[0]["stdout"])
        self.assertEqual((results[2]["stdout"], results[2]["stdout_base64"]), ("a\0b\u20ac\n", None))
        self.assertEqual(results[3]["stdout"], "")

    def test_the_command_line_says_what_all_jobs_start_from(self):
        self.path("input", b"from a file\n")
        self.path("table", b"1 2 3\n")
        results = self.results(
            [shell("cat; cat table; echo $A$B; echo x > out"),
             shell("cat; cat table; echo $A$B", stdin="own ", env={"B": "4", "C": "5"},
                   files=[{"name": "table", "text": "7 8 9\n"}], time="7s", memory=50 << 20),
             shell("ulimit -n")],
            "--stdin", "input", "--file", "table", "--env", "A=1", "--env", "B=2",
            "--collect", "out", "-t", "3", "-m", "100M", "--open-files", "33")
        self.assertEqual([r["stdout"] for r in results],
                         ["from a file\n1 2 3\n12\n", "own 7 8 9\n14\n", "33\n"])
        self.assertEqual([r["limits"]["cpu_us"] for r in results], [3000000, 7000000, 3000000])
        self.assertEqual([r["limits"]["wall_us"] for r in results], [9000000, 21000000, 9000000])
        self.assertEqual([r["limits"]["memory_bytes"] for r in results],
                         [100 << 20, 50 << 20, 100 << 20])
        self.assertEqual(results[0]["files"][0]["text"], "x\n")

    def test_limits_are_numbers_or_strings(self):
        job = {"argv": ["true"], "time": 1.25, "wall": "2500ms", "idle": 2, "memory": "64M",
               "output": 1000, "file_size": "1K", "stack": 1 << 20, "open_files": 20,
               "processes": 40, "disk": 2e6}
        self.assertEqual(self.result(job)["limits"], {
            "cpu_us": 1250000, "wall_us": 2500000, "idle_us": 2000000, "memory_bytes": 64 << 20,
            "output_bytes": 1000, "file_size_bytes": 1024, "stack_bytes": 1 << 20,
            "open_files": 20, "processes": 40, "disk_bytes": 2000000})

    def test_files_are_placed_and_returned(self):
        self.path("host", b"\x00\xff")
        result = self.result(shell(
            "cat text sub/deep host bytes > all; mkdir d; echo y > d/z; ln -s /etc/passwd link",
            files=[{"name": "text", "text": "a\n"}, {"name": "sub/deep", "text": "b\n"},
                   {"name": "host", "host": "host"},
                   {"name": "bytes", "base64": base64.b64encode(b"\xfe").decode()}],
            collect=["all", "d/z", "missing", "link", "d"]))
        files = {file["name"]: file for file in result["files"]}
        self.assertEqual(result["verdict"], "ok", result["stderr"])
        self.assertEqual(base64.b64decode(files["all"]["base64"]), b"a\nb\n\x00\xff\xfe")
        self.assertEqual((files["all"]["text"], files["all"]["size_bytes"]), (None, 7))
        self.assertEqual((files["d/z"]["text"], files["d/z"]["base64"]), ("y\n", None))
        for name in ("missing", "link", "d"):
            self.assertTrue(files[name]["error"], name)
            self.assertIsNone(files[name]["text"], name)

    def test_a_relative_program_is_one_of_the_jobs_own_files(self):
        echo = open("/bin/echo", "rb").read()
        self.path("hosted", echo, 0o755)
        results = self.results([
            {"argv": ["./e", "1"], "files": [{"name": "e", "base64": base64.b64encode(echo).decode()}]},
            {"argv": ["bin/e", "2"], "files": [{"name": "bin/e", "host": "hosted"}]},
            {"argv": ["./e"], "files": [{"name": "f", "text": ""}]},
            {"argv": ["./e"], "files": [{"name": "e", "text": "#!/bin/sh\n"}]},
            {"argv": ["no-such-program"]},
            {"argv": ["/no/such/program"]},
        ], status=2)
        self.assertEqual([r["stdout"] for r in results], ["1\n", "2\n", None, None, None, None])
        for result in results[2:]:
            self.assertEqual(result["verdict"], "internal-error")
            self.assertFalse(result["error"]["retryable"])
        self.assertIn("files", results[2]["error"]["message"])
        self.assertIn("script", results[3]["error"]["message"])
        self.assertIn("PATH", results[4]["error"]["message"])

    def test_no_directory_of_the_host_shows_in_the_box(self):
        echo = base64.b64encode(open("/bin/sh", "rb").read()).decode()
        result = self.result({"argv": ["./mine", "-c", "echo $0"],
                              "files": [{"name": "mine", "base64": echo}]})
        self.assertEqual(result["stdout"], "./mine\n")

    def test_standard_error_may_join_the_output(self):
        result = self.result(shell("echo a; echo b >&2", stderr_to_stdout=True))
        self.assertEqual((result["stdout"], result["stderr"]), ("a\nb\n", ""))

    def test_expectations_are_held_against_the_output(self):
        rows = [
            ("exact", "a\n", "a\n", True), ("exact", "a", "a\n", False), ("exact", "a\n", "a", False),
            ("exact", "", "", True), ("exact", "a", "", False), ("exact", "", "a", False),
            ("lines", "a\nb", "a\nb\n", True), ("lines", "a  \nb\t\r\n\n\n", "a\nb", True),
            ("lines", "a\nb", "a\n\nb", False), ("lines", "a\n\nb", "a\nb", False),
            ("lines", "a b", "a  b", False), ("lines", " a", "a", False), ("lines", "a", " a", False),
            ("lines", "\na", "\n\na", False), ("lines", "\n\na", "\n\na", True),
            ("lines", "a \n b", "a\n b\n", True), ("lines", "a\n \nb", "a\n\nb", True),
            ("lines", "a\n\nb", "a\n \t\nb", True), ("lines", "", " \n\n", True),
            ("lines", "a", "", False), ("lines", "", "a", False), ("lines", "ab", "a", False),
            ("lines", "a", "ab", False), ("lines", "a \t b", "a \t b", True),
            ("lines", "a \t b", "a \tb", False), ("lines", "a\n  b", "a\n b", False),
            ("tokens", "1 2\n3", "1\t2 3\n\n", True), ("tokens", " 1 2", "1 2", True),
            ("tokens", "12", "1 2", False), ("tokens", "1 2", "12", False),
            ("tokens", "1 2", "1 2 3", False), ("tokens", "1 2 3", "1 2", False),
            ("tokens", "", " \n", True), ("tokens", "1", "", False), ("tokens", "", "1", False),
            ("tokens", "ab", "a", False), ("tokens", "a", "ab", False),
        ]
        results = self.results([{"argv": ["cat"], "stdin": output,
                                 "expect": {"stdout": expected, "compare": how}}
                                for how, expected, output, _ in rows])
        for row, result in zip(rows, results):
            self.assertEqual(result["accepted"], row[3], row)

    def test_comparisons_agree_with_simple_ones_on_random_texts(self):
        chance = random.Random(5)

        def lines(text):
            kept = [line.rstrip(" \t\r\v\f") for line in text.split("\n")]
            while kept and not kept[-1]:
                kept.pop()
            return kept

        def text():
            return "".join(chance.choice("a \n\t") for _ in range(chance.randrange(6)))

        rows = []
        for _ in range(300):
            one, other = text(), text()
            rows += [("lines", one, other, lines(one) == lines(other)),
                     ("tokens", one, other, one.split() == other.split())]
        results = self.results([{"argv": ["cat"], "stdin": output,
                                 "expect": {"stdout": expected, "compare": how}}
                                for how, expected, output, _ in rows])
        for row, result in zip(rows, results):
            self.assertEqual(result["accepted"], row[3], row)
        self.assertGreater(sum(result["accepted"] for result in results), 50)

    def test_without_a_verdict_ok_nothing_is_accepted(self):
        results = self.results([
            shell("echo a; exit 1", expect={"stdout": "a\n"}),
            shell("echo a; head -c 9000 /dev/zero", output=2, expect={"stdout": "a\n"}),
            {"argv": ["/no/such"], "expect": {"stdout": ""}},
            {"argv": ["true"]},
        ], status=2)
        self.assertEqual([r["accepted"] for r in results], [False, False, None, None])

    def test_a_file_that_cannot_be_given_is_the_jobs_fault_and_no_layers(self):
        job = {"argv": ["true"], "files": [{"name": "etc", "host": "/etc"}]}
        status, output, messages = self.batch(self.jobs([job]))
        self.assertEqual(status, 2)
        self.assertIn("only a regular file can be given", parse(output)[0]["error"]["message"])
        self.assertNotIn("dualpipe doctor", messages)

    def test_a_fault_of_the_host_is_tried_again_and_then_told(self):
        # "spread" wants a CPU that nobody else has: one of both holds the only one.
        cpu = str(min(os.sched_getaffinity(0)))
        job = shell("sleep 3", cpus="spread:" + cpu, expect={"stdout": ""})
        results = self.results([job, job], "-j", "2", status=2)
        verdicts = [r["verdict"] for r in results]
        self.assertEqual(sorted(verdicts), ["internal-error", "ok"])
        fault = results[verdicts.index("internal-error")]
        self.assertTrue(fault["error"]["retryable"])
        self.assertEqual(fault["attempts"], 3)
        self.assertIsNone(fault["accepted"])


@unittest.skipUnless(shutil.which("gcc"), "no gcc here to compile with")
class Compile(Case):
    """A step before the program."""
    GCC = {"argv": ["gcc", "sol.c", "-o", "sol"]}

    def source(self, text):
        return [{"name": "sol.c", "text": "#include <stdio.h>\n" + text}]

    def test_the_program_is_compiled_and_run_in_the_same_directory(self):
        result = self.result({"argv": ["./sol"], "compile": self.GCC,
                              "files": self.source("int main() { puts(\"hi\"); }") +
                              [{"name": "data/in", "text": "x"}],
                              "collect": ["data/in", "sol.c"], "expect": {"stdout": "hi\n"}})
        self.assertEqual((result["verdict"], result["accepted"]), ("ok", True), result)
        self.assertEqual(result["compile"]["verdict"], "ok")
        self.assertEqual(result["compile"]["policy"]["name"], "compile")
        self.assertEqual(result["files"][0]["text"], "x")

    def test_a_failed_compile_step_ends_the_job(self):
        results = self.results([
            {"argv": ["./sol"], "compile": self.GCC, "files": self.source("int main() { oops; }"),
             "expect": {"stdout": ""}},
            {"argv": ["./sol"], "compile": {**self.GCC, "argv": ["sh", "-c", "while :; do :; done"],
                                            "time": "300ms", "wall": 60}},
            {"argv": ["./sol"], "compile": {"argv": ["sh", "-c", "for i in 0 1 2 3 4 5 6 7 8 9; do "
                                                     "for j in 0 1 2 3 4 5 6 7; do : > $i$j; done; "
                                                     "done"]}},
        ])
        self.assertEqual([r["verdict"] for r in results], ["compile-error"] * 3)
        self.assertIn("error:", results[0]["compile"]["stderr"])
        self.assertEqual([r["compile"]["verdict"] for r in results],
                         ["nonzero-exit", "time-limit", "ok"])
        self.assertIn("time-limit", results[1]["reason"])
        self.assertIn("files", results[2]["reason"])
        self.assertEqual((results[0]["accepted"], results[0]["stdout"], results[0]["error"],
                          results[0]["exit_code"]), (False, None, None, None))

    def test_a_compile_step_that_cannot_run_is_no_verdict_about_the_target(self):
        results = self.results([
            {"argv": ["./sol"], "compile": {"argv": ["no-such-compiler"]}},
            {"argv": ["./sol"], "compile": {"argv": ["true"]}, "expect": {"stdout": ""}},
        ], status=2)
        self.assertEqual([r["verdict"] for r in results], ["internal-error"] * 2)
        self.assertEqual(results[0]["compile"], None)
        self.assertIn("compile step left no such file", results[1]["error"]["message"])

    def test_the_limits_of_the_command_line_are_not_those_of_the_compiler(self):
        result = self.result({"argv": ["./sol"], "compile": self.GCC,
                              "files": self.source("int main() { return 0; }")},
                             "-m", "8M", "-t", "1")
        self.assertEqual(result["verdict"], "ok", result)
        self.assertGreater(result["compile"]["limits"]["memory_bytes"], 8 << 20)

    def test_links_and_pipes_that_a_compile_step_leaves_go_nowhere(self):
        result = self.result({
            "argv": ["sh", "-c", "ls"], "policy": "shell",
            "compile": {"argv": ["sh", "-c", "ln -s /etc/passwd link; mkfifo pipe; echo > kept"],
                        "policy": "shell"}})
        self.assertEqual((result["verdict"], result["stdout"]), ("ok", "kept\n"), result["stderr"])


class Results(Case):
    """What a result says."""

    def test_a_result_is_the_report_of_run_and_more(self):
        code = subprocess.run([DUALPIPE, "run", "-q", "--report", "r", "true"], cwd=self.directory,
                              stdin=subprocess.DEVNULL, check=False).returncode
        self.assertEqual(code, 0)
        result = self.result({"argv": ["true"]})
        report = json.loads(self.content("r"))
        self.assertEqual(set(result) - set(report), {
            "id", "line", "repeat", "accepted", "files", "compile", "stdout_sha256",
            *(stream + key for stream in ("stdout", "stderr")
              for key in ("", "_base64", "_tail", "_tail_base64", "_omitted_bytes"))})
        self.assertEqual(set(report) - set(result), set())

    def test_verdicts_are_those_of_run(self):
        jobs = [
            ("ok", shell("exit 0")), ("nonzero-exit", shell("exit 124")),
            ("signalled", shell("kill -9 $$")),
            ("time-limit", shell("while :; do :; done", time="200ms", wall=60)),
            ("wall-limit", shell("sleep 60", wall="300ms")),
            ("output-limit", shell("while :; do echo y; done", output="10K")),
            ("memory-limit", {"argv": ["tail", "/dev/zero"], "policy": "shell", "memory": "32M"}),
        ]
        for (verdict, _), result in zip(jobs, self.results([job for _, job in jobs])):
            self.assertEqual(result["verdict"], verdict, result["reason"])
            self.assertTrue(result["reason"])

    def test_long_output_keeps_its_head_its_tail_and_a_hash_of_all(self):
        data = "".join(f"{i}\n" for i in range(200000)).encode()
        results = self.results([{"argv": ["seq", "0", "199999"]}] * 2 +
                               [{"argv": ["seq", "0", "300"]}], "--keep-output", "4096")
        for result in results[:2]:
            self.assertEqual(result["stdout_sha256"], hashlib.sha256(data).hexdigest())
            self.assertEqual(result["stdout"].encode(), data[:2048])
            self.assertEqual(result["stdout_tail"].encode(), data[-2048:])
            self.assertEqual(result["stdout_omitted_bytes"], len(data) - 4096)
            self.assertEqual(result["stdout_bytes"], len(data))
        self.assertEqual((results[2]["stdout_tail"], results[2]["stdout_omitted_bytes"]), (None, 0))
        self.assertTrue(results[2]["stdout"].endswith("300\n"))

    def test_what_is_kept_is_right_for_every_length_around_the_bounds(self):
        lengths = [0, 1, 2, 4094, 4095, 4096, 4097, 6143, 6144, 6145, 8191, 8192, 8193, 12289,
                   65535, 65537, 200001]
        data = bytes(33 + i * 7 % 90 for i in range(max(lengths)))
        for keep in (4096, 4097, 1, 0):
            results = self.results([{"argv": ["cat"], "stdin": data[:n].decode()} for n in lengths],
                                   "--keep-output", str(keep))
            for n, result in zip(lengths, results):
                head, tail = result["stdout"] or "", result["stdout_tail"] or ""
                with self.subTest(keep=keep, length=n):
                    self.assertEqual(data[:len(head)].decode(), head)
                    self.assertEqual(data[n - len(tail):n].decode(), tail)
                    self.assertEqual(len(head) + len(tail) + result["stdout_omitted_bytes"], n)
                    if keep > 1:
                        self.assertEqual(len(head) + len(tail), min(n, keep))

    def test_cuts_fall_between_characters(self):
        text = "\u20ac\U0001f600\u00e9x" * 3000
        for keep in range(101, 111):
            result = self.result({"argv": ["cat"], "stdin": text}, "--keep-output", str(keep))
            head, tail = result["stdout"], result["stdout_tail"]
            self.assertTrue(text.startswith(head) and text.endswith(tail), (head, tail))
            kept = len((head + tail).encode())
            self.assertGreater(kept, keep - 7)
            self.assertEqual(result["stdout_omitted_bytes"], len(text.encode()) - kept)

    def test_output_that_is_no_text_comes_as_base64(self):
        rows = [b"\xff", b"a\x80b", b"\xed\xa0\x80", b"\xc3", b"\x00", "\u20ac".encode(), b"\xf4\x90\x80\x80"]
        results = self.results([{"argv": ["cat"], "stdin_base64": base64.b64encode(row).decode()}
                                for row in rows])
        for row, result in zip(rows, results):
            try:
                self.assertEqual((result["stdout"], result["stdout_base64"]), (row.decode(), None))
            except UnicodeDecodeError:
                self.assertIsNone(result["stdout"])
                self.assertEqual(base64.b64decode(result["stdout_base64"]), row)

    def test_the_output_limit_holds_and_what_is_allowed_is_there(self):
        result = self.result(shell("while :; do echo y; done", output=5001))
        self.assertEqual((result["verdict"], len(result["stdout"])), ("output-limit", 5001))
        self.assertTrue(result["output_truncated"])
        self.assertEqual(result["stdout_sha256"],
                         hashlib.sha256(b"y\n" * 2500 + b"y").hexdigest())

    def test_hostile_names_and_ids_cannot_break_a_line(self):
        names = ["\u2028\n\r\x1b[31m\"\\", "\U0001f600", "", "null", "\x00"]
        results = self.results([{"id": name, "argv": ["true"]} for name in names])
        self.assertEqual([r["id"] for r in results], names)


def peak_of(pid):
    """The most memory that a process has held, in bytes; 0: it is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Flow(Case):
    """Order, bounds, and readers."""

    def test_results_come_in_order_when_asked(self):
        jobs = [{"id": str(i), "argv": ["sleep", "0.3" if i % 7 == 0 else "0"]} for i in range(30)]
        jobs.insert(11, b"{")
        code, output, messages = self.batch("--ordered", "-j", "4", self.jobs(jobs))
        self.assertEqual(code, 2, messages)
        self.assertEqual([r["line"] for r in parse(output)], list(range(1, 32)))

    def test_without_order_they_come_as_they_finish(self):
        jobs = [{"id": "slow", "argv": ["sleep", "2"]}, {"id": "quick", "argv": ["true"]}]
        process = self.start("-j", "2", self.jobs(jobs))
        first = json.loads(process.stdout.readline())
        self.assertEqual(first["id"], "quick")
        self.assertIsNone(process.poll())
        self.assertEqual(parse(process.communicate(timeout=TIMEOUT)[0])[0]["id"], "slow")

    def test_boxes_are_as_fresh_as_was_asked(self):
        jobs = [{"argv": ["true"]}] * 10
        for level in ([], ["--freshness", "single-use"], ["--freshness", "fresh"]):
            results = self.results(jobs, *level)
            self.assertEqual({r["freshness"] for r in results}, {level[1] if level else "fresh"})
        if os.geteuid() == 0 or "DUALPIPE_TEST_SECOND_UID" in os.environ:
            results = self.results(jobs, "--freshness", "verified")
            self.assertEqual({r["freshness"] for r in results}, {"verified"})
        else:
            message = self.refused("--freshness", "verified", "--out", "out", "jobs")
            self.assertIn("a second user id", message)
            self.assertIn("doctor second-uid", message)

    def test_a_policy_with_sized_directories_has_them_new_in_each_run(self):
        policy = self.path("sized.policy", b"use python\ndirectory /scratch 1M\n")
        program = ("import os; print(os.listdir('/scratch'));"
                   "print(open('/scratch/left', 'wb', 0).write(b'x' * (2 << 20)))")
        jobs = [{"argv": ["/usr/bin/python3", "-c", program], "policy": policy}] * 3
        for level in ("single-use", "fresh") + ("verified",) * (os.geteuid() == 0):
            for result in self.results(jobs, "-j", "1", "--freshness", level):
                self.assertEqual((result["verdict"], result["stdout"]), ("ok", "[]\n1048576\n"))
                self.assertEqual((result["freshness"], result["freshness_note"]), (level, None))

    def test_jobs_of_several_policies_share_the_boxes(self):
        policies = ["native", "shell", "script", "compile", "python", "node"]
        jobs = [{"argv": ["sleep", "0.3"], "policy": policies[i % 6]} for i in range(24)]
        started = time.monotonic()
        results = self.results(jobs, "-j", "2")
        self.assertGreater(time.monotonic() - started, 24 / 2 * 0.3)  # never three at once
        self.assertEqual([r["policy"]["name"] for r in results], [job["policy"] for job in jobs])
        self.assertEqual({r["verdict"] for r in results}, {"ok"})

    def policies(self, count):
        return [self.path(f"own{i}.policy", f"use native\n# {i}\n".encode()) for i in range(count)]

    # The first pool is that of the command line, so that three are left at once.
    def test_policies_in_runs_get_the_boxes_of_those_that_went_out_of_use(self):
        policies = self.policies(8)
        jobs = [{"argv": ["true"], "policy": policy} for policy in policies for _ in range(20)]
        results = self.results(jobs, "-j", "1")
        self.assertEqual({r["verdict"] for r in results}, {"ok"})
        for i in range(8):
            run = [(r["freshness"], r["freshness_note"]) for r in results[20 * i:20 * i + 20]]
            made_new = [] if i < 3 else [("new", "another policy than the pool's")] * 4
            self.assertEqual(run[:4], made_new or [("fresh", None)] * 4, i)
            self.assertEqual(run[8:], [("fresh", None)] * 12, i)

    def test_policies_in_turn_do_not_take_boxes_from_each_other(self):
        policies = self.policies(10)
        jobs = [{"argv": ["true"], "policy": policies[i % 10]} for i in range(90)]
        results = self.results(jobs, "-j", "1")
        self.assertEqual({r["verdict"] for r in results}, {"ok"})
        for i, result in enumerate(results):
            self.assertEqual((result["freshness"], result["freshness_note"]),
                             ("fresh", None) if i % 10 < 3
                             else ("new", "another policy than the pool's"), i)

    def test_a_result_comes_before_the_next_job_is_known(self):
        process = self.start("-", stdin=subprocess.PIPE)
        for i in range(3):
            process.stdin.write(json.dumps({"id": f"{i}", "argv": ["true"]}).encode() + b"\n")
            process.stdin.flush()
            self.assertEqual(json.loads(process.stdout.readline())["id"], f"{i}")
        process.stdin.close()
        self.assertEqual(process.wait(TIMEOUT), 0)

    def test_a_reader_that_is_slow_does_not_make_it_grow(self):
        count = 250  # results of 1.2 MB each
        jobs = self.jobs([{"argv": ["head", "-c", "200000", "/dev/zero"], "policy": "shell"}] * count)
        process = self.start("-q", jobs)
        time.sleep(1)
        peak = 0
        seen = 0
        for line in process.stdout:
            self.assertEqual(len(json.loads(line)["stdout"]), 200000)
            seen += 1
            if seen % 10 == 0:
                time.sleep(0.05)
                peak = peak_of(process.pid) or peak
        self.assertEqual((process.wait(TIMEOUT), seen), (0, count))
        self.assertLess(peak, 150 << 20)  # all results together have 300 MB

    def test_a_reader_that_goes_away_ends_it_with_a_message(self):
        process = self.start(self.jobs([{"argv": ["true"]}] * 3000))
        process.stdout.readline()
        process.stdout.close()
        messages = process.stderr.read().decode()
        self.assertEqual(process.wait(TIMEOUT), 2)
        self.assertIn("standard output: Broken pipe", messages)

    def test_nobody_runs_jobs_for_a_reader_that_is_gone(self):
        process = self.start("-j", "1", self.jobs([{"argv": ["sleep", "25"]}] * 2))
        process.stdout.close()
        self.assertEqual(process.wait(20), 2)

    def test_a_full_disk_is_told_and_the_file_ends_with_a_whole_line(self):
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))

        code, _, messages = self.batch("--out", "out", self.jobs([{"argv": ["seq", "20000"]}] * 100),
                                       preexec_fn=small)
        self.assertEqual(code, 2)
        self.assertIn("out: File too large", messages)
        self.assertIn("--resume", messages)
        results = parse(self.content("out"))
        self.assertGreater(len(results), 1)
        self.assertEqual(self.batch("--resume", "out", "jobs")[0], 0)
        self.assertEqual(sorted(r["line"] for r in parse(self.content("out"))),
                         list(range(1, 101)))

    def test_where_no_boxes_can_be_made_it_stops(self):
        def no_memory_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        code, output, messages = self.batch(self.jobs([{"argv": ["true"]}] * 2000),
                                            preexec_fn=no_memory_files)
        results = parse(output)
        self.assertEqual(code, 2)
        self.assertIn("no boxes can be made", messages)
        self.assertTrue(100 <= len(results) < 300, len(results))
        self.assertEqual({r["verdict"] for r in results}, {"internal-error"})

    def test_a_device_that_takes_nothing_is_told(self):
        code, _, messages = self.batch("--out", "/dev/full", self.jobs([{"argv": ["true"]}]))
        self.assertEqual(code, 2)
        self.assertIn("/dev/full: No space left", messages)

    def test_results_go_to_a_socket_and_its_end_is_noticed(self):
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        jobs = self.jobs([{"argv": ["seq", "30000"]}] * 40)
        process = self.start(jobs, stdout=theirs)
        theirs.close()
        time.sleep(1)  # it is full by now
        received = b""
        while True:
            piece = ours.recv(65536)
            if not piece:
                break
            received += piece
        self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertEqual(len(parse(received)), 40)
        ours, theirs = socket.socketpair()
        process = self.start("-j", "1", self.jobs([{"argv": ["sleep", "25"]}] * 2), stdout=theirs)
        theirs.close()
        ours.close()
        self.assertEqual(process.wait(20), 2)

    def test_a_file_is_read_from_where_its_caller_left_it(self):
        self.jobs([b"no job", {"argv": ["true"]}])
        with open(self.path("jobs"), "rb") as file:
            os.lseek(file.fileno(), len(b"no job\n"), os.SEEK_SET)
            code, output, _ = self.batch("-", stdin=file)
        self.assertEqual((code, [r["verdict"] for r in parse(output)]), (0, ["ok"]))

    def test_the_callers_pipe_keeps_its_flags(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        self.assertEqual(self.batch(self.jobs([{"argv": ["true"]}]), stdout=write_end)[0], 0)
        self.assertFalse(fcntl.fcntl(write_end, fcntl.F_GETFL) & os.O_NONBLOCK)

    def test_closed_standard_streams_are_told(self):
        jobs = self.jobs([{"argv": ["true"]}])
        self.assertIn("standard output is closed",
                      self.batch(jobs, preexec_fn=lambda: os.close(1), stdout=None)[2])
        self.assertIn("standard input is closed",
                      self.batch("-", preexec_fn=lambda: os.close(0), stdin=None)[2])

    def test_a_directory_as_input_is_told(self):
        code, output, messages = self.batch(".")
        self.assertEqual((code, output), (2, b""))
        self.assertIn("Is a directory", messages)

    def screen(self, *arguments, environment=None):
        """Run with a terminal as standard error. Returns what it showed."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.environment = {**self.environment, "TERM": "xterm", **(environment or {})}
        process = self.start(*arguments, stderr=slave, stdout=subprocess.DEVNULL)
        os.close(slave)
        shown = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                break
            if not piece:
                break
            shown += piece
        process.wait(TIMEOUT)
        return shown.decode()

    def test_a_bar_shows_on_a_terminal(self):
        jobs = self.jobs([{"argv": ["sleep", "0.2"]}] * 10 + [{"argv": ["false"]}])
        shown = self.screen("-j", "2", jobs)
        for part in ("#", "%", "done", "/s", " ok", "\033[32m", "\r\033[K", "1 nonzero-exit"):
            self.assertIn(part, shown)
        plain = self.screen("-j", "2", jobs, environment={"NO_COLOR": "1"})
        self.assertIn("#", plain)
        self.assertNotIn("\033[32m", plain)
        self.assertNotIn("\033", self.screen("-j", "2", jobs, environment={"TERM": "dumb"}))
        self.assertEqual(self.screen("-q", jobs), "")

    def test_no_bar_and_no_summary_where_nobody_looks(self):
        self.assertEqual(self.batch(self.jobs([{"argv": ["true"]}]))[2], "")
        self.assertIn("1 job in", self.batch("-v", "jobs")[2])


class Resume(Case):
    """Going on where another batch stopped."""

    def check_all_once(self, count):
        results = parse(self.content("out"))
        self.assertEqual(sorted(r["id"] for r in results), sorted(f"j{i}" for i in range(count)))
        return results

    def named(self, count, argv=("true",)):
        return self.jobs([{"id": f"j{i}", "argv": list(argv)} for i in range(count)])

    def test_killed_again_and_again_every_job_has_one_result(self):
        count = 400
        jobs = self.named(count)
        kills = 0
        for attempt in range(40):
            process = self.start("-q", "--resume", "out", jobs)
            try:
                self.assertEqual(process.wait(0.15 + 0.05 * attempt), 0)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
        self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertGreater(kills, 0)
        self.check_all_once(count)

    def test_killed_in_the_middle_of_a_line_it_is_cut(self):
        jobs = self.named(5)
        self.assertEqual(self.batch("--out", "out", jobs)[0], 0)
        whole = self.content("out")
        lines = whole.splitlines(keepends=True)
        for cut in (1, 2, 7, 100, len(lines[4]) - 1):
            self.path("out", b"".join(lines[:4]) + lines[4][:cut])
            code, _, messages = self.batch("--resume", "out", jobs)
            self.assertEqual(code, 0, messages)
            self.assertIn("cut off", messages)
            self.check_all_once(5)

    def test_nothing_is_repeated_when_all_is_done(self):
        jobs = self.named(5)
        self.assertEqual(self.batch("--out", "out", jobs)[0], 0)
        before = self.content("out")
        self.assertEqual(self.batch("--resume", "out", jobs)[0], 0)
        self.assertEqual(self.content("out"), before)

    def test_a_file_that_is_not_there_is_begun(self):
        self.assertEqual(self.batch("--resume", "out", self.named(3))[0], 0)
        self.check_all_once(3)

    def test_jobs_without_ids_and_with_the_same_id_are_told_apart(self):
        jobs = [{"argv": ["echo", f"{i}"], **({"id": "same"} if i % 3 else {})} for i in range(30)]
        jobs.append(b"{")
        self.assertEqual(self.batch("--out", "out", "-q", "-j", "3", self.jobs(jobs))[0], 2)
        whole = self.content("out").splitlines(keepends=True)
        random.Random(3).shuffle(whole)
        self.path("out", b"".join(whole[:13]))
        self.assertEqual(self.batch("--resume", "out", "-q", "jobs")[0], 2)
        results = parse(self.content("out"))
        self.assertEqual(sorted(r["line"] for r in results), list(range(1, 32)))
        for result in results[:-1]:
            if result["line"] <= 30:
                self.assertEqual(result["stdout"], f"{result['line'] - 1}\n")

    def test_jobs_may_come_in_another_order_when_they_have_ids(self):
        self.named(6)
        lines = self.content("jobs").splitlines(keepends=True)
        self.path("half", b"".join(lines[:3]))
        self.assertEqual(self.batch("--out", "out", "half")[0], 0)
        self.path("reversed", b"".join(reversed(lines)))
        self.assertEqual(self.batch("--resume", "out", "reversed")[0], 0)
        self.check_all_once(6)

    def test_a_file_of_another_kind_is_left_alone(self):
        jobs = self.named(2)
        for content in (b"precious\n", b"precious", b"{}\n", b'{"id": 1, "a": 2}\n', b"\n",
                        self.content("jobs"), b'{"id":"x"}\n'):
            with self.subTest(content):
                self.path("out", content)
                self.assertIn("no result of a batch", self.refused("--resume", "out", jobs))
                self.assertEqual(self.content("out"), content)
        self.assertIn("same file", self.refused("--resume", "jobs", jobs))

    def test_a_damaged_file_is_gone_on_with_or_left_alone(self):
        jobs = self.named(6, ["/no/such/program"])
        self.assertEqual(self.batch("-q", "--out", "out", jobs)[0], 2)
        whole = self.content("out")
        chance = random.Random(13)
        refused = 0
        for _ in range(100):
            damaged = bytearray(whole)
            at = chance.randrange(len(damaged))
            damaged[at:at + chance.choice([1, 1, 30, 5000])] = chance.choice(
                [b"", b"\n", b"\0", b"{", b'"', b"\xff", b"x"])
            self.path("out", bytes(damaged))
            code, _, messages = self.batch("--resume", "out", jobs)
            self.assertEqual(code, 2, messages)
            after = self.content("out")
            if "nothing was changed" in messages:
                refused += 1
                self.assertEqual(after, damaged)
            else:
                self.assertTrue(after.startswith(damaged[:damaged.rfind(b"\n") + 1]))
                self.assertGreaterEqual(len(parse(after.replace(b"\xff", b"?"))), 6)
        self.assertTrue(10 < refused < 90, refused)

    def test_earlier_results_without_a_verdict_still_count_for_the_exit_status(self):
        jobs = self.jobs([{"argv": ["/no/such"]}, {"argv": ["true"]}])
        self.assertEqual(self.batch("--out", "out", jobs)[0], 2)
        code, _, messages = self.batch("--resume", "out", jobs)
        self.assertEqual(code, 2)
        self.assertIn("1 of its earlier results have no verdict", messages)

    def test_two_batches_never_share_a_file(self):
        first = self.start("--out", "out", "-j", "1", self.jobs([{"argv": ["sleep", "20"]}]))
        for _ in range(200):
            if os.path.exists(self.path("out")):
                break
            time.sleep(0.05)
        time.sleep(0.2)
        for option in ("--out", "--resume"):
            self.assertIn("another batch", self.refused(option, "out", "jobs"))
        first.send_signal(signal.SIGINT)
        first.send_signal(signal.SIGTERM)
        first.wait(TIMEOUT)

    def test_what_a_killed_batch_left_in_the_temporary_directory_is_removed(self):
        echo = base64.b64encode(open("/bin/sleep", "rb").read()).decode()
        job = {"argv": ["./s", "20"], "files": [{"name": "s", "base64": echo}]}
        process = self.start(self.jobs([job]))
        for _ in range(400):
            if os.listdir(self.temporary):
                break
            time.sleep(0.05)
        process.kill()
        process.wait()
        self.assertEqual(len(os.listdir(self.temporary)), 1)
        job["argv"][1] = "0"
        self.assertEqual(self.result(job)["verdict"], "ok")
        self.assertEqual(os.listdir(self.temporary), [])


def children_of(pid):
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", "rb") as stat:
                parent = int(stat.read().rsplit(b")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            found += [int(entry)] + children_of(int(entry))
    return found


def name_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().split(b"\0")[0]
    except OSError:
        return b""


class Signals(Case):
    """The first one lets end what is under way, the second one ends it."""

    def wait_for_targets(self, process, count):
        for _ in range(400):
            if len(children_of(process.pid)) >= count:
                return
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        self.fail("no target was started")

    def test_the_first_signal_finishes_what_is_under_way(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            jobs = self.jobs([{"id": f"j{i}", "argv": ["sleep", "1"]} for i in range(100)])
            process = self.start("-j", "2", "--out", f"out{number}", jobs)
            self.wait_for_targets(process, 2)
            process.send_signal(number)
            messages = process.communicate(timeout=TIMEOUT)[1].decode()
            self.assertEqual(process.returncode, 2)
            self.assertIn("interrupted", messages)
            results = parse(self.content(f"out{number}"))
            self.assertTrue(2 <= len(results) <= 10, len(results))
            self.assertEqual({r["verdict"] for r in results}, {"ok"})

    def test_a_terminals_interrupt_reaches_no_box(self):
        jobs = self.jobs([{"argv": ["sleep", "1"]}] * 100)
        process = self.start("-j", "2", jobs, start_new_session=True)
        self.wait_for_targets(process, 2)
        os.killpg(process.pid, signal.SIGINT)
        results = parse(process.communicate(timeout=TIMEOUT)[0])
        self.assertEqual(process.returncode, 2)
        self.assertTrue(2 <= len(results) <= 10, len(results))
        self.assertEqual({(r["verdict"], r["attempts"]) for r in results}, {("ok", 1)})

    def test_a_box_that_is_killed_is_made_again_and_its_job_runs_again(self):
        process = self.start("-j", "1", self.jobs([{"argv": ["sleep", "2"]}]))
        self.wait_for_targets(process, 2)
        for _ in range(400):
            targets = [child for child in children_of(process.pid) if name_of(child) == b"sleep"]
            if targets:
                break
            time.sleep(0.05)
        with open(f"/proc/{targets[0]}/stat", "rb") as stat:
            os.kill(int(stat.read().rsplit(b")", 1)[1].split()[1]), signal.SIGKILL)
        results = parse(process.communicate(timeout=TIMEOUT)[0])
        self.assertEqual([(r["verdict"], r["attempts"]) for r in results], [("ok", 2)], results)

    def test_a_second_one_ends_it_at_once_and_resume_goes_on(self):
        for ordered in ([], ["--ordered"]):
            jobs = self.jobs([{"id": f"j{i}", "argv": ["sleep", "0" if i < 3 else "15"]}
                              for i in range(9)])
            process = self.start("-j", "2", "--out", "out", *ordered, jobs)
            self.wait_for_targets(process, 2)
            time.sleep(0.5)
            children = children_of(process.pid)
            process.send_signal(signal.SIGINT)
            started = time.monotonic()
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            messages = process.communicate(timeout=TIMEOUT)[1].decode()
            self.assertLess(time.monotonic() - started, 10)
            self.assertEqual(process.returncode, 2)
            self.assertIn("given up", messages)
            for child in children:
                self.assertFalse(os.path.exists(f"/proc/{child}"), "a process is left")
            self.assertEqual({r["id"] for r in parse(self.content("out"))}, {"j0", "j1", "j2"})
            self.jobs([{"id": f"j{i}", "argv": ["true"]} for i in range(9)])
            self.assertEqual(self.batch("--resume", "out", "jobs")[0], 0)
            self.assertEqual(sorted(r["id"] for r in parse(self.content("out"))),
                             [f"j{i}" for i in range(9)])
            os.unlink(self.path("out"))

    def test_a_reader_that_is_stuck_does_not_hold_it_up(self):
        jobs = self.jobs([{"argv": ["head", "-c", "300000", "/dev/zero"], "policy": "shell"}] * 200)
        process = self.start("-j", "2", jobs)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 2)
        self.assertIn("given up", process.stderr.read().decode())

    def test_killed_outright_it_leaves_no_process_behind(self):
        process = self.start("-j", "2", self.jobs([{"argv": ["sleep", "30"]}] * 2))
        self.wait_for_targets(process, 2)
        children = children_of(process.pid)
        process.kill()
        process.wait()
        for _ in range(400):
            left = [child for child in children if os.path.exists(f"/proc/{child}")]
            if not left:
                break
            time.sleep(0.05)
        self.assertEqual(left, [])


class Many(Case):
    def test_thousands_of_jobs_of_mixed_verdicts_are_all_right(self):
        count = int(os.environ.get("DUALPIPE_TEST_JOBS", "5000"))
        kinds = [
            ("ok", {"argv": ["true"]}),
            ("ok", {"argv": ["cat"], "stdin": "abc", "expect": {"stdout": "abc"}}),
            ("nonzero-exit", {"argv": ["false"]}),
            ("nonzero-exit", {"argv": ["sh", "-c", "exit 137"]}),
            ("ok", {"argv": ["echo", "x"], "expect": {"stdout": "y"}}),
            ("internal-error", {"argv": ["/no/such/program"], "expect": {"stdout": ""}}),
            ("internal-error", {"argv": ["true"], "unknown": 1}),
            ("signalled", {"argv": ["sh", "-c", "kill -9 $$"]}),
            ("output-limit", {"argv": ["yes"], "output": 1000}),
        ]
        rare = [("wall-limit", {"argv": ["sleep", "9"], "wall": "100ms"}),
                ("time-limit", {"argv": ["sh", "-c", "while :; do :; done"], "time": "50ms",
                                "wall": 60})]
        accepted = {"1": True, "4": False}
        chance = random.Random(7)
        expected = {}
        jobs = []
        for i in range(count):
            kind = chance.randrange(len(kinds)) if i % 100 else len(kinds) + chance.randrange(2)
            verdict, job = (kinds + rare)[kind]
            expected[f"{i}"] = (verdict, accepted.get(str(kind)))
            jobs.append({"id": f"{i}", **job})
        code, output, messages = self.batch("--ordered", "-v", self.jobs(jobs))
        results = parse(output)
        self.assertEqual(code, 2)
        self.assertEqual([r["id"] for r in results], [f"{i}" for i in range(count)])
        for result in results:
            self.assertEqual((result["verdict"], result["accepted"]), expected[result["id"]], result)
            # Who kills itself while the kernel kills others for want of memory (those of
            # another test, say) may be their kin, and is tried again.
            if result["verdict"] not in ("internal-error", "signalled"):
                self.assertEqual(result["attempts"], 1, result)
        self.assertIn(f"{count} jobs", messages)


def run_as(user):
    """Run the suites in a process of their own, as that user."""
    child = os.fork()
    if child == 0:
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        print(f"as {'uid ' + str(user) if user is not None else 'the caller'}:", file=sys.stderr)
        passed = unittest.main(exit=False, verbosity=2).result.wasSuccessful()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0 if passed else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main():
    global DUALPIPE
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="batch-test-") as directory:
        os.chmod(directory, 0o755)
        DUALPIPE = shutil.copy(sys.argv.pop(1), directory)
        os.chmod(DUALPIPE, 0o755)
        os.chdir("/")
        statuses = [run_as(None)]
        if os.geteuid() == 0:
            statuses.append(run_as(NOBODY))
    sys.exit(max(statuses))


if __name__ == "__main__":
    main()
