#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What policies promise, seen in the box: directories with sizes, refusals in words.

policy_e2e.py DUALPIPE [Box[.TEST]]...

Started by root, each test is done as root and as nobody.
"""
import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

DUALPIPE = ""
TIMEOUT = 60
PYTHON = "/usr/bin/python3"
NOBODY = 65534
TOLD = " (as the target told it)"

SIZED = """use python
directory /tmp 1M
directory /box/small 64K
limit disk 4M
"""

# Refused with an error, so that one program can try them one after the other.
TELLING = """use python
allow socket
errno EPERM mkdir mkdirat rename symlink unlink connect bind execve chdir
"""

FILL = """
import errno, os
def fill(path, room):
    done = 0
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while done < room:
            done += os.write(fd, bytes(4096))
    except OSError as error:
        assert error.errno == errno.ENOSPC, error
    os.close(fd)
    return done
def files(directory, most):
    for i in range(most):
        try:
            os.close(os.open(f"{directory}/{i}", os.O_WRONLY | os.O_CREAT))
        except OSError as error:
            assert error.errno == errno.ENOSPC, error
            return i
    return most
"""


def each_user(test):
    """The test takes a user; it is done for each of them."""
    @functools.wraps(test)
    def run(self):
        for user in self.users():
            with self.subTest(user):
                test(self, user)
    return run


class Box(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.directory.chmod(0o777)
        self.command = shutil.copy(DUALPIPE, self.directory / "dualpipe")

    def users(self):
        if os.getuid() != 0:
            return {"self": {}}
        return {"root": {}, "nobody": {"user": NOBODY, "group": NOBODY, "extra_groups": []}}

    def policy(self, text):
        path = self.directory / "test.policy"
        path.write_text(text)
        path.chmod(0o644)
        return str(path)

    def python(self, user, policy, program, *options, data=b""):
        """Returns the output, the messages and the report."""
        done = subprocess.run(
            [self.command, "run", "-P", policy, "--report", "-", *options, "--stdout", "/dev/null",
             "--", PYTHON, "-c", program],
            input=data, capture_output=True, timeout=TIMEOUT, check=False, **self.users()[user])
        lines = done.stdout.decode("utf-8").splitlines()
        self.assertEqual(len(lines), 1, (lines, done.stderr))
        return done.stderr.decode("utf-8"), json.loads(lines[0])

    def assert_ok(self, messages, report):
        self.assertEqual(report["verdict"], "ok", (messages, report["reason"], report["error"]))
        self.assertTrue(report["attested"])

    @each_user
    def test_directories_have_sizes_of_their_own_inside_the_disk_limit(self, user):
        policy = self.policy(SIZED)
        program = FILL + """
assert fill("/tmp/a", 1 << 24) == 1 << 20
assert fill("/box/small/a", 1 << 24) == 1 << 16
rest = fill("/box/a", 1 << 24)
assert 0 < rest <= (4 << 20) - (1 << 20) - (1 << 16), rest
os.unlink("/tmp/a")
assert fill("/box/b", 1 << 24) == 0
assert fill("/tmp/b", 1 << 24) == 1 << 20
"""
        self.assert_ok(*self.python(user, policy, program))

    @each_user
    def test_files_in_a_sized_directory_are_bounded_too(self, user):
        policy = self.policy(SIZED)
        program = FILL + """
assert files("/tmp", 100000) <= 64
assert files("/box/small", 100000) <= 64
"""
        self.assert_ok(*self.python(user, policy, program))

    @each_user
    def test_a_sized_directory_takes_files_runs_nothing_and_ends_with_the_box(self, user):
        policy = self.policy(SIZED.replace("/box/small 64K", "/box 256K").replace(
            "use python", "use shell"))
        program = """
import os, subprocess
assert open("given").read() == "hello"
os.chmod("given", 0o700)
open("/tmp/script", "w").write("#!/bin/true\\n")
os.chmod("/tmp/script", 0o700)
try:
    subprocess.run(["/tmp/script"])
    assert False, "executed"
except PermissionError:
    pass
