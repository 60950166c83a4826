#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hostile targets, from outside: every verdict, every attack, hosts in odd states.

hostile_test.py --dualpipe COMMAND --library DIRECTORY --programs DIRECTORY
                --hosts DIRECTORY [--only TEXT] SUITE...   (verdicts, attacks, hosts)

Each case runs real programs and is followed by a look for what might be left
behind. Started by root, all is done twice: as root and as nobody, on copies of
the binaries. One line is printed for each case.
"""
import argparse
import ctypes
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TIMEOUT = 120  # of one command; generous, so that only a hang meets it
THREADS_RUNS = int(os.environ.get("DUALPIPE_TEST_THREADS_RUNS", "2000"))
SECRET = "the-secret-of-the-host"
UID_FIRST, UID_COUNT = 0x77000000, 65536
EAGAIN, EACCES, EMFILE, ENOSPC, ENAMETOOLONG = 11, 13, 24, 28, 36
PR_SET_CHILD_SUBREAPER = 36
CLONE_NEWIPC = 0x08000000
WALL = 0x40000000

suites = {"verdicts": [], "attacks": [], "hosts": []}
with open("/proc/self/mountinfo", "rb") as mountinfo:
    before_mounts = mountinfo.read()


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def case(suite, name):
    def add(function):
        suites[suite].append((name, function))
        return function
    return add


def check(condition, message):
    if not condition:
        raise Failure(message)


class Run:
    """What came of one command."""

    def __init__(self, status, output, messages, report, seconds):
        self.status, self.output, self.messages = status, output, messages
        self.report, self.seconds = report, seconds

    def __str__(self):
        report = self.report or {}
        return (f"status {self.status}, {report.get('verdict')}: {report.get('reason')}; "
                f"refused {report.get('refused')}; error {report.get('error')}; "
                f"output {self.output[-300:]!r}; messages {self.messages[-300:]!r}")

    def expect(self, verdict, **keys):
        check(self.report is not None, f"no report: {self}")
        check(self.report["verdict"] == verdict, f"{verdict} expected: {self}")
        status = {"ok": 0, "internal-error": 2}.get(verdict, 1)
        check(self.status == status, f"exit status {status} expected: {self}")
        for key, wanted in keys.items():
            got = self.report[key]
            good = wanted(got) if callable(wanted) else got == wanted
            check(good, f"{key} is {got!r}: {self}")
        return self

    def expect_output(self, wanted):
        check(self.output == wanted, f"output {wanted!r} expected: {self}")
        return self

    def numbers(self):
        """The last line of the output, as numbers."""
        try:
            return [int(word) for word in self.output.split(b"\n")[-2].split()]
        except (IndexError, ValueError):
            raise Failure(f"no numbers: {self}") from None


class User:
    """Who the commands are run by, and where."""

    def __init__(self, name, uid, place):
        self.name, self.uid, self.place = name, uid, place
        self.directory = place / f"of-{name}"
        self.directory.mkdir()
        if uid is not None:
            os.chown(self.directory, uid, uid)
        self.is_root = uid is None and os.geteuid() == 0

    def program(self, name):
        return str(self.place / "programs" / name)

    def start(self, argv, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("cwd", self.directory)
        options.setdefault("start_new_session", True)
        if self.uid is not None:
            options.update(user=self.uid, group=self.uid, extra_groups=[])
        environment = dict(os.environ, SECRET=SECRET, HOME=str(self.directory),
                           LD_LIBRARY_PATH=str(self.place / "library"),
                           DUALPIPE_TEST_PROGRAMS=str(self.place / "programs"))
        process = subprocess.Popen([str(word) for word in argv], env=environment, **options)
        started.add(process.pid)
        return process

    def finish(self, process, data=None, timeout=TIMEOUT):
        started = time.monotonic()
        try:
            output, messages = process.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            where = doings(process)
            output, messages = end_all(process)
            raise Failure(f"it hangs: {process.args}: {output}, {messages}; {where}") from None
        return Run(process.returncode, output or b"", (messages or b"").decode("utf-8", "replace"),
                   None, time.monotonic() - started)

    def command(self, argv, data=None, timeout=TIMEOUT, **options):
        if data is not None:
            options["stdin"] = subprocess.PIPE
        return self.finish(self.start(argv, **options), data, timeout)

    def take_report(self, run):
        path = self.directory / "report"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            path.unlink()
            run.report = json.loads(text) if text else None
        return run

    def start_run(self, program, *arguments, options=(), prefix=(), **more):
        return self.start([*prefix, self.place / "dualpipe", "run", "--quiet", "--report", "report",
                           *options, "--", self.program(program), *arguments], **more)

    def run(self, program, *arguments, options=(), data=None, **more):
        if data is not None:
            more["stdin"] = subprocess.PIPE
        started = time.monotonic()
        run = self.finish(self.start_run(program, *arguments, options=options, **more), data)
        run.seconds = time.monotonic() - started
        return self.take_report(run)


# What may be left behind -----------------------------------------------------

def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def processes():
    """pid: (parent, name) of all."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            stat = read(f"/proc/{entry}/stat")
            if stat:
                name, rest = stat.split(b"(", 1)[1].rsplit(b")", 1)
                found[int(entry)] = (int(rest.split()[1]), name.decode("utf-8", "replace"))
    return found


