#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hosts that lack something: descriptors, memory, room on the disk, /proc, standard
streams, their turn on the CPU.

scarce.py --dualpipe DUALPIPE [--faulty DUALPIPE] [--sample N] [PART...]

--faulty is the command with allocation.c linked in. What must hold: it ends, with a
verdict from a box that had all of its layers, or with exit status 2 and a message;
the target's output is never lost in silence; nothing is left behind.
"""
import argparse
import ctypes
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import faults
from faults import CANARY, NOBODY, Failure, expect
from starved import starved, stopped

UNSHARE = ["unshare", "-m", "sh", "-c"]
PRIVATE = "mount --make-rprivate / && "


class Part:
    """One kind of scarcity, on one user's command."""

    def __init__(self, options, place, user):
        self.options, self.place, self.user = options, place, user
        self.dualpipe = place / "dualpipe"
        self.failures, self.count = [], 0

    def become(self):
        os.setsid()
        if self.user == "nobody":
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    def popen(self, command, before=None, become=True, **options):
        def prepare():
            if become:
                self.become()
            if before:
                before()
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([str(word) for word in command], preexec_fn=prepare, **options)

    def finish(self, process):
        try:
            output, messages = process.communicate(timeout=faults.TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"it did not end in {faults.TIMEOUT} s") from None
        return process.returncode, (output or b"").decode("utf-8", "replace"), \
            (messages or b"").decode("utf-8", "replace")

    def run(self, *words, **options):
        """One run whose target says the canary; its status, checked."""
        with faults.scratch(self.user) as directory:
            command = [self.dualpipe, "run", "--report", f"{directory}/report", *words, "--",
                       "/bin/echo", CANARY]
            status, output, messages = self.finish(self.popen(command, **options))
            faults.judge(status, output, messages, faults.read_report(directory))
            faults.check_files(directory, status)
            return status

    def batch(self, *words, **options):
        command = [self.dualpipe, "batch", "-q", "-j", "1", *words, self.place / "jobs"]
        status, output, messages = self.finish(self.popen(command, **options))
        faults.judge_batch(status, messages, faults.read_lines(output), 0)
        return status

    def check(self, name, what):
        """Calls it; what it leaves or finds wrong is a failure of that name."""
        self.count += 1
        before = faults.cgroups(), faults.children()
        try:
            what()
            left = faults.wait_for_nothing(before)
            if left:
                raise Failure(f"is left: {faults.described(left)}")
        except Failure as failure:
            self.failures.append(name)
            print(f"FAILED: {self.user}: {name}: {failure}", flush=True)


# Resources ---------------------------------------------------------------------

def limited(what, value):
    return lambda: resource.setrlimit(what, (value, value))


def descriptors(part):
    had = set()
    for number in range(3, 61):
        def one(number=number):
            had.add(part.run(before=limited(resource.RLIMIT_NOFILE, number)))
        part.check(f"run with {number} descriptors", one)
        # With a cgroup, where one can be made for those that make processes.
        part.check(f"run of a shell with {number} descriptors", lambda number=number: part.run(
            "-P", "shell", before=limited(resource.RLIMIT_NOFILE, number)))
    expect(had == {0, 2}, f"3 to 60 descriptors are no border: {had}")
    job = json.dumps({"argv": [str(part.place / "say")], "policy": "native"}) + "\n"
    (part.place / "copied").write_text(job)  # from memory, for no policy shows it
    for number in (80, 100, 120):
        for level in faults.LEVELS if part.user == "root" else ("single-use", "fresh"):
            def copied(level=level, number=number):
                command = [part.dualpipe, "batch", "-q", "-j", "1", "--freshness", level,
                           part.place / "copied"]
                status, output, messages = part.finish(part.popen(
                    command, before=limited(resource.RLIMIT_NOFILE, number)))
                expect(status == 0, f"status {status}: {messages} {output[:200]}")
            part.check(f"a copied program, {level}, with {number} descriptors", copied)
    for number in range(4, 16):
        part.check(f"judge with {number} descriptors", lambda number=number: judged(part, number))
    for number in range(6, 200, 1 if part.options.sample == 1 else 9):
        part.check(f"batch with {number} descriptors", lambda number=number: part.batch(
            before=limited(resource.RLIMIT_NOFILE, number)))


