#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call of a run, or of a batch over a pool, made to fail, one at a time.

faults.py --dualpipe DUALPIPE [--sample N] [--user root|nobody] [--only CALL]
          [--share K/N] [SCENE...]

A scene is a command. It is run once under strace(1), to see which calls it and
its children make; then, for each call and each of its turns, once more with
that turn failing. What must hold, whatever failed:

  - it ends, soon, and leaves nothing behind: no process, cgroup, mount or file
  - exit status 2 comes with a message and an error in the report that names a step
  - the target's output is seen only from a box that had all of its layers
  - a fault of the host is never a verdict about the target's limits
  - a pool recovers: after a single fault, later jobs of a batch are well

A sample fails with one errno for each call; all of them with all that the call has.
With --share, the Kth of N parts: the whole of a pool's scene takes an hour in one. Faults
come in a mixed order, so that what was done until a SIGTERM is a sample too.
"""
import argparse
import collections
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

TIMEOUT = 60
NOBODY = 65534
PR_SET_CHILD_SUBREAPER = 36
CANARY = "the target ran"
JOBS = 4
LAYERS_OPTIONAL = ("cgroup",)

LEVELS = ("single-use", "fresh", "verified")
POOLS = (*LEVELS, "warm")  # scenes of a pool
PYTHON = "/usr/bin/python3"  # Debian's, which a warm interpreter takes

# What can fail in more than one telling way. Any other call: EIO in short runs.
ERRNOS = {
    "clone": ["EAGAIN", "ENOMEM"], "clone3": ["EAGAIN", "ENOMEM", "ENOSPC", "EPERM", "ENOSYS"],
    "fork": ["EAGAIN"], "vfork": ["EAGAIN"],
    "openat": ["ENOENT", "EMFILE", "ENFILE", "EACCES", "ENOMEM"],
    "pipe2": ["EMFILE", "ENFILE"], "eventfd2": ["EMFILE"], "socketpair": ["EMFILE"],
    "memfd_create": ["EMFILE", "ENOMEM"], "pidfd_open": ["EMFILE"], "signalfd4": ["EMFILE"],
    "mmap": ["ENOMEM"], "mprotect": ["ENOMEM"], "brk": ["ENOMEM"], "mremap": ["ENOMEM"],
    "write": ["EIO", "ENOSPC", "EINTR"], "pwrite64": ["ENOSPC"],
    "read": ["EIO", "EINTR"], "pread64": ["EIO", "EINTR"],
    "mkdirat": ["ENOSPC", "EACCES"], "mkdir": ["ENOSPC", "EACCES"],
    "fcntl": ["EMFILE", "EINVAL"], "dup3": ["EBUSY", "EMFILE"],
    "seccomp": ["ENOMEM", "EBUSY", "EINVAL"], "mount": ["EPERM", "ENOMEM"],
    "move_mount": ["EPERM", "ENOMEM"], "open_tree": ["EPERM", "EMFILE"],
    "fsopen": ["EPERM"], "fsmount": ["EPERM"], "mount_setattr": ["EPERM"],
    "pivot_root": ["EPERM"], "umount2": ["EBUSY"], "setresuid": ["EAGAIN", "EPERM"],
    "setresgid": ["EPERM"], "setgroups": ["EPERM"], "prctl": ["EPERM", "EINVAL"],
    "capset": ["EPERM"], "prlimit64": ["EPERM"], "landlock_restrict_self": ["EPERM", "ENOMEM"],
    "landlock_add_rule": ["ENOMEM"], "landlock_create_ruleset": ["ENOMEM", "EOPNOTSUPP"],
    "ioctl": ["EINTR", "ENOENT"], "wait4": ["ECHILD"], "waitid": ["ECHILD", "EINTR"],
    "pselect6": ["EINTR", "ENOMEM"], "poll": ["EINTR", "ENOMEM"], "sendmsg": ["ENOBUFS"],
    "recvmsg": ["ENOMEM"], "futex": ["EINTR"], "execve": [], "execveat": ["ENOMEM", "EACCES"],
}
# They end the process; or cannot fail with what we pass; or strace cannot make them fail as the
# kernel does (brk answers with the old break, not with an errno).
NEVER = {"execve", "exit", "exit_group", "rt_sigreturn", "restart_syscall", "brk", "futex",
         "rt_sigprocmask", "rt_sigaction", "sched_yield", "getpid", "gettid", "getuid", "geteuid",
         "getgid", "getegid", "umask", "arch_prctl", "set_tid_address"}
# A call that strace fails in the target comes to the filter as number -1.
SPOILED = {-1, -1073741825}


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


def scenes(dualpipe, place):
    """Name: the command, and whether its report is to be read."""
    text = ["-P", "shell"]
    return {
        "run": [dualpipe, "run", "--report", "{report}", "--", "/bin/echo", CANARY],
        "files": [dualpipe, "run", "--report", "{report}", "--file", f"{place}/data:data",
                  "--collect", "data:{directory}/out", "--", "/bin/cat", "data"],
        "cgroup": [dualpipe, "run", "--report", "{report}", *text, "--", "/bin/echo", CANARY],
        **{level: [dualpipe, "batch", "-q", "-j", "1", "--freshness", level, f"{place}/jobs"]
           for level in LEVELS},
        "warm": [dualpipe, "batch", "-q", "-j", "1", "--warm", "-P", "python",
                 f"{place}/warm-jobs"],
    }


# The host's state --------------------------------------------------------------

def cgroups():
    """Groups whose maker, named in them, is gone."""
    found = set()
    for directory, names, _ in os.walk("/sys/fs/cgroup"):
        for name in names:
            match = re.match(r"dualpipe\.(\d+)\.", name)
            if match and not os.path.exists(f"/proc/{match[1]}"):
                found.add(os.path.join(directory, name))
    return found


def children():
    """What is orphaned comes to us, for we are its subreaper."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return set(file.read().split())
    except OSError:
        return set()