def descendants(pid):
    all_processes = processes()
    found, new = {}, {pid}
    while new:
        new = {p for p, (parent, _) in all_processes.items() if parent in new and p not in found}
        found.update({p: all_processes[p][1] for p in new})
    return found


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG | WALL)[0]:
            pass
    except ChildProcessError:
        pass


started = set()  # process numbers of all our commands


def is_of_others(directory):
    """Made by none of our commands: others may run DualPipe, too, and kill it."""
    found = re.search(r"/dualpipe\.(\d+)\.", directory + ".")
    return bool(found) and int(found[1]) not in started


def cgroups():
    """Those below this process' own, and whatever bears our name."""
    own = [line.split(":", 2)[2] for line in read("/proc/self/cgroup").decode().splitlines()]
    return sorted(directory for directory, _, _ in os.walk("/sys/fs/cgroup")
                  if ("dualpipe" in directory or
                      any(len(group) > 1 and f"{group}/" in directory for group in own))
                  and not is_of_others(directory))


def names_in(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def doings(process):
    """What the threads of a hanging command and of all it started wait in."""
    found = []
    for pid in [process.pid, *descendants(process.pid)]:
        for thread in names_in(f"/proc/{pid}/task"):
            path = f"/proc/{pid}/task/{thread}"
            words = [read(f"{path}/{name}").decode("utf-8", "replace").strip()
                     for name in ("comm", "wchan", "syscall")]
            found.append(f"{pid}/{thread} {' '.join(words)}")
    return "; ".join(found)


def end_all(process):
    """Kill a command and all it started: one of them may hold its output open."""
    process.kill()
    for _ in range(100):
        for pid in descendants(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            return process.communicate(timeout=0.1)
        except subprocess.TimeoutExpired:
            pass
    return b"", b""


def state(user):
    return {
        "cgroups": cgroups(),
        "semaphores": read("/proc/sysvipc/sem").splitlines(),
        "shared memory": [line.split()[:3] for line in read("/proc/sysvipc/shm").splitlines()],
        "message queues": read("/proc/sysvipc/msg").splitlines(),
        "/dev/shm": [name for name in names_in("/dev/shm")
                     if not name.startswith(("bxfi_", "dualpipe-fuzz-", "planted-"))],
        "files of the command": names_in(user.directory),
        "/run/dualpipe": [name for name in names_in("/run/dualpipe") if name != "uids"],
    }


def new_things(before, after):
    """What there is more of than before. On a shared machine others come and go."""
    return {what: added for what, found in after.items()
            if (added := [thing for thing in found if thing not in before[what]])}


def check_nothing_left(before, user):
    """Whatever loses its parent becomes a child of this process: none may stay."""
    deadline = time.monotonic() + 5
    while True:
        reap()
        left = descendants(os.getpid())
        new = new_things(before, state(user))
        if not (left or new) or time.monotonic() > deadline:
            break
        time.sleep(0.005)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    check(not left, f"processes are left: {left}")
    check(not new, f"left behind: {new}")
    check(read("/proc/self/mountinfo") == before_mounts, "the host's mounts are others now")


# Verdicts --------------------------------------------------------------------

def verdict_case(name, program, *arguments, options=(), verdict="ok", output=None, **keys):
    def act(user):
        run = user.run(program, *arguments, options=options).expect(verdict, **keys)
        if output is not None:
            run.expect_output(output)
    suites["verdicts"].append((name, act))


verdict_case("a dynamic program that ends well", "noop", exit_code=0, signal=None, attested=True)
verdict_case("a static program that ends well", "noop-static", exit_code=0)
verdict_case("a static program under static", "noop-static", options=["-P", "static"])
verdict_case("a program that needs nothing under strict", "bare", options=["-P", "strict"])
for code in (1, 2, 3, 124, 126, 127, 128, 137, 139, 152, 159, 253, 255):
    verdict_case(f"exit {code} is an exit", "end", "exit", code, verdict="nonzero-exit",
                 exit_code=code, signal=None, signal_name=None)
verdict_case("exit 256 is exit 0", "end", "exit", 256, exit_code=0)

IGNORED = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
# A session of its own, whose leader has its parent elsewhere: these do not stop it.
NOT_STOPPING = {signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
for number in range(1, 32):
    if number == signal.SIGSTOP:
        verdict_case("its own SIGSTOP only stops it", "end", "raise", number, verdict="wall-limit",
                     options=["--wall", "0.3"])
    elif number in IGNORED | NOT_STOPPING:
        verdict_case(f"its own {signal.Signals(number).name} does nothing", "end", "raise", number)
    else:
        verdict_case(f"its own {signal.Signals(number).name} is its own", "end", "raise", number,
                     verdict="signalled", signal=number, exit_code=None,
                     signal_name=lambda name, n=number: name in
                     (signal.Signals(n).name, "SIGIOT", "SIGPOLL"))
for number in (34, 50, 64):
    verdict_case(f"its own real-time signal {number}", "end", "raise", number,
                 verdict="signalled", signal=number)
verdict_case("SIGKILL to itself, static", "end-static", "raise", 9, verdict="signalled", signal=9)

for act_name, number in (("fault", 11), ("divide", 8), ("trap", 4), ("abort", 6),
                         ("abort-in-thread", 6)):
    verdict_case(f"a crash: {act_name}", "end", act_name, verdict="signalled", signal=number)
    verdict_case(f"a crash: {act_name}, static", "end-static", act_name, verdict="signalled",
                 signal=number)
verdict_case("a stack overflow is told from other SIGSEGVs", "end", "overflow-stack",
             verdict="memory-limit", options=["--stack", "1M"], signal=11, memory_cause="stack")
verdict_case("an exit in a thread", "end", "exit-in-thread", verdict="nonzero-exit", exit_code=7)
verdict_case("the first thread leaves, another one exits", "end", "first-thread-leaves",
             verdict="nonzero-exit", exit_code=3)


def time_case(name, program, *arguments):
    verdict_case(name, program, *arguments, options=["-t", "0.3", "-w", "60"],
                 verdict="time-limit", cpu_us=lambda us: 300000 <= us < 900000,
                 wall_us=lambda us: us < 10000000)


time_case("CPU time of one thread", "spend", "cpu")
time_case("CPU time of a static program", "spend-static", "cpu")
time_case("CPU time of four threads together", "spend", "cpu", 4)
time_case("CPU time where SIGXCPU and all else is ignored", "spend", "cpu-deaf")
time_case("CPU time of threads that are gone", "spend", "cpu-by-short-threads")
time_case("CPU time spent in the kernel", "spend", "cpu-in-kernel")
verdict_case("CPU time within the limit", "spend", "busy", 200, options=["-t", "2"],
             cpu_us=lambda us: 190000 <= us < 1000000)
verdict_case("the wall limit follows from the CPU limit", "spend", "sleep",
             options=["-t", "0.5"], verdict="wall-limit")


def wall_case(name, program, *arguments):
    verdict_case(name, program, *arguments, options=["-w", "0.3"], verdict="wall-limit",
                 wall_us=lambda us: 300000 <= us < 5000000, cpu_us=lambda us: us < 200000)


wall_case("asleep beyond the wall limit", "spend", "sleep")
wall_case("blocked in a pipe of its own", "spend", "block")
wall_case("deaf to all signals", "talk", "stubborn")
wall_case("without its pipes", "talk", "no-pipes")
wall_case("silent", "talk", "silent")


def output_case(name, *arguments, program="talk", limit=100001):
    def act(user):
        run = user.run(program, *arguments, options=["-o", limit])
        run.expect("output-limit", output_truncated=True)
        passed = len(run.output) + len(run.messages)
        check(passed == limit, f"{passed} bytes were passed on of {limit}")
        counted = run.report["stdout_bytes"] + run.report["stderr_bytes"]
        check(counted > limit, f"{counted} bytes were counted")
    suites["verdicts"].append((name, act))


output_case("too much standard output", "flood", 1)
output_case("too much standard error", "flood", 2)
output_case("too much of both in turn", "alternate")
output_case("one byte too much", "flood", 1, 100002)
output_case("too much of a static program", "flood", 1, program="talk-static")
verdict_case("as much output as is allowed", "talk", "flood", 1, 100001, options=["-o", "100001"],
             stdout_bytes=100001, output_truncated=False)


def memory_case(name, program, *arguments, cause="allocation-failed"):
    verdict_case(name, program, *arguments, options=["-m", "32M"], verdict="memory-limit",
                 memory_cause=cause)


memory_case("out of memory, then a crash", "spend", "memory-crash")
memory_case("out of memory, then exit 1", "spend", "memory-handled")
memory_case("out of memory, static, then a crash", "spend-static", "memory-crash")
memory_case("out of memory, static, then exit 1", "spend-static", "memory-handled")
memory_case("out of memory by small pieces", "spend", "memory-handled", 1000)
memory_case("one piece that is too large", "spend", "memory-handled", 300 << 20)
memory_case("a program whose own data are too large", "huge", cause="exec-too-large")
verdict_case("out of memory, and all well", "spend", "memory-survived", 300 << 20,
             options=["-m", "32M"], memory_cause=None)
verdict_case("memory within the limit", "spend", "memory-within", 16 << 20, options=["-m", "32M"],
             memory_peak_bytes=lambda size: 16 << 20 <= size <= 32 << 20)
verdict_case("memory that is only reserved", "spend", "memory-reserved", 1 << 34,
             options=["-m", "32M"])


def refused(name, number, *arguments, count=1):
    def holds(found):
        return (found and found["name"] == name and found["number"] == number and
                found["count"] == count and
                [int(text, 0) for text in found["arguments"]][:len(arguments)] == list(arguments))
    return holds


def violation_case(name, number, *arguments):
    verdict_case(f"a forbidden call: {name}", "call", "number", number, *arguments,
                 verdict="violation", output=b"", refused=refused(name, number, *arguments))


violation_case("socket", 41, 2, 1, 0)
violation_case("connect", 42, 3, 4, 5)
violation_case("ptrace", 101, 0, 1, 2, 3)
violation_case("fork", 57)
violation_case("execveat", 322, 3, 0, 0, 0, 0x1000)
violation_case("mount", 165, 1, 2, 3, 4, 5)
violation_case("pivot_root", 155)
violation_case("chroot", 161)
violation_case("unshare", 272, 0x10000000)
violation_case("setns", 308)
violation_case("bpf", 321)
violation_case("keyctl", 250)
violation_case("add_key", 248)
violation_case("userfaultfd", 323)
violation_case("perf_event_open", 298)
violation_case("process_vm_readv", 310, 1)
violation_case("process_vm_writev", 311, 1)
violation_case("open_by_handle_at", 304)
violation_case("init_module", 175)
violation_case("kexec_load", 246)
violation_case("reboot", 169)
violation_case("swapon", 167)
violation_case("iopl", 172, 3)
violation_case("modify_ldt", 154)
violation_case("settimeofday", 164)
violation_case("sethostname", 170)
verdict_case("a fork by the C library", "call", "fork", verdict="violation", output=b"",
             refused=lambda found: found and found["name"] == "clone")
verdict_case("a vfork by the C library", "call", "vfork", verdict="violation", output=b"",
             refused=lambda found: found and found["name"] == "vfork")
verdict_case("an exec of another program", "call", "execute", "/bin/true", verdict="violation",
             output=b"", refused=lambda found: found and found["name"] == "execve")
verdict_case("a call of another architecture", "call", "int-0x80", verdict="violation", output=b"")
verdict_case("an unknown number", "call", "number", 9999, output=b"38\n", refused=None)
verdict_case("io_uring is not there", "call", "number", 425, 8, output=b"38\n", refused=None)
verdict_case("clone3 is not there", "call", "number", 435, output=b"38\n", refused=None)
verdict_case("a probe is refused, named and counted", "call", "number", 141, 1, 2, 3,
             output=b"1\n", refused=refused("setpriority", 141, 1, 2, 3))
verdict_case("a probe ends the run where that is asked for", "call", "number", 141,
             options=["--on-refusal", "kill"], verdict="violation", output=b"")
verdict_case("a forbidden call goes on where that is asked for", "call", "number", 41, 2, 1, 0,
             options=["--on-refusal", "errno"], output=b"1\n", refused=refused("socket", 41, 2, 1))
verdict_case("a static program under strict is told to use static", "noop-static",
             options=["-P", "strict"], verdict="violation",
             refused=lambda found: found and "static" in (found["hint"] or ""))
verdict_case("a loop of probes ends", "call", "loop", 141, 1000000, options=["-w", "100", "-t", "90"],
             verdict="violation", refused=lambda found: found["count"] <= 10000)
verdict_case("a loop of calls that are not there is free", "call", "loop", 9999, 1000000,
             refused=None)


@case("verdicts", "an x32 call")
def x32(user):
    run = user.run("call", "x32")
    check(b"done" not in run.output, f"it was let through: {run}")
    check(run.report["verdict"] == "violation" or run.output == b"38\n", str(run))


def start_case(name, make, options=()):
    def act(user):
        path = user.directory / "program"
        make(path)
        try:
            run = user.command([user.place / "dualpipe", "run", "--report", "report", *options,
                                "--", path])
            user.take_report(run)
        finally:
            if path.is_dir():
                path.rmdir()
            elif path.exists():
                path.unlink()
        run.expect("internal-error", exit_code=None, signal=None)
        error = run.report["error"]
        check(error["step"] == "exec", f"step is {error['step']}")
        check(error["retryable"] is False, "it is said to be worth another try")
        check("program" in run.messages and run.messages.count("\n") <= 3, run.messages)
        check(run.output == b"", "there is output")
    suites["verdicts"].append((name, act))


def make_file(data, mode):
    def make(path):
        path.write_bytes(data)
        path.chmod(mode)
    return make


start_case("a program that is not there", lambda path: None)
start_case("a program that is a directory", lambda path: path.mkdir())
start_case("a program without the x bit", make_file(b"\x7fELF", 0o644))
start_case("a program that is text", make_file(b"no program at all\n", 0o755))
start_case("a program that is empty", make_file(b"", 0o755))
start_case("a program that is a script", make_file(b"#!/bin/sh\nexit 0\n", 0o755))
start_case("a program of 32 bits", make_file(
    b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x02\x00\x03\x00\x01\x00\x00\x00" + bytes(100), 0o755))
start_case("a program that is cut off", make_file(
    b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00\x01\x00\x00\x00", 0o755))


@case("verdicts", "a script is met with the command line that works")
def script_hint(user):
    path = user.directory / "solution.py"
    make_file(b"#!/usr/bin/env python3\nprint(1)\n", 0o755)(path)
    run = user.command([user.place / "dualpipe", "run", path])
    path.unlink()
    check(run.status == 2, str(run))
    check("--file" in run.messages and "solution.py" in run.messages, run.messages)


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    def cancel(user, which=number):
        process = user.start_run("talk", "stubborn", options=["-w", "50"])
        check(process.stdout.readline() == b"ready\n", "it did not start")
        process.send_signal(which)
        user.take_report(user.finish(process)).expect("cancelled")
    suites["verdicts"].append((f"interrupted by {number.name}", cancel))


@case("verdicts", "a box that cannot be made says why and what to do")
def no_box(user):
    if os.geteuid() != 0:
        raise Skip("only root can make such a host")
    # In a chroot the kernel gives no user namespace. Its mount is gone with it.
    where = user.place / "root"
    where.mkdir(exist_ok=True)
    script = 'mount --make-rprivate / && mount --rbind / "$0" && exec chroot "$0" "$@"'
    prefix = ["unshare", "-m", "sh", "-c", script, where]
    if user.uid is not None:
        # By its path: busybox' chroot would take an applet of its own.
        prefix += [shutil.which("setpriv"), f"--reuid={user.uid}", f"--regid={user.uid}", "--clear-groups", "--"]
    command = [*prefix, user.place / "dualpipe", "run", "--report", user.directory / "report", "--",
               user.program("noop")]
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=user.directory,
        env=dict(os.environ, LD_LIBRARY_PATH=str(user.place / "library")))
    run = user.take_report(user.finish(process))
    run.expect("internal-error")
    check("user-namespace" in run.messages or "user namespace" in run.messages, run.messages)
    check("permitted" in run.messages, f"the errno is not put in words: {run.messages}")
    check(run.report["error"]["step"] == "clone", str(run.report["error"]))


LAYERS = ("user-namespace", "pid-namespace", "mount-namespace", "network-namespace",
          "ipc-namespace", "uts-namespace", "cgroup-namespace", "capabilities",
          "no-new-privileges", "seccomp", "landlock", "rlimits", "descriptors")


@case("verdicts", "all layers are on, and attested")
def layers(user):
    report = user.run("noop").expect("ok", attested=True).report
    for layer in LAYERS:
        check(report["layers"][layer] == "on", f"{layer}: {report['layers'][layer]}")


def without_case(layer):
    def act(user):
        run = user.run("noop", options=["--without", layer])
        if run.status == 2:  # not everyone can give up each of them: then that is said
            check(layer in run.messages.replace("user namespace", "user-namespace"), str(run))
            return
        run.expect("ok")
        for name, said in run.report["layers"].items():
            if name == layer:
                check("given up" in said, f"{name}: {said}")
            elif name in LAYERS:
                check(said == "on", f"{name}: {said}")
    suites["verdicts"].append((f"the layer {layer} given up by name", act))


for layer_name in LAYERS:
    without_case(layer_name)


@case("verdicts", "arguments that are too much for the stack are an error of the exec")
def many_arguments(user):
    run = user.run("talk", "count", *["x" * 1000] * 1000, options=["--stack", "1M"])
    run.expect("internal-error")
    check(run.report["error"]["step"] == "exec", str(run))
    user.run("talk", "count", *["x" * 1000] * 1000).expect("ok")


# Attacks: those whose figures are exact. All others are in tests/attacks -------

def attack_case(name, *arguments, program="attack", options=(), verdict="ok", output=b"", **keys):
    def act(user):
        run = user.run(program, *arguments, options=options).expect(verdict, **keys)
        if output is not None:
            run.expect_output(output)
    suites["attacks"].append((name, act))


@case("attacks", "the root holds what the policy shows, and no more")
def root_listing(user):
    directories = ["/", "/dev", "/etc", "/program", "/lib", "/usr", "/box", "/tmp"]
    run = user.run("attack", "list", *directories).expect("ok")
    lines = run.output.decode().splitlines()
    denied = {line for line in lines if line.endswith(f": {EACCES}")}
    known = {"/box", "/tmp", "/dev", "/etc", "/lib", "/lib64", "/usr", "/program", "/dev/null",
             "/dev/urandom", "/etc/ld.so.cache", "/program/attack", "/usr/lib", "/usr/lib64"}
    found = {line for line in set(lines) - denied if not line.startswith("/lib/")}
    check(found <= known, f"there is more: {found - known}")
    check(not denied & {f"/box: {EACCES}", f"/tmp: {EACCES}"}, f"its own is denied: {denied}")


attack_case("only /box and /tmp can be written", "writable", "/", "/dev", "/etc", "/usr", "/lib",
            "/lib64", "/usr/lib", "/usr/lib/x86_64-linux-gnu", "/program", "/run", "/proc", "/box",
            "/tmp", output=b"write /box\nwrite /tmp\n")
attack_case("devices that are shown work", "devices")


@case("attacks", "no capability, and ids that are not the host's")
def identity(user):
    user.run("attack", "identity").expect("ok").expect_output(b"1000 1000 1000 1000\n")


def copy_with_mode(user, name, mode):
    path = user.directory / name
    shutil.copy(user.program(name), path)
    os.chown(path, os.geteuid(), os.getegid())
    path.chmod(mode)
    return path


@case("attacks", "a program of root that nobody else may read runs for root")
def unreadable(user):
    if not user.is_root:
        raise Skip("it is not theirs to run")
    path = copy_with_mode(user, "attack", 0o700)
    try:
        run = user.take_report(user.command([user.place / "dualpipe", "run", "--quiet", "--report",
                                             "report", path, "identity"]))
    finally:
        path.unlink()
    run.expect("ok").expect_output(b"1000 1000 1000 1000\n")


def forking_policy(user):
    path = user.directory / "forking.policy"
    path.write_text("use native\nallow clone fork vfork\n", encoding="utf-8")
    return path


def forking_case(name):
    def add(function):
        def act(user):
            path = forking_policy(user)
            try:
                function(user, ["-P", path])
            finally:
                path.unlink()
        suites["attacks"].append((name, act))
        return function
    return add


@forking_case("with processes: they cannot be made without end")
def fork_bomb(user, options):
    run = user.run("spend", "fork-bomb", options=[*options, "-p", "20"]).expect("ok")
    error, made = run.numbers()
    check(error == EAGAIN and made == 20, f"errno {error}, {made} processes")


@case("attacks", "the disk is full at its limit, over all directories together")
def disk(user):
    run = user.run("spend", "disk", "/box", "/tmp", options=["--disk", "4M"]).expect("ok")
    error, written = run.numbers()
    check(error == ENOSPC, f"errno {error}")
    check(3 << 20 <= written <= 4 << 20, f"{written} bytes were written")


@case("attacks", "a file is full at its limit")
def file_size(user):
    run = user.run("spend", "disk", "/box", options=["--disk", "64M", "--file-size", "1M"])
    run.expect("signalled", signal=signal.SIGXFSZ)


@case("attacks", "files cannot be made without end")
def inodes(user):
    run = user.run("spend", "files", "/tmp", options=["-t", "30", "-w", "40"]).expect("ok")
    error, made = run.numbers()
    check(error == ENOSPC and 100 <= made <= 1000000, f"errno {error}, {made} files")


@case("attacks", "threads cannot be made without end")
def threads(user):
    for program in ("spend", "spend-static"):
        run = user.run(program, "threads", options=["-p", "16"]).expect("ok")
        error, made = run.numbers()
        check(error == EAGAIN and made == 16, f"errno {error}, {made} threads")


@case("attacks", "descriptors cannot be made without end")
def open_all(user):
    error, made = user.run("attack", "open-all", options=["--open-files", "20"]).expect("ok").numbers()
    check(error == EMFILE and made == 20, f"errno {error}, {made} descriptors")


@case("attacks", "50 MB of input that is read")
def count(user):
    data = bytes(50 << 20)
    user.run("talk", "count", data=data).expect("ok").expect_output(b"%d\n" % len(data))


@case("attacks", "a directory of root is never shown for writing")
def bind_writable(user):
    run = user.run("attack", "writable", "/usr", options=["--bind", "/usr:/x:rw"])
    check(run.status == 2, str(run))
    check("collect" in run.messages, f"no hint: {run.messages}")


def status_of(pid):
    lines = read(f"/proc/{pid}/status").decode().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def target_of(process, name):
    """The pid of the target, once it runs: it has said so."""
    found = [pid for pid, comm in descendants(process.pid).items() if comm == name]
    check(len(found) == 1, f"targets: {descendants(process.pid)}")
    return found[0]


@case("attacks", "the box is what it should be, seen by a third party")
def inspected(user):
    process = user.start_run("talk", "stubborn", options=["-w", "50"])
    try:
        check(process.stdout.readline() == b"ready\n", "it did not start")
        pid = target_of(process, "talk")
        status = status_of(pid)
        for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            check(int(status[key], 16) == 0, f"{key}: {status[key]}")
        check(status["NoNewPrivs"] == "1", "no_new_privs is off")
        check(status["Seccomp"] == "2", "there is no filter")
        check(status["Groups"].split() == [], f"groups: {status['Groups']}")
        check(int(status["NSpid"].split()[-1]) > 1, "the target is process 1")
        uids = {int(uid) for uid in status["Uid"].split()}
        if user.is_root:
            check(len(uids) == 1 and UID_FIRST <= min(uids) < UID_FIRST + UID_COUNT, f"{uids}")
        else:
            check(uids == {user.uid if user.uid is not None else os.getuid()}, f"{uids}")
        if os.geteuid() == 0:
            check(names_in(f"/proc/{pid}/fd") == ["0", "1", "2"], str(names_in(f"/proc/{pid}/fd")))
            for space in ("user", "pid", "mnt", "net", "ipc", "uts", "cgroup"):
                check(os.readlink(f"/proc/{pid}/ns/{space}") !=
                      os.readlink(f"/proc/self/ns/{space}"), f"the host's namespace: {space}")
            interfaces = read(f"/proc/{pid}/net/dev").decode().splitlines()[2:]
            check(all(line.split(":")[0].strip() == "lo" for line in interfaces), str(interfaces))
            check(os.readlink(f"/proc/{pid}/cwd").endswith("/box"), "elsewhere")
            mounts = read(f"/proc/{pid}/mountinfo").decode().splitlines()
            check(all("nosuid" in line for line in mounts), "\n".join(mounts))
            check(all("shared:" not in line for line in mounts), "a mount propagates")
    finally:
        process.send_signal(signal.SIGTERM)
        user.take_report(user.finish(process)).expect("cancelled")


@case("attacks", "two boxes of root are strangers to each other")
def two_boxes(user):
    if not user.is_root:
        raise Skip("an ordinary user has one uid")
    boxes = [user.start_run("talk", "stubborn", options=["-w", "50"]) for _ in range(2)]
    try:
        for process in boxes:
            check(process.stdout.readline() == b"ready\n", "it did not start")
        uids = [status_of(target_of(process, "talk"))["Uid"] for process in boxes]
        check(uids[0] != uids[1], f"both are {uids[0]}")
    finally:
        for process in boxes:
            process.send_signal(signal.SIGTERM)
            user.finish(process)
        (user.directory / "report").unlink(missing_ok=True)


# Hosts -----------------------------------------------------------------------

for act_name in ("closed-streams", "ignored-sigchld", "greedy-sigchld", "blocked-signals",
                 "ignored-signals", "many-descriptors", "leaky", "few-descriptors",
                 "deleted-directory", "unchanged", "forking", "spawning", "low-limits"):
    def odd_host(user, which=act_name):
        run = user.command([user.place / "hosts" / "odd_host", which])
        if run.status == 77:
            raise Skip(run.output.decode().strip())
        check(run.status == 0, str(run))
    suites["hosts"].append((f"a host with {act_name.replace('-', ' ')}", odd_host))


@case("hosts", "a host with many threads that allocate")
def many_threads(user):
    runs = THREADS_RUNS if user.uid is None else THREADS_RUNS // 5  # by four threads
    run = user.command([user.place / "hosts" / "threads_host", runs], timeout=200)
    check(run.status == 0 and run.output == b"%d runs\n" % runs, str(run))


for act_name in ("endless", "endless-functions"):
    def host_killed(user, which=act_name):
        chance = random.Random(2)
        for _ in range(30):
            process = user.start([user.place / "hosts" / "odd_host", which])
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
            user.finish(process, timeout=10)
        # Its groups, where it made some, are removed by the next run there.
        user.run("noop").expect("ok")
    suites["hosts"].append((f"a host that is killed at any of 30 moments: {act_name}",
                            host_killed))


# The driver ------------------------------------------------------------------

def copy_binaries(options, place):
    """To where every user may read them."""
    place.chmod(0o755)
    (place / "library").mkdir()
    (place / "hosts").mkdir()
    (place / "programs").mkdir()
    shutil.copy2(options.dualpipe, place / "dualpipe")
    for library in pathlib.Path(options.library).glob("libdualpipe.so*"):
        shutil.copy2(library, place / "library")
    for program in pathlib.Path(options.programs).iterdir():
        if program.is_file() and os.access(program, os.X_OK):
            shutil.copy2(program, place / "programs")
    for host in ("odd_host", "threads_host"):
        shutil.copy2(pathlib.Path(options.hosts) / host, place / "hosts")


def shown(text):
    return text if len(text) < 4000 else text[:2000] + " ... " + text[-2000:]


def run_case(user, name, function):
    """Returns the word for what came of it."""
    before = state(user)
    started = time.monotonic()
    word, why = "passed", ""
    try:
        try:
            function(user)
        finally:
            check_nothing_left(before, user)
    except Skip as skip:
        word, why = "skipped", str(skip)
    except Failure as failure:
        word, why = "FAILED", str(failure)
    except (OSError, KeyError, TypeError, ValueError) as error:
        word, why = "FAILED", f"{type(error).__name__}: {error}"
    print(f"{word}: {user.name}: {name} ({time.monotonic() - started:.2f} s)"
          f"{': ' + shown(why) if why else ''}", flush=True)
    return word


def main():
    parser = argparse.ArgumentParser()
    for name in ("--dualpipe", "--library", "--programs", "--hosts"):
        parser.add_argument(name, required=True)
    parser.add_argument("--only", default="", help="cases with this in their name")
    parser.add_argument("suites", nargs="+", choices=sorted(suites))
    options = parser.parse_args()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        print("skipped: this process cannot adopt orphans, so none would be found")
        return 77
    if os.geteuid() == 0:
        libc.unshare(CLONE_NEWIPC)  # for IPC objects of others; where it fails, they are seen
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    words = []
    with tempfile.TemporaryDirectory(prefix="dualpipe-hostile-") as directory:
        place = pathlib.Path(directory)
        copy_binaries(options, place)
        users = [User("root" if os.geteuid() == 0 else "self", None, place)]
        if os.geteuid() == 0:
            users.append(User("nobody", 65534, place))
        for user in users:
            for suite in options.suites:
                words += [run_case(user, name, function) for name, function in suites[suite]
                          if options.only in name]
    print(f"{words.count('passed')} passed, {words.count('FAILED')} failed"
          + (f", {words.count('skipped')} skipped" if "skipped" in words else ""))
    return words.count("FAILED") > 0


if __name__ == "__main__":
    sys.exit(main())