def judged(part, number):
    """Too few of them for a verdict: its directory is removed all the same."""
    with faults.scratch(part.user) as directory:
        status, output, messages = part.finish(part.popen(
            [part.dualpipe, "judge", "-q", part.place / "problem", part.place / "large.py"],
            before=limited(resource.RLIMIT_NOFILE, number),
            env=dict(os.environ, TMPDIR=str(directory))))
        expect(status == 2, f"status {status}: {output} {messages}")
        expect(not os.listdir(directory), f"it leaves {os.listdir(directory)}")


def blind(part):
    """A box whose processes the kernel kills for want of memory, and a host that has no
    descriptor left to read of it: it must not take the target's end for the target's own."""
    if part.user != "root" or not shutil.which("strace"):
        print(f"blind: {part.user}: skipped: it takes strace, and root, whose boxes have groups")
        return
    script = "import os, time\n" \
             "for _ in range(8):\n" \
             "    if os.fork() == 0:\n" \
             "        kept = b'x' * (14 << 20)\n" \
             "        time.sleep(20)\n" \
             "os.wait()\n" \
             "os.kill(os.getpid(), 9)\n"
    log = part.place / "opened"

    def report_of(*inject):
        with faults.scratch(part.user) as directory:
            part.finish(part.popen(["strace", "-f", "-qq", "-o", log, "-e", "trace=openat", *inject,
                                    part.dualpipe, "run", "-q", "--report", f"{directory}/report",
                                    "-P", "shell", "-m", "64M", "--", "python3", "-I", "-S", "-c",
                                    script]))
            return faults.read_report(directory)

    def one():
        report = report_of()
        if report["memory_cause"] != "oom-kill":
            print(f"blind: skipped: no memory cgroup here ({report['reason']})")
            return
        lines = log.read_text().splitlines()
        own = [line for line in lines if line.split()[0] == lines[0].split()[0]]
        asked = [n for n, line in enumerate(own, 1) if "memory.oom_control" in line or
                 "memory.events" in line]
        report = report_of("-e", f"inject=openat:error=EMFILE:when={asked[0]}+")
        # The second one may come to it by fewer calls, and still read the count.
        expect(report["verdict"] == "memory-limit" or
               (report["verdict"] == "internal-error" and report["error"]["retryable"]),
               f"{report['verdict']}: {report['reason']}")
    part.check("blind", one)


def small_limits(part):
    """Of the caller's, inherited: the host's own faults then, never the target's. Below
    the sizes here the kernel cannot load the command."""
    limits = [(resource.RLIMIT_FSIZE, size) for size in (0, 1, 512, 4096, 65536)]
    limits += [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_CORE, resource.RLIM_INFINITY)]
    limits += [(resource.RLIMIT_STACK, size << 10) for size in (128, 256, 1024)]
    limits += [(resource.RLIMIT_MEMLOCK, 0), (resource.RLIMIT_SIGPENDING, 0),
               (resource.RLIMIT_MSGQUEUE, 0), (resource.RLIMIT_NICE, 0)]
    limits += [(resource.RLIMIT_NPROC, number) for number in (0, 1, 5)]
    for what, size in limits:
        part.check(f"run with limit {what} of {size}",
                   lambda what=what, size=size: part.run(before=limited(what, size)))
        part.check(f"batch with limit {what} of {size}",
                   lambda what=what, size=size: part.batch(before=limited(what, size)))


