#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Limits and measures from outside, on whatever cgroups this host has.

limits_e2e.py --dualpipe COMMAND --programs DIRECTORY [--only TEXT]

Started by root, all is done as root and as nobody. --cgroup KIND (v2, v1, none)
says what root must find here; in a delegated subtree, --as-user KIND what nobody
must find.
"""
import argparse
import errno
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TIMEOUT = 120
MIB = 1 << 20
NOBODY = 65534
TREES = ["/sys/fs/cgroup"]

cases = []


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def case(name):
    def add(function):
        cases.append((name, function))
        return function
    return add


def check(condition, message):
    if not condition:
        raise Failure(message)


started = set()  # the processes that are ours: others may run DualPipe, too


def groups():
    """All groups that we have made on this host, in whatever tree."""
    return sorted({os.path.join(path, name) for tree in TREES
                   for path, names, _ in os.walk(tree) for name in names
                   if name.startswith("dualpipe.") and name.split(".")[1] in started})


class User:
    def __init__(self, name, uid, place, options):
        self.name, self.uid, self.place, self.options = name, uid, place, options
        self.directory = place / name
        self.directory.mkdir()
        if uid is not None:
            os.chown(self.directory, uid, uid)
        self.policy = str(place / "processes.policy")
        self.kind = options.as_user if uid is not None else options.cgroup
        self.slow = options.slow
        self.in_machine = options.slow > 1

    def become(self):
        """In the child: into the delegated group while it is root, then the user."""
        if self.options.user_group:
            with open(self.options.user_group + "/cgroup.procs", "w", encoding="ascii") as file:
                file.write("0")
        os.setgroups([])
        os.setgid(self.uid)
        os.setuid(self.uid)

    def start(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        if self.uid is not None:
            options["preexec_fn"] = self.become
        process = subprocess.Popen([str(self.place / "dualpipe"), "run", "--report", "report",
                                    *map(str, arguments)], cwd=self.directory, **options)
        started.add(str(process.pid))
        return process

    def run(self, *arguments, **options):
        report = self.directory / "report"
        process = self.start(*arguments, **options)
        try:
            output, messages = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure("it hangs") from None
        text = report.read_text() if report.exists() else ""
        result = json.loads(text) if text else {}
        result.update(status=process.returncode, output=output, messages=messages)
        if report.exists():
            report.unlink()
        return result

    def use(self, *act, options=(), **more):
        return self.run(*options, "--", self.place / "use", *act, **more)

    def family(self, *act, options=(), **more):
        """With the policy that lets it make processes."""
        return self.use(*act, options=["-P", self.policy, *options], **more)


def expect(result, verdict, **keys):
    words = {key: result.get(key) for key in ("verdict", "reason", "error", "memory_cause",
                                              "sources", "messages")}
    check(result.get("verdict") == verdict, f"{verdict} expected: {words}")
    for key, wanted in keys.items():
        got = result[key]
        check(wanted(got) if callable(wanted) else got == wanted, f"{key} is {got!r}: {words}")
    return result


# CPU time.

def cpu_case(name, *act, us, family=True):
    @case(f"CPU time of {name}")
    def measured(user):
        run = user.family if family else user.use
        # A busy host can only add; the program itself looks at its clock.
        result = expect(run(*act), "ok")
        check(us - 2000 <= result["cpu_us"] <= us * 1.2 + 50000 * user.slow,
              f"cpu_us {result['cpu_us']}, {us} expected; {result['sources']}")
        check(result["cpu_us"] == result["user_us"] + result["system_us"], "parts do not add up")

    @case(f"CPU limit of {name}")
    def limited(user):
        run = user.family if family else user.use
        forever = [word if i != 2 else 0 for i, word in enumerate(act)]
        result = expect(run(*forever, options=["-t", "0.3", "-w", 20]), "time-limit")
        check(300000 <= result["cpu_us"] <= 300000 + 200000 * user.slow,
              f"cpu_us {result['cpu_us']}; {result['sources']}")


cpu_case("one process", "kernel", 0, 200, us=200000, family=False)
cpu_case("threads", "threads", 4, 50, us=200000, family=False)
cpu_case("threads under a policy with children", "threads", 4, 50, us=200000)
cpu_case("children", "children", 3, 60, us=180000)
cpu_case("a grandchild", "grandchild", 0, 150, us=150000)
cpu_case("a reparented grandchild", "reparented", 0, 150, us=150000)


@case("what init does for each fork is no CPU time of the target's")
def forks(user):
    result = expect(user.family("fork-for-ever", options=["-t", "0.3", "-w", 60]), "time-limit")
    check(300000 <= result["cpu_us"] <= 300000 + 200000 * user.slow,
          f"cpu_us {result['cpu_us']}; {result['sources']}")


@case("CPU time of children that nobody waits for")
def ignored_children(user):
    for act in ("ignore-children", "ignore-by-thread"):
        result = expect(user.family(act, 5, 100), "ok")
        check(450000 <= result["cpu_us"] <= 600000 + 50000 * user.slow,
              f"{act}: cpu_us {result['cpu_us']}")
        check(result["cpu_us"] == result["user_us"] + result["system_us"], "parts do not add up")
        result = expect(user.family(act, 9, 100, options=["-t", "0.3"]), "time-limit")
        check(300000 <= result["cpu_us"] <= 500000, f"{act}: cpu_us {result['cpu_us']}")


@case("CPU time of children that are waited for late, once")
def late_children(user):
    result = expect(user.family("leave-dead", 5, 100), "ok")
    check(500000 <= result["cpu_us"] <= 550000 + 50000 * user.slow, f"cpu_us {result['cpu_us']}")
    expect(user.family("leave-dead", 5, 100, options=["-t", "0.7"]), "ok")


@case("sleep is not CPU time, and is wall time")
def sleeping(user):
    result = expect(user.use("sleep", 300), "ok")
    check(result["cpu_us"] < 30000 * user.slow, f"cpu_us {result['cpu_us']}")
    check(300000 <= result["wall_us"] < 300000 + 500000 * user.slow, f"wall {result['wall_us']}")


@case("a wall limit of a sleeper")
def wall(user):
    result = expect(user.use("sleep", 9000, options=["-w", "0.3"]), "wall-limit", idle=True,
                    waiting_for="sleep")
    check(300000 <= result["wall_us"] < 300000 + 500000 * user.slow, f"wall {result['wall_us']}")


# Idleness.

def idle_case(what):
    @case(f"idle, waiting for {what}")
    def idle(user):
        read, write = os.pipe()
        try:
            result = expect(user.family("sleep-on", what, options=["--idle", "0.3"], stdin=read),
                            "wall-limit", idle=True, waiting_for=what)
        finally:
            os.close(read)
            os.close(write)
        check(290000 <= result["wall_us"] <= 420000 + 1000000 * user.slow,
              f"wall {result['wall_us']}")


for word in ("stdin", "futex", "child", "sleep", "poll", "signal"):
    idle_case(word)


@case("what runs is never idle")
def never_idle(user):
    expect(user.use("threads", 1, 600, options=["--idle", "0.2"]), "ok", idle=False)
    expect(user.family("children", 1, 600, options=["--idle", "0.2"]), "ok", idle=False)
    expect(user.family("reparented", 0, 600, options=["--idle", "0.2"]), "ok", idle=False)


# Memory.

def accurate(wanted):
    return lambda got: abs(got - wanted) <= max(wanted * 0.02, 512 << 10)


for mib in (1, 10, 100, 500):
    @case(f"peak of {mib} MiB")
    def peak(user, mib=mib):
        for run in (user.use, user.family):
            nothing = run("nothing", options=["-m", "1G"])["memory_peak_bytes"]
            for act in ("touch", "touch-and-drop"):
                result = expect(run(act, mib, options=["-m", "1G"]), "ok")
                more = result["memory_peak_bytes"] - nothing
                check(accurate(mib * MIB)(more), f"{act}: {more} beyond {nothing} of nothing; "
                      f"{result['sources']}")


@case("the peak is not the host's")
def static_peak(user):
    result = expect(user.use("nothing"), "ok")
    check(result["memory_peak_bytes"] < 3 * MIB, f"{result['memory_peak_bytes']}")


for then in ("exit", "crash", "abort"):
    for piece in (1000, 65536, 40 * MIB):
        @case(f"out of memory by pieces of {piece}, then {then}")
        def out(user, then=then, piece=piece):
            for run in (user.use, user.family):
                expect(run("run-out", then, piece, options=["-m", "32M"]), "memory-limit",
                       memory_cause=lambda cause: cause in ("allocation-failed", "oom-kill",
                                                            "peak"))


@case("out of memory, and all well")
def coped(user):
    expect(user.use("run-out", "well", 40 * MIB, options=["-m", "32M"]), "ok")


@case("a crash near the limit is a crash")
def near(user):
    for run in (user.use, user.family):
        expect(run("crash-near", 29, options=["-m", "32M"]), "signalled", signal_name="SIGSEGV",
               memory_cause=None)


@case("children together")
def together(user):
    result = user.family("touch-in-children", 4, 20, options=["-m", "64M", "-w", "10"])
    expect(result, "memory-limit", memory_cause=lambda word: word in ("oom-kill", "peak"))


@case("children together, within the limit")
def within(user):
    result = expect(user.family("touch-in-children", 3, 20, options=["-m", "80M"]), "ok")
    check(60 * MIB <= result["memory_peak_bytes"] < 70 * MIB, f"{result['memory_peak_bytes']}")


@case("out of memory at once, and given back before the end")
def spike(user):
    for run in (user.use, user.family):
        expect(run("touch-and-drop", 100, options=["-m", "64M"]), "memory-limit")
        expect(run("touch-and-drop", 40, options=["-m", "64M"]), "ok")


@case("children run out of memory, and their parent does not mind")
def child_out(user):
    # The kernel's kill of any of them is the run's verdict, though it went on.
    result = user.family("children-run-out", 2, 40, options=["-m", "64M"])
    if user.kind == "none":
        expect(result, "memory-limit", memory_cause="peak")
    else:
        expect(result, "memory-limit", memory_cause="oom-kill", exit_code=0)
    # One that is refused memory and says so, and whose parent copes, is not blamed.
    expect(user.family("children-run-out", 1, 100, options=["-m", "64M"]), "ok",
           memory_cause=None)


@case("shared memory counts, files of the host's in a tmpfs do not")
def shared(user):
    policy = user.directory / "shared.policy"
    policy.write_text("# native, and shared memory\nuse native\nallow mmap\n")
    options = ["-P", policy, "-m", "32M"]
    expect(user.use("touch-shared", 60, options=options), "memory-limit",
           memory_cause=lambda cause: cause in ("oom-kill", "peak"))
    expect(user.use("touch-shared", 20, options=options), "ok")
    # An input in memory is on the same device as all that is shared without a name.
    memory = os.memfd_create("input")
    os.fchmod(memory, 0o444)
    expect(user.use("touch-shared", 60, pass_fds=[memory],
                    options=[*options, "--stdin", f"/proc/self/fd/{memory}"]), "memory-limit",
           memory_cause=lambda cause: cause in ("oom-kill", "peak"))
    os.close(memory)
    if os.statvfs("/dev/shm").f_bavail * 4096 < 100 * MIB:
        raise Skip("/dev/shm has no room")
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.write(bytes(60 * MIB))
        file.flush()
        os.chmod(file.name, 0o644)
        for act in ("read-mapped", "read-mapped-shared"):
            expect(user.use(act, "/data", 60,
                            options=["-m", "32M", "--bind", f"{file.name}:/data"]), "ok")
            expect(user.use(act, "-", 60, options=["-m", "32M", "--stdin", file.name]), "ok")
        for _ in range(20):  # a look may come when it has given its memory back, and lives
            expect(user.use("read-mapped-and-end", "-", 60,
                            options=["-m", "32M", "--stdin", file.name]), "ok")


def about(wanted):
    """The kernel adds up what a group holds in pieces of some 100 KiB per CPU."""
    return lambda got: abs(got - wanted) <= (1 + os.cpu_count()) * 512 << 10


@case("files of the box, page cache and memory of its own, told apart")
def told_apart(user):
    # What is on a disk only a group can tell.
    kept = user.place / f"kept-{user.name}"
    kept.write_bytes(b"")
    for run in (user.use, user.family):
        expect(run("nothing"), "ok", memory_files_bytes=lambda got: 0 <= got < 65536)
        expect(run("write-file", "/tmp/file", 20), "ok",
               memory_files_bytes=lambda got: 0 <= got - 20 * MIB < 65536)
        expect(run("touch", 20), "ok", memory_files_bytes=lambda got: 0 <= got < 65536,
               memory_peak_bytes=lambda got: got >= 20 * MIB)
    nothing = user.family("nothing")
    if user.kind == "none":
        check(nothing["memory_cache_bytes"] is None, f"{nothing['memory_cache_bytes']}")
        return
    check(about(0)(nothing["memory_cache_bytes"]), f"{nothing['memory_cache_bytes']}")
    expect(user.family("write-file", "/tmp/file", 20), "ok", memory_cache_bytes=about(0))
    expect(user.family("touch", 20), "ok", memory_cache_bytes=about(0))
    kept.write_bytes(bytes(20 * MIB))
    kept.chmod(0o644)
    with open(kept, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    read = expect(user.family("read-file", "/data", options=["--bind", f"{kept}:/data"]), "ok")
    if user.in_machine:
        raise Skip("all files of this machine are in a tmpfs")
    kind = subprocess.run(["stat", "-f", "-c", "%T", kept], capture_output=True, text=True,
                          timeout=TIMEOUT, check=True).stdout.strip()
    if kind == "tmpfs":
        raise Skip("the directory for temporary files is a tmpfs")
    check(about(20 * MIB)(read["memory_cache_bytes"]), f"{read['memory_cache_bytes']}")
    check(read["memory_files_bytes"] < 65536, f"{read['memory_files_bytes']}")


@case("static data that are too large to start")
def static_data(user):
    for run in (user.run,):
        result = run("-m", "64M", "--", user.place / "huge")
        expect(result, "memory-limit", memory_cause="exec-too-large", exit_code=None)
    expect(user.run("-m", "3G", "--", user.place / "huge"), "ok")


# Run-times, where they are installed.

def built(user, name, text, *command):
    """A program of another language, built once for all users."""
    path = user.place / name
    if not path.exists():
        if not shutil.which(command[0]):
            raise Skip(f"{command[0]} is not installed")
        source = user.place / f"source-of-{name}{command[-1]}"
        source.write_text(text)
        done = subprocess.run([*command[:-1], "-o", path, source], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT, text=True)
        check(done.returncode == 0, f"{command[0]}: {done.stdout[-300:]}")
    return path


BAD_ALLOC = """#include <cstring>
#include <new>
int main(int count, char **words) {
    const bool catches = count > 2;
    const std::size_t piece = std::strcmp(words[1], "small") ? 50 << 20 : 500;
    try {
        for (;;) std::memset(new char[piece], 1, piece);
    } catch (const std::bad_alloc &) {
        if (!catches) throw;
    }
    return std::strcmp(words[2], "well") != 0;
}
"""


@case("std::bad_alloc")
def bad_alloc(user):
    program = built(user, "bad_alloc", BAD_ALLOC, "g++", "-O1", "-static", ".cpp")
    for piece in ("small", "large"):
        expect(user.run("-m", "48M", "--", program, piece), "memory-limit", signal_name="SIGABRT",
               memory_cause="allocation-failed")
        expect(user.run("-m", "48M", "--", program, piece, "badly"), "memory-limit", exit_code=1,
               memory_cause="allocation-failed")
        expect(user.run("-m", "48M", "--", program, piece, "well"), "ok", memory_cause=None)


@case("Python's MemoryError")
def memory_error(user):
    python = "/usr/bin/python3"
    if not os.path.exists(python) or user.in_machine:
        raise Skip("no Python of the distribution's that its policy shows")

    def run(text):
        return user.run("-P", "python", "-m", "64M", "-t", 20, "--", python, "-c", text)
    expect(run("x = bytearray(10**9)"), "memory-limit", memory_cause="allocation-failed")
    expect(run("x = []\nwhile True: x.append(bytes(100))"), "memory-limit",
           memory_cause="allocation-failed")
    expect(run("try: x = bytearray(10**9)\nexcept MemoryError: pass"), "ok", memory_cause=None)
    expect(run("raise MemoryError"), "nonzero-exit", memory_cause=None)


@case("a JavaScript heap")
def node_memory(user):
    node = "/usr/bin/node"
    if not os.path.exists(node) or user.in_machine:
        raise Skip("no node in /usr/bin")

    def run(*words, text="const a = []; for (;;) a.push(new Array(1000).fill(1.5))"):
        return user.run("-P", "node", "-t", 60, *words[:2], "--", node, *words[2:], "-e", text)
    expect(run("-m", "200M"), "memory-limit", memory_cause="allocation-failed")
    # V8's own limit is no one else's business.
    expect(run("-m", "1G", "--max-old-space-size=60"), "signalled", memory_cause=None)
    expect(run("-m", "200M", text="process.exit(3)"), "nonzero-exit", memory_cause=None)


@case("Go runs out of memory")
def go_memory(user):
    text = ("package main\nfunc main() {\n\tvar x [][]byte\n\tfor {\n\t\tb := make([]byte, 100000)"
            "\n\t\tfor i := range b {\n\t\t\tb[i] = 1\n\t\t}\n\t\tx = append(x, b)\n\t}\n}\n")
    program = built(user, "go_memory", text, "go", "build", ".go")
    expect(user.run("-m", "64M", "-t", 20, "--", program), "memory-limit",
           memory_cause="allocation-failed")
    # Its exit status 2 is that of any panic.
    text = ("package main\nfunc main() {\n\tb := make([]byte, 20000000)\n\tfor i := range b {"
            "\n\t\tb[i] = 1\n\t}\n\tpanic(len(b))\n}\n")
    program = built(user, "go_panic", text, "go", "build", ".go")
    expect(user.run("-m", "256M", "-t", 20, "--", program), "nonzero-exit", exit_code=2,
           memory_cause=None)


FILL = """import java.util.*;
public class Fill {
    public static void main(String[] words) {
        List<byte[]> all = new ArrayList<>();
        try {
            for (;;) { byte[] b = new byte[1 << 20]; Arrays.fill(b, (byte) 1); all.add(b); }
        } catch (OutOfMemoryError error) {
            if (words.length == 0) throw error;
        }
    }
}
"""


@case("a Java heap")
def java_memory(user):
    java = "/usr/bin/java"
    if not os.path.exists(java) or not shutil.which("javac") or user.in_machine:
        raise Skip("no java in /usr/bin, or no javac")
    program = user.place / "Fill.class"
    if not program.exists():
        (user.place / "Fill.java").write_text(FILL)
        subprocess.run(["javac", user.place / "Fill.java"], check=True, timeout=TIMEOUT)

    def run(memory, *words):
        return user.run("-P", "java", "-m", memory, "-t", 100, "--file", program, "--", java,
                        "-XX:+UseSerialGC", "-Xss1m", *words)
    # What the kernel refuses it is seen: at the start, or when the heap is to grow.
    expect(run("300M", "-Xmx2g", "Fill"), "memory-limit", memory_cause="allocation-failed")
    expect(run("300M", "-Xms16m", "-Xmx2g", "Fill"), "memory-limit",
           memory_cause="allocation-failed")
    # A limit of its own that it keeps to is an error of its own: the kernel hears of none.
    expect(run("600M", "-Xmx32m", "Fill"), "nonzero-exit", exit_code=1, memory_cause=None)
    expect(run("600M", "-Xmx32m", "Fill", "well"), "ok", memory_cause=None)


def overflows(result):
    expect(result, "memory-limit", memory_cause="stack")
    check("stack" in result["reason"], result["reason"])


@case("a stack without an end")
def stack(user):
    for options in (["-m", "64M", "--stack", "8M"], ["-m", "64M"], ["--stack", "100K"]):
        overflows(user.use("recurse", options=options))
    overflows(user.use("big-frame", 12, options=["--stack", "8M"]))
    for run in (user.use, user.family):
        overflows(run("recurse-and-catch", 3, options=["--stack", "8M"]))
        overflows(run("recurse-and-catch-there", 3, options=["--stack", "8M"]))


@case("a stack without an end, under a policy with children")
def stack_in_family(user):
    overflows(user.family("recurse", options=["-m", "64M", "--stack", "8M"]))
    for count in (1, 20):
        overflows(user.family("in-child", count, "recurse", 3, options=["--stack", "8M"]))
    result = user.family("recurse", options=["-m", "64M", "--stack", "64M"])
    check(result["memory_cause"] in ("oom-kill", "peak", "stack"),
          f"{result['verdict']}: {result['reason']}")


@case("a crash that is not the stack's")
def not_the_stack(user):
    # 7.5 of 8 MiB are used, a frame of 7 MiB fits, and who copes is not blamed.
    expect(user.use("crash-deep", 7000, options=["--stack", "8M"]), "signalled",
           signal_name="SIGSEGV", memory_cause=None)
    expect(user.use("big-frame", 7, options=["--stack", "8M"]), "ok")
    expect(user.use("recurse-and-catch", 0, options=["--stack", "8M"]), "ok", memory_cause=None)


@case("children's crashes that are not the stack's, or are no matter")
def not_the_stack_of_a_child(user):
    options = ["--stack", "8M"]
    expect(user.family("in-child", 2, "crash", 3, options=options), "nonzero-exit", exit_code=3,
           memory_cause=None)
    expect(user.family("in-child", 2, "catch", 3, options=options), "nonzero-exit", exit_code=3,
           memory_cause=None)
    expect(user.family("in-child", 2, "recurse", 0, options=options), "ok", memory_cause=None)


@case("signals reach a target whose stack is watched")
def signals(user):
    expect(user.use("signals", 300), "ok")
    expect(user.family("signals", 300), "ok")
    expect(user.family("control-job"), "ok")


@case("signals that a target ignores do not interrupt it, though it is watched")
def ignored_signals(user):
    for how in ("epoll", "signal", "handled"):
        expect(user.family("wait-beside-child", how), "ok")


@case("children that stop at signals for ever do not outlive the target")
def signals_without_end(user):
    result = expect(user.family("flood-signals", 12, options=["-t", 60, "-w", 60]),
                    "nonzero-exit", exit_code=3)
    check(result["wall_us"] < 5000000 * user.slow, f"wall {result['wall_us']}")


@case("a function of limits: those that are none")
def no_limits(user):
    for option in ("-t", "-w", "--idle", "-m", "-p", "-o", "--disk"):
        for value in ("0", "-1", "x", "", "1e9", "99999999999999999999"):
            result = user.use("nothing", options=[option, value])
            check(result["status"] == 2 and result["messages"], f"{option} {value}: {result}")


@case("huge and contradictory limits")
def huge(user):
    expect(user.use("nothing", options=["-t", "9000000s", "-m", "4000000G", "-p", "1000000000",
                                        "-o", "4000000G", "--disk", "1000G"]), "ok")
    expect(user.use("threads", 1, 0, options=["-t", "5", "-w", "0.2"]), "wall-limit",
           reason=lambda text: "less than the CPU limit" in text)
    for option in ("-t", "-w", "-m", "-o", "-p", "--disk", "--file-size"):
        expect(user.use("nothing", options=[option, "unlimited"]), "ok")


@case("limits below what it needs to start")
def too_low(user):
    for run in (user.use, user.family):
        for size in ("1", "4K", "64K", "300K"):
            result = run("nothing", options=["-m", size])
            check(result["verdict"] in ("memory-limit", "signalled", "nonzero-exit", "ok",
                                        "internal-error") and result["reason"],
                  f"-m {size}: {result}")
            if result["verdict"] in ("signalled", "nonzero-exit"):
                raise Failure(f"-m {size}: {result['verdict']}: {result['reason']}")
        expect(run("nothing", options=["-t", "1us", "-w", "5"]), "time-limit")
        expect(run("nothing", options=["-w", "1us"]), "wall-limit")


# Processes.

@case("a bomb of forks")
def forks(user):
    begin = time.monotonic()
    result = user.family("fork-bomb", options=["-p", 20, "-t", "0.5", "-w", "10"])
    expect(result, "time-limit")
    check(time.monotonic() - begin < 12 * user.slow, "it took long")
    if result["processes_peak"] is not None:
        check(result["processes_peak"] <= 20, f"{result['processes_peak']} at once")


@case("the peak of processes, and a limit of one")
def processes(user):
    for run in (user.use, user.family):
        expect(run("nothing", options=["-p", 1]), "ok")
    result = expect(user.family("children", 3, 50), "ok")
    check(result["processes_peak"] in (None, 4), f"{result['processes_peak']}")


@case("a bomb of threads")
def threads(user):
    result = user.use("thread-bomb", options=["-p", 20, "-t", "0.5", "-w", "10"])
    expect(result, "time-limit")


# Output, files, disk.

@case("output is exact to the byte, and floods end at once")
def flood(user):
    for size in (1, 4095, 4096, 1000003):
        # Both into one pipe, of which we read all.
        result = user.use("flood-both", options=["-o", size, "--stderr-to-stdout", "-w", 30])
        expect(result, "output-limit", output_truncated=True)
        check(result["output"] == b"x" * size, f"{len(result['output'])} bytes, {size} expected")
        check(result["stdout_bytes"] + result["stderr_bytes"] < size + (2 << 20),
              f"{result['stdout_bytes']} bytes were taken in")


@case("the host's memory is bounded, however much is written")
def bounded(user):
    process = user.start("-o", "300M", "--stdout", "/dev/null", "--stderr", "/dev/null", "-w", 60,
                         "-t", 30, "--", user.place / "use", "flood-both")
    # Of this process, and of those that it has waited for.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    for stream in (process.stdout, process.stderr):
        stream.close()
    result = json.loads((user.directory / "report").read_text())
    expect({**result, "messages": ""}, "output-limit")
    check(usage.ru_maxrss < 32 << 10, f"the command grew to {usage.ru_maxrss} KiB")


def numbers(result):
    return [int(word) for word in result["output"].split()]


@case("a file's size is exact to the byte")
def file_size(user):
    for size in (1, 4096, 100001, 3 * MIB):
        error, size_got = numbers(expect(user.use("fill", "/box/file", options=[
            "--file-size", size, "--disk", "16M"]), "ok"))
        check((error, size_got) == (errno.EFBIG, size), f"errno {error}, {size_got} of {size}")


@case("the disk's size is exact to the page")
def disk(user):
    for size in (MIB, 5 * MIB):
        for directory in ("/box", "/tmp"):
            error, size_got = numbers(expect(user.use("fill", f"{directory}/file", options=[
                "--file-size", "unlimited", "--disk", size]), "ok"))
            check(error == errno.ENOSPC and 0 <= size - size_got <= 16384,
                  f"errno {error}, {size_got} of {size} in {directory}")


@case("as many files as the disk's size is for")
def inodes(user):
    made = []
    for size in (16 * MIB, 32 * MIB):
        error, count = numbers(expect(user.use("files", "/box", options=["--disk", size]), "ok"))
        check(error == errno.ENOSPC, f"errno {error}")
        made.append(count)
    # One for each 16 KiB, and those that the box itself takes.
    check(made[1] - made[0] == 1024 and 900 <= made[0] <= 1100, f"{made} files")


# Sources.

@case("clocks, rusage and the report agree")
def agree(user):
    for run, act in ((user.use, "threads"), (user.family, "threads"), (user.family, "children")):
        result = expect(run("clocks", act, 3, 60), "ok")
        own, = numbers(result)
        # Its start and end come on top of what it could see.
        check(own - 2000 <= result["cpu_us"] <= own * 1.02 + 20000 * user.slow,
              f"{act}: {result['cpu_us']} us, {own} by its own clocks; {result['sources']}")


# Noise.

@case("a narrow miss on a busy host is tried again, on request only")
def noisy(user):
    cpu = str(min(os.sched_getaffinity(0)))
    options = ["-t", "0.2", "-w", 30, "--cpus", cpu, "--stdout", "/dev/null", "--stderr",
               "/dev/null"]
    neighbours = [subprocess.Popen(["taskset", "-c", cpu, user.place / "use", "threads", "1", "0"])
                  for _ in range(3)]
    try:
        once = expect(user.use("threads", 1, 0, options=options), "time-limit", attempts=1)
        if once["switches_involuntary"] * 1000000 < 80 * once["wall_us"]:
            raise Skip(f"{once['switches_involuntary']} switches in {once['wall_us']} us: "
                       "this kernel's slices are too long to call that busy")
        again = user.use("threads", 1, 0, options=["--retry-noisy", *options])
        expect(again, "time-limit")
        check(again["attempts"] > 1, f"{again['attempts']} attempts, {again}")
    finally:
        for neighbour in neighbours:
            neighbour.kill()
            neighbour.wait()


@case("a wide miss is not tried again")
def wide(user):
    result = user.use("sleep", 9000, options=["--retry-noisy", "-w", "0.2", "--stdout",
                                              "/dev/null", "--stderr", "/dev/null"])
    expect(result, "wall-limit", attempts=1)


# Bombs.

def bomb_case(act, policy):
    @case(f"another run gets on while {act} goes off")
    def beside(user):
        options = ["-P", user.policy] if policy else []
        bomb = user.start(*options, "-p", 64, "-t", 3, "-w", 30, "--report", "bomb", "--",
                          user.place / "use", act)
        try:
            result = expect(user.use("kernel", 0, 100, options=["-w", 60]), "ok")
        finally:
            bomb.communicate(timeout=TIMEOUT)
        check(result["wall_us"] < 20000000 * user.slow, f"it took {result['wall_us']} us")
        check(result["cpu_us"] < 200000 + 100000 * user.slow, f"cpu_us {result['cpu_us']}")
        report = json.loads((user.directory / "bomb").read_text())
        expect(report, "time-limit")


bomb_case("fork-bomb", True)
bomb_case("thread-bomb", False)


# Groups.

@case("the groups that are expected here")
def kind(user):
    layer = user.family("nothing")["layers"]["cgroup"]
    source = user.family("nothing")["sources"]["memory"]
    check((layer == "on") == (user.kind != "none"), f"the layer is {layer!r}")
    wanted = {"v2": "cgroup2", "v1": "cgroup1"}.get(user.kind)
    check(wanted is None or source == wanted, f"memory by {source}, {user.kind} expected")
    required = user.family("nothing", options=["--require", "cgroup"])
    expect(required, "ok" if user.kind != "none" else "internal-error")


@case("stale groups of a killed host are removed")
def stale(user):
    if user.kind == "none":
        raise Skip("no groups here")
    process = user.start("-P", user.policy, "-w", 100, "-t", 100, "--", user.place / "use",
                         "sleep", 100000)
    deadline = time.monotonic() + 20
    while not groups() and time.monotonic() < deadline:
        time.sleep(0.02)
    check(groups(), "no group was made")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    expect(user.family("nothing"), "ok")
    expect(user.family("nothing"), "ok")
    check(not groups(), f"left: {groups()}")


@case("runs side by side keep to their own groups")
def side_by_side(user):
    processes = [user.start("-P", user.policy, "--report", f"r{i}", "--", user.place / "use",
                            "children", 2, 20) for i in range(8)]
    for i, process in enumerate(processes):
        process.communicate(timeout=TIMEOUT)
        result = json.loads((user.directory / f"r{i}").read_text())
        expect(result, "ok", cpu_us=lambda us: 38000 <= us <= 40000 + 50000 * user.slow)


@case("a CPU for each run")
def cpus(user):
    count = len(os.sched_getaffinity(0))
    first = [user.start("--report", f"r{i}", "--cpus", "spread", "-w", 60, "--", user.place / "use",
                        "sleep", 50000) for i in range(count)]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and \
            pathlib.Path("/proc/net/unix").read_text().count("@dualpipe/cpu/") < count:
        time.sleep(0.02)
    expect(user.use("nothing", options=["--cpus", "spread"]), "internal-error", status=2)
    for process in first:
        process.kill()
        process.communicate()
    expect(user.use("nothing", options=["--cpus", "spread"]), "ok")


def run_case(user, name, function):
    begin, word, why = time.monotonic(), "passed", ""
    try:
        function(user)
        deadline = time.monotonic() + 2
        while groups() and time.monotonic() < deadline:
            time.sleep(0.05)
        check(not groups(), f"groups are left: {groups()}")
    except Skip as skip:
        word, why = "skipped", str(skip)
    except Failure as failure:
        word, why = "FAILED", str(failure)
    except (OSError, KeyError, TypeError, ValueError) as error:
        word, why = "FAILED", f"{type(error).__name__}: {error}"
    print(f"{word}: {user.name}: {name} ({time.monotonic() - begin:.2f} s)"
          f"{': ' + why[:700] if why else ''}", flush=True)
    return word


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--only", type=re.compile, default="", metavar="PATTERN",
                        help="of the cases' names")
    parser.add_argument("--cgroup", default=None)
    parser.add_argument("--as-user", default="none")
    parser.add_argument("--user-group", help="a delegated group that nobody's runs start in")
    parser.add_argument("--slow", type=int, default=1, help="allow so many times the delays")
    options = parser.parse_args()
    words = []
    if options.cgroup is None:  # what this host has: the tests look whether it is used
        v2 = "memory" in pathlib.Path("/sys/fs/cgroup/cgroup.controllers").read_text().split() \
            if os.path.exists("/sys/fs/cgroup/cgroup.controllers") else False
        has_v1 = os.access("/sys/fs/cgroup/memory", os.W_OK) and \
            os.access("/sys/fs/cgroup/pids", os.W_OK)
        is_root = os.geteuid() == 0
        options.cgroup = "none" if not is_root else "v2" if v2 else "v1" if has_v1 else "none"
    with tempfile.TemporaryDirectory(prefix="dualpipe-limits-") as directory:
        place = pathlib.Path(directory)
        place.chmod(0o755)
        shutil.copy2(options.dualpipe, place / "dualpipe")
        for name in ("use", "huge", "processes.policy"):
            shutil.copy2(pathlib.Path(options.programs) / name, place / name)
        users = [User("root" if os.geteuid() == 0 else "self", None, place, options)]
        if os.geteuid() == 0:
            users.append(User("nobody", NOBODY, place, options))
        for user in users:
            words += [run_case(user, name, function) for name, function in cases
                      if re.search(options.only, name)]
    print(f"{words.count('passed')} passed, {words.count('FAILED')} failed"
          + (f", {words.count('skipped')} skipped" if "skipped" in words else ""))
    return words.count("FAILED") > 0


if __name__ == "__main__":
    sys.exit(main())
