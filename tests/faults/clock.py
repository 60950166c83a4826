#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The clock that can be set: nothing asks it, and nothing minds when it is stepped.

clock.py --dualpipe DUALPIPE [--slow FACTOR] asked|stepped

asked: runs, batches and judges are watched under strace(1), with no vDSO in them, so
that each look at a clock is a system call that is seen. Host, keeper, init and spawner
must not ask a clock that can be set, nor wait on one.

stepped: CLOCK_REALTIME is stepped to and fro, by a second to twenty years, while
targets run to their CPU, wall and idle limits. Verdicts and times must be those of a
clock that stands. It is the whole machine's clock: this runs in tests/vm/vm_test.py
alone (ctest -L vm), and refuses any other machine.
"""
import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

TIMEOUT = 120
AT_NULL, AT_IGNORE, AT_SYSINFO_EHDR = 0, 1, 33
PTRACE_TRACEME, PTRACE_DETACH = 0, 17
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
LIBC.ptrace.restype = ctypes.c_long

# Calls that tell a time or wait until one. What is left out below minds no step: sleep(3),
# which is a relative wait by the clock that can be set, and futexes without a time.
CALLS = "clock_gettime,gettimeofday,time,clock_nanosleep,timer_create,timer_settime," \
        "timerfd_create,futex,mq_timedsend,mq_timedreceive"
SETTABLE = re.compile(r"\b(gettimeofday|time|mq_timed\w+)\(|CLOCK_TAI|CLOCK_REALTIME")
HARMLESS = re.compile(r"clock_nanosleep\(CLOCK_REALTIME, 0,|futex\(.*, NULL(, |\)| <)")


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


def write_problem(place):
    (place / "problem").mkdir()
    for number in range(2):
        (place / "problem" / f"{number}.in").write_text(f"{number}\n")
        (place / "problem" / f"{number}.ans").write_text(f"{number}\n")
    # In a language of our own: the emulated machine has few.
    (place / "languages").write_text("language ours\n  title Ours\n  extensions .ours\n"
                                     "  run shell sh {main}\n")
    for name, text in (("echo", "cat"), ("late", "sleep 500"), ("spin", "while :; do :; done")):
        (place / f"{name}.ours").write_text(text + "\n")


# Nobody asks ------------------------------------------------------------------

def take_vdso(pid):
    """From a process that stands at its first instruction: what the kernel told it of
    the vDSO, on its stack, is made a word to be passed over."""
    told = pathlib.Path(f"/proc/{pid}/auxv").read_bytes()
    stack = next(line for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
                 if line.endswith("[stack]"))
    start, end = (int(word, 16) for word in stack.split()[0].split("-"))
    number = next(i for i in range(0, len(told), 16)
                  if struct.unpack_from("Q", told, i)[0] == AT_SYSINFO_EHDR)
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        memory.seek(start)
        text = memory.read(end - start)
        place = text.rindex(told[:number + 16]) + number
        memory.seek(start + place)
        memory.write(struct.pack("Q", AT_IGNORE))


def watched(command, log, **options):
    """Runs it under strace, without a vDSO; returns its output."""
    def trace_me():
        LIBC.ptrace(PTRACE_TRACEME, 0, None, None)
    process = subprocess.Popen([str(word) for word in command], preexec_fn=trace_me,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, **options)
    os.waitpid(process.pid, 0)
    take_vdso(process.pid)
    if LIBC.ptrace(PTRACE_DETACH, process.pid, None, signal.SIGSTOP) != 0:
        raise OSError(ctypes.get_errno(), "PTRACE_DETACH")
    # strace says so when it has attached; what it says then goes nowhere.
    with subprocess.Popen(["strace", "-f", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", log,
                           "-p", str(process.pid)], stderr=subprocess.PIPE, text=True) as strace:
        said = strace.stderr.readline()
        if "attached" not in said:
            process.kill()
            raise PermissionError(said.strip())
        threading.Thread(target=strace.stderr.read, daemon=True).start()
        os.kill(process.pid, signal.SIGCONT)
        try:
            output, messages = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"it did not end in {TIMEOUT} s") from None
    return process, output, messages


def clocks_asked(command, place, **options):
    """Returns the output, how often the first process asked the steady clock, and each line of
    strace's in which anybody asked or waited on one that can be set."""
    log = place / "log"
    process, output, messages = watched(command, log, **options)
    lines = log.read_text(errors="replace").splitlines()
    steady = re.compile(rf"{process.pid}\s+clock_gettime\(CLOCK_MONOTONIC,")
    own = [line for line in lines if steady.match(line)]
    return output + messages, len(own), [line for line in lines if SETTABLE.search(line) and
                                         not HARMLESS.search(line)]