def processes(part):
    """Fewer than a box takes. A clone that fails takes the descriptor back that it had
    made: nobody may close that number, or signal it, for it may be another thread's."""
    top = pathlib.Path("/sys/fs/cgroup/pids")
    group = top / f"dualpipe-scarce-{os.getpid()}"
    if os.geteuid() != 0 or not (top / "cgroup.procs").exists():
        print("processes: skipped: no pids controller of cgroup v1 is ours")
        return
    log = part.place / "calls"

    def join():
        (group / "cgroup.procs").write_text("0")
        part.become()
    few = {"before": join, "become": False}

    def traced(run, *words):
        """As root only: a tracer without privilege takes it from set-uid programs."""
        trace = "trace=close,pidfd_send_signal,waitid,poll"
        dualpipe = part.dualpipe
        part.dualpipe = part.place / "traced"
        part.dualpipe.write_text(f"#!/bin/sh\nexec strace -f -qq -o {log} -e {trace} "
                                 f"{dualpipe} \"$@\"\n")
        part.dualpipe.chmod(0o755)
        try:
            run(*words, **few)
        finally:
            part.dualpipe = dualpipe
        stale = [line for line in log.read_text().splitlines()
                 if "EBADF" in line or "POLLNVAL" in line]
        expect(not stale, f"a descriptor that is not there: {stale[:3]}")

    group.mkdir()
    try:
        for number in range(1, 21) if part.options.sample == 1 else (1, 2, 3, 4, 8):
            (group / "pids.max").write_text(str(number))
            part.check(f"run with {number} processes", lambda: part.run(**few))
            part.check(f"batch with {number} processes", lambda: part.batch(**few))
            if part.user != "root":
                continue
            (group / "pids.max").write_text(str(number + 1))  # strace
            part.check(f"traced run with {number} processes", lambda: traced(part.run))
            for level in ("single-use", "fresh", "verified"):
                part.check(f"traced batch, {level}, with {number} processes",
                           lambda level=level: traced(part.batch, "--freshness", level))
    finally:
        group.rmdir()


def address_space(part):
    """The target inherits it; its program may then not load, which is no harm."""
    for size in range(4, 60, part.options.sample):
        def one(size=size):
            command = [part.dualpipe, "run", "-P", "static", "--", part.place / "say"]
            before = limited(resource.RLIMIT_AS, size << 20)
            status, output, messages = part.finish(part.popen(command, before=before))
            expect(status in (0, 2), f"status {status}: {messages}")
            expect((status == 0) == (output == CANARY), f"status {status}, {output!r}")
            expect(status == 0 or messages, "no message")
        part.check(f"run in {size} MiB of address space", one)
        part.check(f"batch in {size} MiB", lambda size=size: part.batch(
            before=limited(resource.RLIMIT_AS, size << 20)))


def fail_allocation(part, run, number, and_after):
    """Returns whether there were so many."""
    told, tell = os.pipe()
    os.set_inheritable(tell, True)
    environment = dict(os.environ, FAIL_ALLOCATION=str(number), FAIL_TOLD=str(tell))
    if and_after:
        environment["FAIL_AFTER"] = "1"
    try:
        run(env=environment, pass_fds=[tell])
    finally:
        os.close(tell)
        met = bool(os.read(told, 1))
        os.close(told)
    return met