# One run -----------------------------------------------------------------------

class Scene:
    def __init__(self, options, name, command, user):
        self.options, self.name, self.command, self.user = options, name, command, user
        # A tracer without privilege takes it from set-uid programs, too.
        self.has_set_uid_help = name == "verified" and user == "nobody"
        self.strace = ["strace", *(["-u", "nobody"] if self.has_set_uid_help else []), "-f", "-qq"]
        self.pids = set()  # of the last run

    def become(self):
        os.setsid()
        if self.user == "nobody" and not self.has_set_uid_help:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    def run(self, strace, directory):
        """Returns the exit status, the output and the messages."""
        fill = {"report": f"{directory}/report", "directory": directory}
        command = [part.format(**fill) for part in self.command]
        # Not another Python that comes first.
        environment = dict(os.environ, PATH="/usr/bin:/bin")
        process = subprocess.Popen([*strace, *command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=directory,
                                   preexec_fn=self.become, env=environment)
        try:
            output, messages = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise Failure(f"it did not end in {TIMEOUT} s") from None
        return process.returncode, output.decode("utf-8", "replace"), \
            messages.decode("utf-8", "replace")

    def count_calls(self):
        """How often each call is made at most by any one process, for turns are
        counted so."""
        with scratch(self.user) as directory:
            log = pathlib.Path(directory, "log")
            status, output, messages = self.run([*self.strace, "-o", str(log)], directory)
            if status != 0 or CANARY not in output:
                raise Failure(f"it does not run under strace: {status} {messages}")
            if self.name == "warm" and not all(each["warm"] for each in read_lines(output)):
                raise Failure(f"its interpreter is not warm: {messages}")
            counts = collections.defaultdict(collections.Counter)
            for line in log.read_text(errors="replace").splitlines():
                match = re.match(r"(\d+)\s+(\w+)\(", line)
                if match:
                    counts[match[1]][match[2]] += 1
        most = collections.Counter()
        for of_one in counts.values():
            for call, count in of_one.items():
                most[call] = max(most[call], count)
        return most

    def fail(self, call, errno, turn):
        with scratch(self.user) as directory:
            log = pathlib.Path(directory, "log")
            inject = f"inject={call}:error={errno}:when={turn}"
            status, output, messages = self.run(
                [*self.strace, "-o", str(log), "-e", inject], directory)
            text = log.read_text(errors="replace")
            self.pids = set(re.findall(r"^(\d+) ", text, re.M))
            if "(INJECTED)" not in text:
                return "not met"
            if not began(text):
                return "before main"
            reports = read_lines(output) if self.name in POOLS else [read_report(directory)]
            for report in reports:
                if report and report["refused"] and report["refused"]["number"] in SPOILED:
                    return "in the target"
            if self.name in POOLS:
                judge_batch(status, messages, reports, text.count("(INJECTED)"))
            else:
                judge(status, output, messages, reports[0])
            check_files(directory, status)
            return "ended cleanly" if status == 2 else "went on"


def began(log):
    """Had main() been reached when it failed? The first thing that it does is to
    look at descriptor 0."""
    return "fcntl(0, F_GETFD)" in log.split("(INJECTED)")[0]


class scratch:
    """A directory for one run."""
    def __init__(self, user):
        self.user = user

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="dualpipe-fault-")
        if self.user == "nobody":
            os.chown(self.path, NOBODY, NOBODY)
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def read_report(directory):
    try:
        text = pathlib.Path(directory, "report").read_text()
    except FileNotFoundError:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def read_lines(output):
    """The results of a batch that are whole."""
    return [json.loads(line) for line in output.splitlines(True) if line.endswith("\n")]


