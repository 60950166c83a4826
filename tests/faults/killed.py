#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hosts that are killed at random moments, and parts of boxes that an outsider kills.

killed.py --dualpipe DUALPIPE [--moments N] [--seed N] [SCENE...]

A scene is a host: a run, a batch over a pool, a judge, a grade, a pair. It is killed with
SIGKILL at N random moments of its life; then no process, mount, IPC object or claimed
uid may be left, and the next command of its kind removes what a killed one cannot:
groups and directories.
(--dualpipe's dualpipe-judge is beside it.)

As root, outsiders then kill the keeper, the init or the spawner of a box under way.
That is never a verdict about the target: the run goes on as if nothing were, or ends
as an internal error that may be retried; a pool replaces the box. Likewise when they only
hold one of them still: no host waits for it for ever, and it does not stay behind.
"""
import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import faults
from faults import Failure

NOBODY = faults.NOBODY
STRACE = ["strace", "-f", "-qq", "-E", "ASAN_OPTIONS=detect_leaks=0"]  # which needs to trace
SLEEPER = ["sh", "-c", "sleep 30 & sleep 30"]
UID_FIRST, UID_COUNT = 0x77000000, 0x10000


def write_jobs(path):
    jobs = [{"argv": ["sh", "-c", "echo one; sleep 0.05 & sleep 0.02"], "policy": "shell"},
            {"argv": ["/bin/echo", "two"]},
            {"argv": ["cat", "data"], "files": [{"name": "data", "text": "three"}]},
            {"argv": ["sh", "prog"], "files": [{"name": "made", "text": "echo four"}],
             "compile": {"argv": ["cp", "made", "prog"], "policy": "shell"}, "policy": "shell"}]
    path.write_text("".join(json.dumps(job) + "\n" for job in jobs * 10))
    job = {"argv": ["python3", "prog.py"], "files": [{"name": "prog.py", "text": "print(5)"}]}
    path.with_name("warm-jobs").write_text((json.dumps(job) + "\n") * 20)


def write_problem(place):
    problem = place / "problem"
    problem.mkdir()
    for number in range(6):
        (problem / f"{number}.in").write_text(f"{number}\n")
        (problem / f"{number}.ans").write_text(f"{number}\n")
    (place / "echo.py").write_text("print(input())\n")
    (place / "students").mkdir()
    for name in ("ada", "bea", "cem"):
        (place / "students" / f"{name}.py").write_text("print(input())\n")


def scenes(dualpipe, place):
    """Name: the command, and a short one of its kind that cleans up after it, or None if
    it does so itself."""
    batch = [dualpipe, "batch", "-q", "-j", "2"]
    side = ["sh", "-c", "for i in 1 2 3 4; do sleep 0.01; echo $i; read x; done"]
    return {
        "run": ([dualpipe, "run", "-q", "-P", "shell", "--", *SLEEPER],
                [dualpipe, "run", "-q", "-P", "shell", "--", "true"]),
        "batch": ([*batch, place / "jobs"], None),
        **{level: ([*batch, "--freshness", level, place / "jobs"], None)
           for level in ("single-use", "verified")},
        "warm": ([*batch, "--warm", "-P", "python", place / "warm-jobs"], None),
        "judge": ([dualpipe, "judge", "-q", "-j", "2", place / "problem", place / "echo.py"], None),
        "grade": ([dualpipe, "grade", "-q", place / "problem", place / "students"], None),
        "interact": ([dualpipe, "interact", "-P", "shell", "--", *side, ":", *side], None),
    }


# What is left -----------------------------------------------------------------

def boxes_uids():
    """Processes of private uids, by pid; those of other commands among them."""
    found = set()
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and \
                    0 <= os.stat(f"/proc/{entry}").st_uid - UID_FIRST < UID_COUNT:
                found.add(int(entry))
        except OSError:
            pass
    return found


def of_command(pid):
    """Groups whose maker was this process."""
    return {group for group in faults.cgroups() if f"/dualpipe.{pid}." in group}


def mounts():
    return pathlib.Path("/proc/self/mountinfo").read_text()


def ipc():
    """Numbers of shared memory objects whose makers are gone. Of other kinds no maker is
    told, and other tests plant some at any time."""
    found = set()
    lines = pathlib.Path("/proc/sysvipc/shm").read_text().splitlines()
    maker = lines[0].split().index("cpid")
    for line in lines[1:]:
        words = line.split()
        if not os.path.exists(f"/proc/{words[maker]}"):
            found.add(words[1])
    return found


def wait_for_no_children(before):
    end = time.monotonic() + 10
    while True:
        faults.reap()
        left = faults.children() - before
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.01)


class Place:
    """Where one host works, as one user."""

    def __init__(self, user):
        self.user = user

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="dualpipe-killed-"))
        if self.user == "nobody":
            os.chown(self.path, NOBODY, NOBODY)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def become(self):
        os.setsid()
        if self.user == "nobody":
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    def start(self, command, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                cwd=self.path, env=dict(os.environ, TMPDIR=str(self.path),
                                                        PATH="/usr/bin:/bin"),
                                preexec_fn=self.become, **options)

    def run(self, command):
        process = self.start(command)
        try:
            messages = process.communicate(timeout=faults.TIMEOUT)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"the next command hangs: {command}") from None
        if process.returncode != 0:
            raise Failure(f"the next command ends with {process.returncode}: {messages!r}")


# The host is killed -----------------------------------------------------------

def kill_once(place, scene, moment):
    command, next_command = scene
    before = faults.children(), mounts(), ipc()
    process = place.start(command, stderr=subprocess.DEVNULL)
    time.sleep(moment)
    process.kill()
    process.wait()
    left = wait_for_no_children(before[0])
    if left:
        raise Failure(f"is left: {faults.described(left)}")
    if mounts() != before[1]:
        raise Failure("there are other mounts than before")
    if ipc() - before[2]:
        raise Failure(f"there is new shared memory: {ipc() - before[2]}")
    had_groups = bool(of_command(process.pid))
    had_files = bool(os.listdir(place.path))
    place.run(next_command or command)
    if wait_for_no_children(before[0]):
        raise Failure("the next command left a process")
    if of_command(process.pid):
        raise Failure(f"the next command leaves its groups: {of_command(process.pid)}")
    if os.listdir(place.path):
        raise Failure(f"the next command leaves files: {os.listdir(place.path)}")
    return had_groups, had_files


def life_of(user, scene):
    """How long it takes on this host at this time; of two, for the first reads files."""
    with Place(user) as place:
        place.run(scene[1] or scene[0])
        start = time.monotonic()
        place.run(scene[1] or scene[0])
        return time.monotonic() - start


def kill_often(options, user, name, scene):
    failures, groups, files = [], 0, 0
    life = life_of(user, scene)
    for _ in range(options.moments):
        # Early moments, when it is being made, are the interesting ones.
        moment = life * options.random.random() ** 1.5
        try:
            with Place(user) as place:
                had = kill_once(place, scene, moment)
                groups, files = groups + had[0], files + had[1]
        except Failure as failure:
            failures.append(f"{user}: {name}: killed after {moment * 1000:.2f} ms: {failure}")
            print("FAILED:", failures[-1], flush=True)
    print(f"{user}: {name}: killed at {options.moments} moments of {life:.2f} s, {groups} left a "
          f"group and {files} a directory to the next, {len(failures)} failed", flush=True)
    return failures


# A part of a box is killed ----------------------------------------------------

def threads_of(pid):
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def children_of(pid):
    found = []
    for thread in threads_of(pid):
        try:
            text = pathlib.Path(f"/proc/{pid}/task/{thread}/children").read_text()
            found += [int(word) for word in text.split()]
        except OSError:
            pass
    return found


def parts_of(pid):
    """Keepers, children of the host; below each the process 1 of a box; below that,
    in a warm box, the process 1 of the nested one; targets last."""
    levels, found = [pid], {}
    for name in ("keeper", "init", "below"):
        levels = [child for parent in levels for child in children_of(parent)]
        found[name] = levels
    return found


def finish(process):
    try:
        return process.communicate(timeout=faults.TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure(f"it did not end in {faults.TIMEOUT} s") from None


def what_came_of(place, process):
    """Of a run with a part missing: it goes on, or may be tried again."""
    output, messages = finish(process)
    told = json.loads((place.path / "report").read_text())
    if told["verdict"] == "ok" and process.returncode == 0 and output == b"ended\n":
        return "went on"
    if told["verdict"] == "internal-error" and process.returncode == 2 and \
            told["error"]["retryable"] and messages.strip():
        return "retryable"
    raise Failure(f"status {process.returncode}, {told['verdict']}: {told['reason']} "
                  f"{told['error']}, {output!r}")


def kill_part(part, place, dualpipe):
    """Of a run under way. Returns what came of it."""
    process = place.start([dualpipe, "run", "-q", "-w", "3", "--report", place.path / "report",
                           "-P", "shell", "--", "sh", "-c", "echo began; sleep 0.3; echo ended"],
                          stdout=subprocess.PIPE)
    began = process.stdout.readline()
    victims = parts_of(process.pid)[part]
    if began != b"began\n" or not victims:
        process.kill()
        raise Failure(f"there is no {part} to be killed: {began!r}")
    os.kill(victims[0], signal.SIGKILL)
    return what_came_of(place, process)


# Of the keeper, the init, the courier and the target on their way to the gate; the host makes
# few of them.
CALLS = ("sched_getattr", "clone3", "close_range", "wait4", "capget", "capset", "execveat",
         "recvfrom", "setsid", "mount", "pivot_root", "unshare", "setresuid", "seccomp",
         "landlock_restrict_self")


def kill_at_call(place, dualpipe, user, call, turn):
    """Whoever makes it dies there, at its first or second turn. As nobody by strace's own
    option, for a tracer without privilege takes it from set-uid programs."""
    log, report = place.path / "log", place.path / "report"
    place.user = "root"
    process = place.start([*STRACE, *(["-u", "nobody"] if user == "nobody" else []), "-o", log,
                           "-e", f"trace={call},close,poll,ppoll,pidfd_send_signal",
                           "-e", f"inject={call}:signal=KILL:when={turn}", dualpipe, "run", "-q",
                           "--report", report, "--", "/bin/echo", "ended"], stdout=subprocess.PIPE)
    output, messages = finish(process)
    stale = [line for line in log.read_text().splitlines() if "EBADF" in line or "POLLNVAL" in line]
    if stale:
        raise Failure(f"a descriptor that is not there: {stale[:3]}")
    told = json.loads(report.read_text())
    if told["verdict"] == "ok" and process.returncode == 0 and output == b"ended\n":
        return
    if told["verdict"] != "internal-error" or process.returncode != 2 or not messages.strip() or \
            not told["error"]["retryable"]:
        raise Failure(f"status {process.returncode}, {told['verdict']}: {told['reason']}")


def killed_at_calls(dualpipe):
    failures, count = [], 0
    if not shutil.which("strace"):
        print("killed at calls: skipped: no strace is here")
        return failures
    for user in ("root", "nobody"):
        for call in CALLS:
            for turn in (1, 2):
                count += 1
                with Place(user) as place:
                    before = faults.children()
                    try:
                        kill_at_call(place, dualpipe, user, call, turn)
                        if wait_for_no_children(before):
                            raise Failure("a process is left")
                    except Failure as failure:
                        failures.append(f"{user}: killed at {call} {turn}: {failure}")
                        print("FAILED:", failures[-1], flush=True)
    print(f"killed at {count} calls, {len(failures)} failed", flush=True)
    return failures


def kill_parts_of_pool(options, place, dualpipe, level):
    """All boxes of a batch, by and by; every job must get its verdict all the same."""
    jobs = place.path / "jobs"
    job = {"argv": ["sh", "-c", "echo began; sleep 0.02; echo ended"], "policy": "shell"}
    jobs.write_text((json.dumps(job) + "\n") * 60)
    process = place.start([dualpipe, "batch", "-q", "-j", "2", "--freshness", level, jobs],
                          stdout=subprocess.PIPE)
    killed = 0
    for _ in range(12):
        time.sleep(0.03 + 0.05 * options.random.random())
        parts = parts_of(process.pid)
        victims = parts[options.random.choice(("keeper", "init"))]
        try:
            if victims:
                os.kill(options.random.choice(victims), signal.SIGKILL)
                killed += 1
        except ProcessLookupError:
            pass
    output, messages = finish(process)
    results = [json.loads(line) for line in output.splitlines()]
    wrong = [each for each in results if each["verdict"] not in ("ok", "internal-error") or
             (each["verdict"] == "ok") != (each["stdout"] == "began\nended\n")]
    lost = [each for each in results if each["verdict"] == "internal-error"]
    if len(results) != 60 or wrong or not all(each["error"]["retryable"] for each in lost):
        raise Failure(f"{len(results)} results of 60, wrong: "
                      f"{[(each['verdict'], each['reason']) for each in wrong + lost][:3]}, "
                      f"{messages!r}")
    if len(lost) > killed // 3:  # each is tried three times
        raise Failure(f"{len(lost)} jobs are lost by {killed} kills: {lost[0]['reason']}")
    return killed, len(lost)


def outsiders(options, dualpipe):
    failures = []
    for user in ("root", "nobody"):
        for part in ("keeper", "init"):
            for _ in range(3):
                with Place(user) as place:
                    before = faults.children()
                    try:
                        word = kill_part(part, place, dualpipe)
                        if wait_for_no_children(before):
                            raise Failure("a process is left")
                    except Failure as failure:
                        word = "FAILED"
                        failures.append(f"{user}: {part} killed: {failure}")
                        print("FAILED:", failures[-1], flush=True)
            print(f"{user}: {part} of a run killed: {word}", flush=True)
        for level in ("single-use", "fresh", "verified") if faults.has_second_uid(user) else \
                ("fresh",):
            with Place(user) as place:
                before = faults.children()
                try:
                    killed, lost = kill_parts_of_pool(options, place, dualpipe, level)
                    if wait_for_no_children(before):
                        raise Failure("a process is left")
                    print(f"{user}: {level}: {killed} parts of boxes killed, {lost} of 60 jobs lost",
                          flush=True)
                except Failure as failure:
                    failures.append(f"{user}: {level}: {failure}")
                    print("FAILED:", failures[-1], flush=True)
    return failures


# A part of a box is held still ---------------------------------------------------

def start_sleeper(place, dualpipe, part, *limits):
    """A run, one part of whose box is stopped. Its target makes no processes, so that it ends
    although its init, which traces it, stands still."""
    script = "import time; print('began', flush=True); time.sleep(0.3); print('ended')"
    process = place.start([dualpipe, "run", "-q", *limits, "--report", place.path / "report", "-P",
                           "python", "--", "python3", "-c", script], stdout=subprocess.PIPE)
    began = process.stdout.readline()
    victims = parts_of(process.pid)[part]
    if began != b"began\n" or not victims:
        process.kill()
        raise Failure(f"there is no {part} to be stopped: {began!r}")
    os.kill(victims[0], signal.SIGSTOP)
    return process


def start_halted(place, dualpipe, call):
    """A run that strace(1) stops at a call: the keeper when it has made init and not yet said
    so; or init in the host's memory, before its exec."""
    return place.start([*STRACE, "-o", "/dev/null",
                        "-e", f"inject={call}:signal=STOP:when=1", dualpipe, "run", "-q", "--report",
                        place.path / "report", "--", "/bin/echo", "ended"], stdout=subprocess.PIPE)


HALTED = (lambda *where: start_halted(*where, "clone3"),
          lambda *where: start_halted(*where, "capget"))
HELD = {"keeper, unsaid": HALTED[0], "init, unborn": HALTED[1],
        "keeper": lambda *where: start_sleeper(*where, "keeper"),
        "init, without a wall limit": lambda *where: start_sleeper(*where, "init", "-w", "unlimited",
                                                                   "-t", "100")}


def held_still(dualpipe):
    """All at once, for each of them waits as long as the making of a box may take."""
    failures = []
    before = faults.children()
    with contextlib.ExitStack() as stack:
        under_way = []
        for user in ("root", "nobody"):
            for name, start in HELD.items():
                if start in HALTED and not shutil.which("strace"):
                    print(f"{user}: {name}: skipped: no strace is here")
                    continue
                place = stack.enter_context(Place(user))
                under_way.append((f"{user}: {name}", place, start(place, dualpipe)))
        for name, place, process in under_way:
            try:
                word = what_came_of(place, process)
            except Failure as failure:
                word = "FAILED"
                failures.append(f"{name}: held still: {failure}")
                print("FAILED:", failures[-1], flush=True)
            print(f"{name}: held still: {word}", flush=True)
        left = wait_for_no_children(before)
        if left:
            failures.append(f"held still: is left: {faults.described(left)}")
            print("FAILED:", failures[-1], flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("scenes", nargs="*")
    options = parser.parse_args()
    options.random = random.Random(options.seed)
    print(f"seed {options.seed}")
    ctypes.CDLL(None).prctl(faults.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    is_root = os.geteuid() == 0
    failures = []
    with tempfile.TemporaryDirectory(prefix="dualpipe-faults-") as directory:
        place = pathlib.Path(directory)
        place.chmod(0o755)
        dualpipe = shutil.copy2(options.dualpipe, place)
        shutil.copy2(options.dualpipe + "-judge", place / "dualpipe-judge")
        write_jobs(place / "jobs")
        write_problem(place)
        all_scenes = scenes(dualpipe, place)
        for user in ("root", "nobody") if is_root else ("self",):
            for name in options.scenes or all_scenes:
                if name in all_scenes and (name != "verified" or faults.has_second_uid(user)):
                    failures += kill_often(options, user, name, all_scenes[name])
        if is_root and (not options.scenes or "outsiders" in options.scenes):
            failures += outsiders(options, dualpipe)
            failures += killed_at_calls(dualpipe) + held_still(dualpipe)
        elif not is_root:
            print("outsiders: skipped: only root may kill the parts of a box")
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