def allocations(part):
    if not part.options.faulty:
        print("allocations: skipped: no --faulty command is given")
        return
    faulty = part.dualpipe.with_name("faulty")
    part.dualpipe, whole = faulty, part.dualpipe
    for run in (part.run, part.batch):
        for and_after in (False, True):
            number, met = 1, True
            while met and number < 100000:
                def one(number=number, run=run, and_after=and_after):
                    nonlocal met
                    met = fail_allocation(part, run, number, and_after)
                part.check(f"{run.__name__}: allocation {number}{' and all after' * and_after}",
                           one)
                number += part.options.sample * max(1, number // 40)
    part.dualpipe = whole


# Places ------------------------------------------------------------------------

def disk_full(part):
    """/dev/full for each output; and, as root, file systems without room."""
    echo = ["--", "/bin/echo", CANARY]
    for words in (["--stdout", "/dev/full"], ["--stderr", "/dev/full", "--stderr-to-stdout"],
                  ["--report", "/dev/full"], ["--meta", "/dev/full"]):
        def one(words=words):
            if "--stderr-to-stdout" in words:
                command = [part.dualpipe, "run", "--stdout", "/dev/full", "--stderr-to-stdout"]
            else:
                command = [part.dualpipe, "run", *words]
            status, _, messages = part.finish(part.popen([*command, *echo]))
            expect(status == 2 and messages, f"status {status}: {messages!r}")
        part.check(f"run {' '.join(words)}", one)

    def batch_out():
        status, _, messages = part.finish(part.popen(
            [part.dualpipe, "batch", "--out", "/dev/full", part.place / "jobs"]))
        expect(status == 2 and "space" in messages, f"status {status}: {messages!r}")
    part.check("batch --out /dev/full", batch_out)
    if part.user != "root":
        return
    for size in (4, 8, 16, 64):
        part.check(f"a disk of {size} KiB", lambda size=size: small_disk(part, size))
    part.check("/run without room", lambda: run_directory(part, "mount -t tmpfs -o nr_inodes=1 "
                                                          "none /run"))
    part.check("/run that is read-only", lambda: run_directory(part, "mount -t tmpfs -o ro none "
                                                               "/run"))


def small_disk(part, kib):
    """As working directory, TMPDIR, and place of all that is written."""
    script = PRIVATE + f"mount -t tmpfs -o size={kib}k none /mnt && cd /mnt && exec \"$@\""
    enter = [*UNSHARE, script, "sh"]
    big = "0123456789abcdef" * 5000
    job = {"argv": ["cat", "f"], "files": [{"name": "f", "text": big}], "policy": "shell",
           "compile": {"argv": ["cp", "f", "g"], "policy": "shell"}}
    (part.place / "big").write_text((json.dumps(job) + "\n") * 3)
    (part.place / "big-data").write_text(big)
    commands = {
        "--collect": [part.dualpipe, "run", "--report", "-", "-q", "--file",
                      f"{part.place}/big-data:f", "--collect", "f:out", "-P", "shell", "--", "true"],
        "TMPDIR": ["env", "TMPDIR=/mnt", part.dualpipe, "batch", "-q", part.place / "big"],
        "--resume": [part.dualpipe, "batch", "-q", "--out", "results", "--resume", "results",
                     part.place / "big"],
        "judge": ["env", "TMPDIR=/mnt", part.dualpipe, "judge", "-q", "--report", "-",
                  part.place / "problem", part.place / "large.py"],
    }
    commands["--resume"] = [part.dualpipe, "batch", "-q", "--resume", "results", part.place / "big"]
    for name, command in commands.items():
        status, output, messages = part.finish(part.popen([*enter, *command]))
        # 80 kB do not fit into any of these.
        expect(status == 2, f"{name}: status {status}: {output[-300:]!r} {messages!r}")
        told = messages + output
        expect("No space left" in told or "ENOSPC" in told, f"{name}: {told[-600:]!r}")
        for line in output.splitlines() if name == "TMPDIR" else ():
            expect(json.loads(line)["verdict"] == "internal-error", f"{name}: {line[:300]}")


def run_directory(part, mount):
    status, _, messages = part.finish(part.popen(
        [*UNSHARE, PRIVATE + mount + ' && exec "$@"', "sh", part.dualpipe, "run", "--",
         "/bin/echo", CANARY]))
    expect(status == 2 and "/run/dualpipe" in messages and "doctor private-uids" in messages,
           f"status {status}: {messages!r}")


def missing_places(part):
    """Covered by an empty, read-only file system, or a root without anything."""
    if part.user != "root":
        return
    for place in ("/proc", "/dev", "/sys", "/tmp", "/run", "/var", "/etc"):
        def one(place=place):
            prefix = [*UNSHARE, PRIVATE + f"mount -t tmpfs -o ro none {place} && exec \"$@\"",
                      "sh", "setpriv", "--reuid", part.uid, "--regid", part.uid,
                      "--clear-groups"]
            status, output, messages = part.finish(part.popen(
                [*prefix, part.place_elsewhere / "dualpipe", "run", "--", "/bin/echo", CANARY]))
            expect(status in (0, 2), f"status {status}: {messages}")
            expect((status == 0) == (output == CANARY + "\n"), f"{status} {output!r} {messages!r}")
            expect(status == 0 or messages, "no message")
            print(f"  without {place}, as uid {part.uid}: "
                  f"{'ok' if status == 0 else messages.strip()[:150]}", flush=True)
        for part.uid in ("0", str(NOBODY)):
            part.check(f"without {place}, uid {part.uid}", one)

    def bare_root():
        root = part.place / "root"
        root.mkdir()
        shutil.copy2(part.dualpipe, root)
        shutil.copy2(part.place / "say", root)
        status, output, messages = part.finish(part.popen(
            ["chroot", root, "/dualpipe", "run", "-P", "static", "--", "/say"]))
        shutil.rmtree(root)
        expect(status == 2 and messages, f"status {status}: {output!r} {messages!r}")
        print(f"  in an empty root: {messages.strip()[:150]}", flush=True)
    part.check("an empty root", bare_root)


# The caller's state ------------------------------------------------------------

def closed_streams(part):
    for closed in range(8):
        def close(closed=closed):
            for fd in range(3):
                if closed >> fd & 1:
                    os.close(fd)

        def one(close=close, closed=closed):
            with faults.scratch(part.user) as directory:
                report = f"{directory}/report"
                status, _, _ = part.finish(part.popen(
                    [part.dualpipe, "run", "-q", "--report", report, "--stdout",
                     f"{directory}/out", "--", "/bin/echo", CANARY], before=close))
                told = json.loads(pathlib.Path(report).read_text())
                expect(status == 0 and told["verdict"] == "ok", f"status {status}: {told}")
                expect(pathlib.Path(directory, "out").read_text() == CANARY + "\n", "other output")
                status, _, _ = part.finish(part.popen(
                    [part.dualpipe, "batch", "-q", "--out", f"{directory}/results",
                     part.place / "jobs"], before=close))
                text = pathlib.Path(directory, "results").read_text()
                results = faults.read_lines(text)
                expect(status == 0 and len(results) == faults.JOBS, f"batch: {status} {text[:300]}")
                for each in results:
                    expect(each["stdout"] == CANARY + "\n", f"batch: {each['stdout']!r}")
        part.check(f"streams {closed:03b} closed", one)


def inherited(part):
    """Blocked and ignored signals, umasks, priorities."""
    def deaf():
        for number in range(1, 65):
            if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))

    def own_signal():
        status, _, messages = part.finish(part.popen(
            [part.dualpipe, "run", "-P", "shell", "--", "sh", "-c", "kill -TERM $$; echo alive"],
            before=deaf))
        expect(status == 1 and "signalled" in messages, f"status {status}: {messages}")
    part.check("all signals ignored and blocked", lambda: expect(
        part.run(before=deaf) == 0 and part.batch(before=deaf) == 0, "it does not run"))
    part.check("a target's own signal, all ignored outside", own_signal)
    for mask in (0, 0o777, 0o277):
        part.check(f"umask {mask:o}", lambda mask=mask: expect(
            part.run("--file", f"{part.place}/data:data",
                     before=lambda: os.umask(mask)) == 0 or part.user != "root",
            "it does not run"))
    part.check("nice 19", lambda: expect(part.run(before=lambda: os.nice(19)) == 0, "no"))


