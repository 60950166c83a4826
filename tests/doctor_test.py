#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`dualpipe doctor` on this host, and on hosts that lack something.

doctor_test.py DUALPIPE [SUITE[.TEST]...]

Containers are simulated: filters around the command, uid 0 of a user
namespace, capabilities that are gone, a covered /proc, a read-only /sys/fs/cgroup.
What is changed is changed in namespaces of the test's own.
"""
import ctypes
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

DUALPIPE = ""
JOBS = ""  # a file of two jobs
PROBLEM = []  # a problem, and a submission to it
TIMEOUT = 60
NOBODY = 65534

PR_SET_NO_NEW_PRIVS = 38
SYS_SECCOMP = 317
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_NEW_LISTENER = 8
RET_ALLOW = 0x7FFF0000
RET_ERRNO = 0x00050000
EPERM, ENOSYS = 1, 38
CLONE, UNSHARE, CLONE3 = 56, 272, 435
CLONE_NEWUSER = 0x10000000

libc = ctypes.CDLL(None, use_errno=True)


def install_filter(instructions, flags=0):
    """In a child, before it executes the command."""
    code = b"".join(struct.pack("HBBI", *each) for each in instructions)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(instructions), ctypes.addressof(buffer))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    result = libc.syscall(SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, flags, program)
    if result < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return result


def like_docker():
    """What Docker's default profile answers a process without CAP_SYS_ADMIN:
    no namespaces by clone and unshare, and clone3 as if it did not exist."""
    install_filter([
        (0x20, 0, 0, 0),            # load the number
        (0x15, 4, 0, UNSHARE),
        (0x15, 4, 0, CLONE3),
        (0x15, 0, 4, CLONE),
        (0x20, 0, 0, 16),           # clone's flags
        (0x45, 0, 2, CLONE_NEWUSER | 0x6E020000),
        (0x06, 0, 0, RET_ERRNO | EPERM),
        (0x06, 0, 0, RET_ERRNO | ENOSYS),
        (0x06, 0, 0, RET_ALLOW),
    ])


def with_listener():
    fd = install_filter([(0x06, 0, 0, RET_ALLOW)], SECCOMP_FILTER_FLAG_NEW_LISTENER)
    os.set_inheritable(fd, True)


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def needs_root(test):
    return unittest.skipUnless(os.geteuid() == 0, "needs root to change who it is")(test)


class Case(unittest.TestCase):
    def dualpipe(self, *arguments, before=None, prefix=(), as_nobody=False):
        """Returns exit status, output and messages."""
        def prepare():
            if as_nobody and os.geteuid() == 0:
                become_nobody()
            if before:
                before()
        run = subprocess.run([*prefix, DUALPIPE, *arguments], stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=TIMEOUT, preexec_fn=prepare,
                             close_fds=False,
                             cwd="/", check=False)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def doctor(self, **options):
        """Returns the exit status and the lines by their names."""
        status, output, messages = self.dualpipe("doctor", "--json", **options)
        self.assertIn(status, (0, 1), messages)
        whole = json.loads(output)
        self.assertEqual(whole["in_full"], status == 0)
        return status, {line["name"]: line for line in whole["findings"]}

    def assert_run_points_to(self, line, **options):
        """And so do a batch and a judge."""
        status, _, messages = self.dualpipe("run", "/bin/true", **options)
        self.assertEqual(status, 2, messages)
        self.assertIn(f"dualpipe doctor {line}", messages)
        status, _, messages = self.dualpipe("batch", JOBS, **options)
        self.assertEqual(status, 2, messages)
        self.assertEqual(messages.count(f"dualpipe doctor {line}"), 1, messages)
        status, output, messages = self.dualpipe("judge", "--report", "-", "-q",
                                                 *PROBLEM, **options)
        self.assertEqual(status, 2, messages)
        reason = json.loads(output)["submissions"][0]["reason"]
        self.assertIn(f"dualpipe doctor {line}", reason)


class Here(Case):
    def test_all_policies_are_tried(self):
        _, policies, _ = self.dualpipe("policy", "list")
        names = [line.split()[0] for line in policies.splitlines() if line.strip()]
        status, lines = self.doctor()
        self.assertLessEqual(set(names), set(lines))
        self.assertEqual(status == 0, all(line["state"] != "missing" for line in lines.values()))

    def test_what_is_missing_says_what_it_costs(self):
        for as_nobody in (False, True):
            _, lines = self.doctor(as_nobody=as_nobody)
            for line in lines.values():
                if line["state"] in ("less", "missing"):
                    self.assertTrue(line["cost"], line)

    def test_a_run_agrees_with_it(self):
        for as_nobody in (False, True):
            status, lines = self.doctor(as_nobody=as_nobody)
            ran, _, messages = self.dualpipe("run", "/bin/true", as_nobody=as_nobody)
            self.assertEqual(ran == 0, lines["native"]["state"] == "ok", messages)

    def test_single_lines_can_be_asked_for(self):
        status, output, _ = self.dualpipe("doctor", "clock", "swap")
        self.assertEqual(status, 0)
        names = [line.split()[1] for line in output.splitlines() if line.startswith("  ")
                 and not line.startswith("   ")]
        self.assertEqual(names, ["swap:", "clock:"])

    def test_wrong_usage_is_told(self):
        for arguments in (("--jsn",), ("no-such-line",)):
            status, output, messages = self.dualpipe("doctor", *arguments)
            self.assertEqual((status, output), (2, ""))
            self.assertIn(arguments[0], messages)


class Reduced(Case):
    """Hosts that lack something, as containers do."""

    def test_a_filter_that_refuses_namespaces(self):
        status, lines = self.doctor(before=like_docker, as_nobody=True)
        self.assertEqual(status, 1)
        self.assertEqual(lines["user-namespace"]["state"], "missing")
        self.assertIn("seccomp=unconfined", lines["user-namespace"]["mend"])
        self.assertEqual(lines["native"]["state"], "missing")
        self.assert_run_points_to("user-namespace", before=like_docker, as_nobody=True)

    def test_a_listener_around_us(self):
        status, lines = self.doctor(before=with_listener)
        self.assertEqual(status, 1)
        self.assertEqual(lines["seccomp"]["state"], "missing")
        self.assertIn("listener", lines["seccomp"]["mend"])
        self.assert_run_points_to("seccomp", before=with_listener)

    def test_user_namespaces_used_up(self):
        prefix = ["unshare", "-Ur", "sh", "-c",
                  'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
        status, lines = self.doctor(prefix=prefix, as_nobody=True)
        self.assertEqual(status, 1)
        self.assertIn("max_user_namespaces", lines["user-namespace"]["mend"])
        self.assert_run_points_to("user-namespace", prefix=prefix, as_nobody=True)

    def test_root_of_a_user_namespace_is_an_ordinary_user(self):
        prefix = ["unshare", "-Ur"]
        _, lines = self.doctor(prefix=prefix, as_nobody=True)
        self.assertEqual(lines["private-uids"]["state"], "note")
        self.assertEqual(lines["native"]["state"], "ok")
        status, _, messages = self.dualpipe("run", "/bin/true", prefix=prefix, as_nobody=True)
        self.assertEqual(status, 0, messages)

    @needs_root
    def test_the_hosts_root_is_never_in_a_box(self):
        prefix = ["unshare", "-Ur"]
        status, lines = self.doctor(prefix=prefix)
        self.assertEqual(status, 1)
        self.assertEqual(lines["private-uids"]["state"], "missing")
        self.assert_run_points_to("private-uids", prefix=prefix)

    @needs_root
    def test_root_without_capabilities(self):
        prefix = ["setpriv", "--bounding-set", "-setuid", "--inh-caps", "-all"]
        status, lines = self.doctor(prefix=prefix)
        self.assertEqual(status, 1)
        self.assertIn("SETUID", lines["private-uids"]["mend"])
        self.assert_run_points_to("private-uids", prefix=prefix)

    @needs_root
    def test_root_with_the_capabilities_that_containers_give(self):
        """Docker's default set, with namespaces allowed: all runs in full."""
        kept = ["chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid",
                "setpcap", "net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write",
                "setfcap"]
        prefix = ["setpriv", "--bounding-set", "-all," + ",".join("+" + name for name in kept),
                  "--inh-caps", "-all"]
        status, lines = self.doctor(prefix=prefix)
        self.assertEqual(status, 0, lines)

    @needs_root
    def test_a_covered_proc(self):
        prefix = ["unshare", "-m", "sh", "-c",
                  'mount --bind /dev/null /proc/kallsyms && '
                  'mount -t tmpfs none /proc/fs && exec "$@"', "sh",
                  "setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        status, lines = self.doctor(prefix=prefix)
        self.assertEqual(status, 1)
        self.assertEqual(lines["inner-proc"]["state"], "missing")
        self.assertIn("systempaths=unconfined", lines["inner-proc"]["mend"])
        self.assertEqual(lines["native"]["state"], "ok")

    @needs_root
    def test_a_read_only_proc_sys_is_told_in_the_report(self):
        prefix = ["unshare", "-m", "sh", "-c",
                  'mount --make-rprivate / && mount --bind /proc/sys /proc/sys && '
                  'mount -o remount,ro,bind /proc/sys && exec "$@"', "sh"]
        for before, word in (([], False), (prefix, True)):
            status, output, messages = self.dualpipe("run", "--report", "-", "-q", "/bin/true",
                                                     prefix=before)
            self.assertEqual(status, 0, messages)
            layer = json.loads(output)["layers"]["user-namespace"]
            self.assertTrue(layer.startswith("on"), layer)
            self.assertEqual("/proc/sys" in layer, word, layer)

    @needs_root
    def test_a_read_only_cgroup_tree(self):
        prefix = ["unshare", "-m", "sh", "-c",
                  'mount --make-rprivate / && '
                  'for d in /sys/fs/cgroup /sys/fs/cgroup/*; do '
                  'mountpoint -q "$d" && mount -o remount,ro,bind "$d"; done; exec "$@"', "sh"]
        status, lines = self.doctor(prefix=prefix)
        self.assertEqual(status, 0)
        self.assertEqual(lines["cgroup"]["state"], "less")


def put_problem(directory):
    """A folder with one case, and a submission that needs no compiler."""
    problem = os.path.join(directory, "problem")
    os.mkdir(problem)
    for name, text in (("1.in", "1\n"), ("1.ans", "1\n")):
        with open(os.path.join(problem, name), "w", encoding="utf-8") as file:
            file.write(text)
    submission = os.path.join(directory, "echo.py")
    with open(submission, "w", encoding="utf-8") as file:
        file.write("print(input())\n")
    return [problem, submission]


def main():
    global DUALPIPE, JOBS, PROBLEM
    for tool in ("unshare", "setpriv"):
        if not shutil.which(tool):
            print(f"skipped: there is no {tool} here")
            return 77
    with tempfile.TemporaryDirectory(prefix="dualpipe-doctor-") as directory:
        os.chmod(directory, 0o755)  # for nobody, who may not look into the build
        DUALPIPE = shutil.copy2(sys.argv[1], directory)
        shutil.copy2(sys.argv[1] + "-judge", directory)
        JOBS = os.path.join(directory, "jobs")
        with open(JOBS, "w", encoding="utf-8") as file:
            file.write('{"argv": ["/bin/true"]}\n' * 2)
        PROBLEM = put_problem(directory)
        program = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2)
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