def asked_commands(dualpipe, place):
    """Their targets ask no clock; the words that must be in what they say."""
    sleeper = ["sh", "-c", "sleep 0.1; while read x; do echo $x; done; sleep 20"]
    jobs = [{"argv": ["sh", "-c", "echo one"]}, {"argv": ["sleep", "20"], "wall": 0.3},
            {"argv": ["sh", "-c", "while :; do :; done"], "time": 0.1, "wall": 60},
            {"argv": ["sleep", "20"], "idle": 0.2}]
    (place / "jobs").write_text("".join(json.dumps(job) + "\n" for job in jobs))
    limits = ["-P", "shell", "-t", "2", "-w", "0.4"]
    batch = [dualpipe, "batch", "-q", "-j", "2", "-P", "shell"]
    yield "run", [dualpipe, "run", *limits, "--", *sleeper], "wall-limit"
    yield "run --idle", [dualpipe, "run", "-P", "shell", "-t", "2", "-w", "20", "--idle", "0.2",
                         "--", *sleeper], "idle"
    for level in ("single-use", "fresh", "verified"):
        if level != "verified" or os.geteuid() == 0:
            yield f"batch {level}", [*batch, "--freshness", level, place / "jobs"], "time-limit"
    judge = place / "dualpipe-judge"  # not by dualpipe's exec, which would bring a vDSO back
    yield "judge", [judge, "judge", "-j", "2", "--languages", place / "languages",
                    place / "problem", place / "echo.ours"], "accepted"
    yield "interact", [judge, "interact", "-P", "shell", "--idle", "0.2", "--", *sleeper, ":",
                       *sleeper], "silent"


def asked(options, place):
    if not shutil.which("strace"):
        print("skipped: there is no strace here (apt-get install strace)")
        return 77
    environment = dict(os.environ, PATH="/usr/bin:/bin", TMPDIR=str(place))
    failed = 0
    # That it is seen where somebody asks.
    code = "import time; time.time()"
    try:
        _, _, found = clocks_asked([sys.executable, "-c", code], place)
    except PermissionError as error:
        print(f"skipped: strace may not attach here: {error}")
        return 77
    if not any("clock_gettime(CLOCK_REALTIME" in line for line in found):
        failed += 1
        print(f"FAILED: Python's time.time() is not seen: {found}")
    for name, command, word in asked_commands(options.dualpipe, place):
        try:
            said, count, found = clocks_asked(command, place, env=environment)
            expect(word in said, f"it does not say {word}: {said[:1500]}")
            expect(count > 0, "it asks no clock at all: the vDSO is there")
            expect(not found, f"it asks a clock that can be set: {found[:5]}")
            print(f"passed: {name}: {count} looks at clocks, none that can be set", flush=True)
        except Failure as failure:
            failed += 1
            print(f"FAILED: {name}: {failure}", flush=True)
    print(f"{failed} failed")
    return 1 if failed else 0


# It is stepped ----------------------------------------------------------------

HOUR = 3600
STEPS = [1, HOUR, 30 * HOUR, 240 * HOUR, 20 * 365 * 24 * HOUR]


@contextlib.contextmanager
def stepping(seed):
    """To and fro, some times a second; set right again in the end. The number of steps."""
    chance = random.Random(seed)
    start, start_monotonic = time.clock_gettime(time.CLOCK_REALTIME), time.monotonic()
    is_over = threading.Event()
    steps = []

    def set_to(offset):
        time.clock_settime(time.CLOCK_REALTIME, start + time.monotonic() - start_monotonic + offset)

    def step():
        while not is_over.wait(0.02 + 0.3 * chance.random()):
            steps.append(chance.choice((-1, 1)) * chance.choice(STEPS))
            set_to(steps[-1])
    thread = threading.Thread(target=step)
    thread.start()
    try:
        yield steps
    finally:
        is_over.set()
        thread.join()
        set_to(0)


def finish(command, **options):
    """Returns the status, both streams, and how long it took."""
    start = time.monotonic()
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT,
                              check=False, **options)
    except subprocess.TimeoutExpired:
        raise Failure(f"it did not end in {TIMEOUT} s: {command}") from None
    return done.returncode, done.stdout, done.stderr, time.monotonic() - start


# argv, limits, verdict, is it idle, wall and CPU time at least, in seconds.
TARGETS = {
    "ends": ("sleep 1.5; echo ended", {"wall": 60}, "ok", False, 1.5, 0),
    "sleeps": ("sleep 500", {"wall": 1}, "wall-limit", True, 1, 0),
    "spins": ("while :; do :; done", {"time": 0.7, "wall": 90}, "time-limit", False, 0.7, 0.7),
    "is idle": ("sleep 500", {"idle": 1, "wall": 90}, "wall-limit", True, 1, 0),
    "is not idle": ("for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done; echo ended",
                    {"idle": 30, "wall": 90}, "ok", False, 3, 0),
}