def check_layers(report):
    off = [name for name, state in report["layers"].items()
           if not state.startswith("on") and name not in LAYERS_OPTIONAL]
    if off or report["attested"] is not True:
        raise Failure(f"the target ran without {off}, attested: {report['attested']}")


def judge_batch(status, messages, reports, faults):
    if status not in (0, 2):
        raise Failure(f"exit status {status}: {messages}")
    is_whole = len(reports) == JOBS and \
        all(each["verdict"] != "internal-error" for each in reports)
    if status == 0 and not is_whole or status == 2 and is_whole and not messages.strip():
        raise Failure(f"exit status {status}, {[each['verdict'] for each in reports]}: {messages}")
    if len(reports) < JOBS and not messages.strip():
        raise Failure(f"{len(reports)} results, and no message")
    for report in reports:
        if report["verdict"] == "internal-error":
            if not (report["error"] and report["error"]["step"]):
                raise Failure(f"an error without a step: {report['error']}")
            continue
        check_layers(report)
        if report["verdict"] not in ("ok", "nonzero-exit", "signalled"):
            raise Failure(f"a fault of the host is the target's: {report['verdict']}: "
                          f"{report['reason']}")
        if report["verdict"] == "ok" and report["stdout"] != CANARY + "\n":
            raise Failure(f"ok, and its output is lost: {report['stdout']!r}")
    bad = [each for each in reports if each["verdict"] != "ok"]
    if faults == 1 and len(reports) == JOBS and len(bad) > 1:
        raise Failure(f"one fault, and {len(bad)} jobs of {JOBS} have no box: {bad[-1]['reason']} "
                      f"{bad[-1]['error']}")


def judge(status, output, messages, report):
    if status not in (0, 1, 2):
        raise Failure(f"exit status {status}: {messages}")
    if status == 2:
        if not messages.strip():
            raise Failure("exit status 2 without a message")
        if report and report["verdict"] == "internal-error" and \
                not (report["error"] and report["error"]["step"]):
            raise Failure(f"an error without a step: {report['error']}")
        return
    if not report:
        raise Failure(f"exit status {status}, and no report: {messages}")
    if report["verdict"] not in ("ok", "nonzero-exit", "signalled"):
        raise Failure(f"a fault of the host is the target's: {report['verdict']}: "
                      f"{report['reason']}")
    if (report["verdict"] == "ok") != (status == 0) and "collect" not in messages:
        raise Failure(f"exit status {status} with the verdict {report['verdict']}: {messages}")
    check_layers(report)
    if status == 0 and CANARY not in output:
        raise Failure(f"ok, and its output is lost: {output!r}")


def check_files(directory, status):
    left = set(os.listdir(directory)) - {"report", "log"}
    if status == 0:
        left -= {"out"}
    if left - {"out"}:
        raise Failure(f"files are left: {left}")


# All of them -------------------------------------------------------------------

def plan(scene, options):
    """The faults of this share, in a mixed order that is ever the same."""
    def mixed(fault):
        return zlib.crc32(f"{fault} {scene.name}".encode())
    part, parts = map(int, options.share.split("/"))
    return sorted((fault for fault in all_faults(scene, options)
                   if mixed(fault) % parts == part % parts), key=mixed)