open("made", "w").write("kept")
"""
        given = self.directory / "given"
        given.write_text("hello")
        given.chmod(0o644)
        made = self.directory / f"made-{user}"
        self.assert_ok(*self.python(user, policy, program, "--file", str(given), "--collect",
                                    f"made:{made}"))
        self.assertEqual(made.read_text(), "kept")

    @each_user
    def test_sizes_that_the_disk_limit_has_no_room_for_are_refused(self, user):
        policy = self.policy("use python\ndirectory /tmp 100M\nlimit disk 200M\n")
        for option in "--disk", "--memory":
            _, report = self.python(user, policy, "pass", option, "64M")
            self.assertEqual(report["verdict"], "internal-error")
            self.assertEqual(report["error"]["step"], "mount")
            self.assertFalse(report["error"]["retryable"])
            self.assertIn("disk limit", report["error"]["message"])

    def told(self, user, line, policy=TELLING, *options):
        """The first refused call of a line of Python, in words, and the messages."""
        program = f"import os, socket, ctypes\ntry:\n    {line}\nexcept OSError: pass\n"
        messages, report = self.python(user, self.policy(policy), program, "-v", *options)
        self.assertTrue(all(c == "\n" or (c.isprintable() and c.isascii()) for c in messages),
                        repr(messages))
        self.assertIsNotNone(report["refused"], (messages, report["reason"]))
        return report["refused"]["text"], messages

    @each_user
    def test_a_path_is_told_and_marked(self, user):
        text, _ = self.told(user, "os.mkdir('/etc/x', 0o700)")
        self.assertEqual(text, f'mkdir(path="/etc/x"{TOLD}, mode=0700)')
        text, _ = self.told(user, "os.rename('a', '/b')")
        self.assertEqual(text, f'rename(old_path="a"{TOLD}, new_path="/b"{TOLD})')
        text, _ = self.told(user, "os.execv('/bin/sh', ['sh'])")
        self.assertTrue(text.startswith(f'execve(path="/bin/sh"{TOLD}, argv=0x'), text)

    @each_user
    def test_a_path_of_the_call_that_ends_the_run_is_told_in_the_reason(self, user):
        text, messages = self.told(user, "os.execv('/bin/sh', ['sh'])", "use python\n")
        self.assertIn(text, messages)
        self.assertIn(f'execve(path="/bin/sh"{TOLD}, argv=0x', text)

    @each_user
    def test_socket_addresses_are_told_and_marked(self, user):
        rows = (
            ("socket.socket().connect(('127.0.0.1', 80))", "{AF_INET, 127.0.0.1:80}"),
            ("socket.socket(socket.AF_INET6).connect(('::1', 443))", "{AF_INET6, [::1]:443}"),
            ("socket.socket(socket.AF_UNIX).connect('/run/x y')", '{AF_UNIX, "/run/x y"}'),
            ("socket.socket(socket.AF_UNIX).bind('\\0ab')", '{AF_UNIX, @"ab"}'),
            ("ctypes.CDLL(None).connect(9, b'\\x02\\0\\0', 3)", "{AF_INET, cut short}"),
            ("ctypes.CDLL(None).connect(9, b'\\x10\\0' + bytes(10), 12)", "{AF_NETLINK}"),
        )
        for line, address in rows:
            with self.subTest(line):
                self.assertIn(f"address={address}{TOLD}", self.told(user, line)[0])

    @each_user
    def test_hostile_bytes_forge_neither_words_nor_lines_nor_the_terminal(self, user):
        rows = (
            (b'/a"' + TOLD.encode() + b', x="', '"/a\\"' + TOLD + ', x=\\""'),
            (b'/a\n{"verdict":"ok"}\r\x1b[2J', '"/a\\x0a{\\"verdict\\":\\"ok\\"}\\x0d\\x1b[2J"'),
            (b"/\\x0a\\", '"/\\\\x0a\\\\"'),
            ("/\u202etxt\u00e9".encode(), '"/\\xe2\\x80\\xaetxt\\xc3\\xa9"'),
            (b"/\xff\xfe\x9b31m\x7f", '"/\\xff\\xfe\\x9b31m\\x7f"'),
            (b"", '""'),
        )
        for name, words in rows:
            with self.subTest(name):
                text, messages = self.told(user, f"os.chdir({name!r})")
                self.assertEqual(text, f"chdir(path={words}{TOLD})")
                self.assertIn(f"refused: {text} (number", messages)

    @each_user
    def test_long_and_unreadable_memory_is_cut_or_left_out(self, user):
        text, _ = self.told(user, "os.chdir('a' * 4000)")
        self.assertEqual(text, f'chdir(path="{"a" * 128}"...{TOLD})')
        text, _ = self.told(user, "os.rename(b'\\1' * 4000, b'\\2' * 4000)")
        self.assertTrue(text.endswith(f'\\x02"...{TOLD})'), text)
        for address in (0, 8, 2**64 - 1, 2**63, 2**47 - 3):
            text, _ = self.told(
                user, f"ctypes.CDLL(None).chdir(ctypes.c_void_p({address}))")
            self.assertEqual(text, f"chdir(path={hex(address)})")
        # The last bytes of a page, with nothing behind it.
        text, _ = self.told(user, "import mmap; c = ctypes.CDLL(None);"
                            " c.mmap.restype = ctypes.c_void_p;"
                            " p = c.mmap(None, 8192, 3, 34, -1, 0);"
                            " c.munmap(ctypes.c_void_p(p + 4096), 4096);"
                            " ctypes.memmove(p + 4094, b'ab', 2);"
                            " c.chdir(ctypes.c_void_p(p + 4094))")
        self.assertEqual(text, f'chdir(path="ab"...{TOLD})')

    @each_user
    def test_on_refusal_kill_errno_and_report(self, user):
        policy = "use python\nerrno EACCES mkdir\nkill rmdir\n"
        program = """
import os
for call in os.mkdir, os.mkdir, os.rmdir:
    try:
        call("/x")
    except OSError as error:
        print(error.errno)
"""
        path = self.policy(policy)
        for how, verdict, name, count in (("kill", "violation", "mkdir", 1),
                                          ("errno", "ok", "mkdir", 3),
                                          ("report", "violation", "rmdir", 3)):
            with self.subTest(how):
                _, report = self.python(user, path, program, "--on-refusal", how)
                self.assertEqual(report["verdict"], verdict)
                self.assertEqual(report["refused"]["name"], name)
                self.assertEqual(report["refused"]["count"], count)

    @each_user
    def test_ten_thousand_refusals_end_the_run_however_they_are_answered(self, user):
        program = """
import os
for i in range(20000):
    try:
        os.mkdir("/x")
    except OSError:
        pass
"""
        for how in ("errno", "report"):
            _, report = self.python(user, self.policy("use python\nerrno EACCES mkdir\n"), program,
                                    "--on-refusal", how)
            self.assertEqual(report["verdict"], "violation")
            self.assertEqual(report["refused"]["count"], 10000)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    DUALPIPE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