def check_result(result, target, outside, slow):
    _, limits, verdict, idle, wall, cpu = target
    text = {key: result[key] for key in ("verdict", "reason", "wall_us", "cpu_us", "idle", "error")}
    expect(result["verdict"] == verdict and result["idle"] == idle, f"{text}")
    expect("ended" in (result["stdout"] or "ended") or verdict != "ok", f"{text}")
    expect(wall * 1e6 <= result["wall_us"] <= outside * 1e6, f"{text}, {outside:.2f} s outside")
    expect(cpu * 1e6 <= result["cpu_us"] <= result["wall_us"] * 1.1 + 100000, f"{text}")
    late = result["wall_us"] - wall * 1e6
    expect(late < 3e6 * slow, f"{late / 1e6:.2f} s too late: {text}")


def stepped_run(options, place, user, name):
    target = TARGETS[name]
    report = place / user / "report"
    words = [word for limit, value in target[1].items() for word in (f"--{limit}", str(value))]
    command = [options.dualpipe, "run", "-q", "-P", "shell", *words, "--report", report, "--", "sh",
               "-c", target[0]]
    _, output, messages, outside = finish(command, **become(user))
    expect(report.exists(), f"no report: {messages}")
    check_result(dict(json.loads(report.read_text()), stdout=output), target, outside, options.slow)


def stepped_batch(options, place, user, level):
    jobs = place / "jobs"
    jobs.write_text("".join(json.dumps({"argv": ["sh", "-c", target[0]], **target[1]}) + "\n"
                            for target in TARGETS.values()) * 2)
    status, output, messages, outside = finish(
        [options.dualpipe, "batch", "-q", "-j", "2", "-P", "shell", "--freshness", level, jobs],
        **become(user))
    results = [json.loads(line) for line in output.splitlines()]
    expect(status == 0 and len(results) == 2 * len(TARGETS), f"status {status}: {messages}")
    for result, target in zip(sorted(results, key=lambda each: each["line"]),
                              [*TARGETS.values()] * 2):
        check_result(result, target, outside, options.slow)


def stepped_judge(options, place, user):
    for name, verdict, wall, least in (("echo", "accepted", 90, 0), ("late", "idle", 3, 3),
                                       ("spin", "time-limit", 90, 2)):
        status, output, messages, outside = finish(
            [options.dualpipe, "judge", "--time", "2", "--wall", str(wall), "--report", "-", "-q",
             "--languages", place / "languages", place / "problem", place / f"{name}.ours"],
            **become(user))
        expect(f'"verdict":"{verdict}"' in output and status == (name != "echo"),
               f"{name}: {status}: {output[:600]} {messages}")
        expect(outside >= least, f"{name}: after {outside:.2f} s")


def stepped_interact(options, place, user):
    report = place / user / "pair"
    silent = ["sh", "-c", "read x"]
    status, _, messages, outside = finish(
        [options.dualpipe, "interact", "-P", "shell", "--idle", "1", "--report", report, "--",
         *silent, ":", *silent], **become(user))
    expect(status == 1 and json.loads(report.read_text())["idle"], f"{status}: {messages}")
    expect(1 <= outside < 1 + 10 * options.slow, f"idle for {outside:.2f} s")


def become(user):
    environment = dict(os.environ, TMPDIR="/tmp", PATH="/usr/bin:/bin")
    options = {"env": environment, "cwd": "/tmp"}
    return {**options, "user": 65534, "group": 65534, "extra_groups": []} if user == "nobody" \
        else options


def is_our_machine():
    """Not merely a machine: one that vm_test.py has made."""
    return os.geteuid() == 0 and \
        "rdinit=/init" in pathlib.Path("/proc/cmdline").read_text().split() and \
        os.path.exists("/tests/commands")


def stepped(options, place):
    if not is_our_machine():
        print("stepped: refused: it sets the machine's clock, and this one is not vm_test.py's")
        return 2
    cases = []
    for user in ("root", "nobody"):
        (place / user).mkdir()
        (place / user).chmod(0o777)
        cases += [(user, f"a run that {name}", stepped_run, name) for name in TARGETS]
        cases += [(user, f"batch {level}", stepped_batch, level)
                  for level in ("single-use", "fresh", "verified")
                  if user == "root" or level != "verified"]
        cases += [(user, "judge", stepped_judge), (user, "interact", stepped_interact)]
    failed = 0
    for user, name, check, *more in cases:
        # First on a clock that stands: what is wrong there is not the steps'.
        try:
            check(options, place, user, *more)
            with stepping(name) as steps:
                check(options, place, user, *more)
            expect(steps, "the clock was not stepped")
            print(f"passed: {user}: {name}, {len(steps)} steps", flush=True)
        except Failure as failure:
            failed += 1
            print(f"FAILED: {user}: {name}: {failure}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--slow", type=float, default=1, help="bounds are so much wider")
    parser.add_argument("what", choices=["asked", "stepped"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dualpipe-clock-") as directory:
        place = pathlib.Path(directory)
        place.chmod(0o755)
        for end in ("", "-judge"):
            shutil.copy2(options.dualpipe + end, place / f"dualpipe{end}")
        options.dualpipe = place / "dualpipe"
        write_problem(place)
        return {"asked": asked, "stepped": stepped}[options.what](options, place)


if __name__ == "__main__":
    sys.exit(main())