PARTS = (descriptors, blind, small_limits, processes, address_space, allocations, disk_full,
         missing_places, closed_streams, inherited, stopped, starved)


def prepare(options, place):
    place.chmod(0o755)
    shutil.copy2(options.dualpipe, place / "dualpipe")
    shutil.copy2(options.dualpipe + "-judge", place / "dualpipe-judge")
    if options.faulty:
        shutil.copy2(options.faulty, place / "faulty")
    shutil.copy2(options.say, place / "say")
    (place / "data").write_text(CANARY)
    job = json.dumps({"argv": ["/bin/echo", CANARY]}) + "\n"
    (place / "jobs").write_text(job * faults.JOBS)
    (place / "problem").mkdir()
    for name in ("1.in", "1.ans"):
        (place / "problem" / name).write_text("1\n")
    (place / "large.py").write_text("#" * 80000 + "\nprint(input())\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--faulty")
    parser.add_argument("--say", required=True, help="tests/programs/say, a static program")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--user", choices=["root", "nobody"])
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(faults.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    users = [options.user] if options.user else \
        ["root", "nobody"] if os.geteuid() == 0 else ["self"]
    failures = []
    # Not in /tmp, which one of the parts covers.
    with tempfile.TemporaryDirectory(prefix="dualpipe-scarce-") as directory, \
            tempfile.TemporaryDirectory(prefix="dualpipe-scarce-", dir="/opt") as elsewhere:
        place, place_elsewhere = pathlib.Path(directory), pathlib.Path(elsewhere)
        prepare(options, place)
        place_elsewhere.chmod(0o755)
        shutil.copy2(options.dualpipe, place_elsewhere / "dualpipe")
        for user in users:
            for run in PARTS:
                if options.parts and run.__name__ not in options.parts:
                    continue
                part = Part(options, place, user)
                part.place_elsewhere = place_elsewhere
                run(part)
                failures += part.failures
                print(f"{user}: {run.__name__}: {part.count} tried, {len(part.failures)} failed",
                      flush=True)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