def all_faults(scene, options):
    for call, count in sorted(scene.count_calls().items()):
        if call in NEVER or (options.only and call != options.only):
            continue
        errnos = ERRNOS.get(call, ["EIO"])
        for errno in errnos if options.sample == 1 else errnos[:1]:
            for turn in range(1, count + 1):
                if zlib.crc32(f"{scene.name} {call} {turn}".encode()) % options.sample == 0:
                    yield call, errno, turn


def made_by(groups, makers):
    """Those of these processes; others may kill hosts of their own meanwhile."""
    return {group for group in groups if makers is None or group.rsplit("/dualpipe.", 1)[1]
            .split(".")[0] in makers}


def wait_for_nothing(before, seconds=5, makers=None):
    """What a run leaves may take the kernel a moment to end."""
    end = time.monotonic() + seconds
    while True:
        reap()
        left = made_by(cgroups() - before[0], makers) | (children() - before[1])
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.02)


def described(left):
    """What is left, with what it is doing."""
    words = []
    for name in sorted(left):
        if name.isdigit():
            fields = {}
            for key in ("comm", "wchan", "stat"):
                try:
                    fields[key] = pathlib.Path(f"/proc/{name}/{key}").read_text().strip()
                except OSError:
                    fields[key] = "?"
            words.append(f"{name} {fields['comm']} in {fields['wchan']} ({fields['stat'][:40]})")
        else:
            words.append(name)
    return ", ".join(words)


def reap():
    while True:
        try:
            if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return
        except ChildProcessError:
            return
        pid = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
        if pid is None:
            return


class Stopped(Exception):
    pass


def stop(*_):
    raise Stopped


def run_scene(scene, options):
    """Returns the names of what failed."""
    words = collections.Counter()
    failures = []
    faults = plan(scene, options)
    try:
        run_faults(scene, faults, words, failures)
    except Stopped:
        print(f"stopped after {words.total()} of {len(faults)}:", flush=True)
        raise
    finally:
        print(f"{scene.user}: {scene.name}: " +
              ", ".join(f"{count} {word}" for word, count in sorted(words.items())), flush=True)
    return failures


def run_faults(scene, faults, words, failures):
    for call, errno, turn in faults:
        name = f"{scene.user}: {scene.name}: {call} number {turn} fails with {errno}"
        before = cgroups(), children()
        try:
            word = scene.fail(call, errno, turn)
            left = wait_for_nothing(before, makers=scene.pids)
            if left:
                raise Failure(f"is left: {described(left)}")
        except Failure as failure:
            word = "FAILED"
            failures.append(name)
            print(f"FAILED: {name}: {failure}", flush=True)
        words[word] += 1


def has_second_uid(user):
    """An ordinary user has one only where tests/second_uid.py gave it."""
    return user == "root" or (user == "nobody" and "DUALPIPE_TEST_SECOND_UID" in os.environ)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--sample", type=int, default=1, help="only one in so many")
    parser.add_argument("--user", choices=["root", "nobody"])
    parser.add_argument("--only")
    parser.add_argument("--share", default="1/1", metavar="K/N")
    parser.add_argument("scenes", nargs="*")
    options = parser.parse_args()
    if not shutil.which("strace"):
        print("skipped: there is no strace here (apt-get install strace)")
        return 77
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, stop)
    users = [options.user] if options.user else \
        ["root", "nobody"] if os.geteuid() == 0 else ["self"]
    failures = []
    with tempfile.TemporaryDirectory(prefix="dualpipe-faults-") as place:
        os.chmod(place, 0o755)
        dualpipe = shutil.copy2(options.dualpipe, place)
        pathlib.Path(place, "data").write_text(CANARY)
        pathlib.Path(place, "jobs").write_text(
            (json.dumps({"argv": ["/bin/echo", CANARY]}) + "\n") * JOBS)
        pathlib.Path(place, "warm-jobs").write_text(
            (json.dumps({"argv": ["python3", "-c", f"print({CANARY!r})"]}) + "\n") * JOBS)
        commands = scenes(dualpipe, place)
        for user in users:
            for name in options.scenes or commands:
                if name == "verified" and not has_second_uid(user):
                    print(f"{user}: verified: skipped: it takes a second uid: second_uid.py")
                    continue
                if name == "warm" and not os.path.exists(PYTHON):
                    print(f"{user}: warm: skipped: there is no {PYTHON} here")
                    continue
                failures += run_scene(Scene(options, name, commands[name], user), options)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Stopped:
        sys.exit(1)
