# SPDX-License-Identifier: MIT
"""Can the driver fail? Leftovers and wrong verdicts that it must find.

Each test plants one thing as an attack might leave it, and looks whether the
driver sees it; then takes it away, and looks whether the host is as before.
"""
import fcntl
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import attack_case
import host_state
from plants import IPC_CREAT, SESSION, SYS_ADD_KEY

tests = []


def test(name):
    def add(function):
        tests.append((name, function))
        return function
    return add


class Skip(Exception):
    pass


def start(words):
    return subprocess.Popen(words, stdin=subprocess.DEVNULL)


@test("a process that is a child")
def child(suite):
    process = start(["sleep", "60"])
    return lambda: (process.kill(), process.wait())


@test("a process that has left its parent and its session")
def orphan(suite):
    subprocess.run(["setsid", "--fork", "sleep", "61"], check=True)
    return suite.watch.clean


@test("a process elsewhere that bears the mark")
def marked(suite):
    process = start([sys.executable, "-c", "import time; time.sleep(60)", suite.plants.mark])
    time.sleep(0.2)
    return lambda: (process.kill(), process.wait())


@test("a zombie")
def zombie(suite):
    process = start(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    if not any(line.startswith(f"process {process.pid}") for line in suite.watch.processes()):
        raise AssertionError("it does not see zombies")
    host_state.reap(suite.watch.known)
    process.returncode = 0


@test("a file with the mark in /tmp")
def file_in_tmp(suite):
    path = pathlib.Path(tempfile.gettempdir()) / f"x-{suite.plants.mark}"
    path.touch()
    return path.unlink


@test("a file in shared memory")
def file_in_shared_memory(suite):
    path = pathlib.Path(f"/dev/shm/{suite.plants.mark}-x")
    path.touch()
    return path.unlink


@test("a change of a file that is shown")
def changed_file(suite):
    path = suite.plants.place / "victim-file"
    path.write_text("other\n")
    return suite.mend


@test("another mode of a file")
def changed_mode(suite):
    path = suite.plants.place / "input-file"
    mode = path.stat().st_mode
    path.chmod(0o4777)
    return lambda: path.chmod(mode)


@test("another time of a file")
def changed_time(suite):
    path = suite.plants.place / "secret"
    status = path.stat()
    os.utime(path, (1, 1))
    return lambda: os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@test("System V shared memory")
def shared_memory(suite):
    number = host_state.libc.shmget(suite.plants.key + 1, 4096, IPC_CREAT | 0o600)
    return lambda: host_state.libc.shmctl(number, 0, None)


@test("a System V semaphore")
def semaphore(suite):
    number = host_state.libc.semget(suite.plants.key + 1, 1, IPC_CREAT | 0o600)
    return lambda: host_state.libc.semctl(number, 0, 0)


@test("a System V queue")
def queue(suite):
    number = host_state.libc.msgget(suite.plants.key + 1, IPC_CREAT | 0o600)
    return lambda: host_state.libc.msgctl(number, 0, None)


@test("a POSIX queue")
def posix_queue(suite):
    name = suite.plants.free_queue.encode()
    fd = host_state.libc.mq_open(name, os.O_RDWR | os.O_CREAT, 0o600, None)
    if fd < 0:
        raise Skip("there are no POSIX queues here")
    os.close(fd)
    return lambda: host_state.libc.mq_unlink(name)


@test("a key")
def key(suite):
    number = host_state.libc.syscall(SYS_ADD_KEY, b"user", suite.plants.mark.encode(), b"x", 1,
                                     SESSION)
    if number < 0:
        raise Skip("there are no keyrings here")
    return suite.mend


@test("an abstract socket")
def abstract_socket(suite):
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"\0x-{suite.plants.mark}")
    return server.close


@test("a port that waits for connections")
def port(suite):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", suite.plants.free_port))
    server.listen(1)
    if not host_state.is_reachable(suite.plants.free_port):
        raise AssertionError("the port's watch does not see it")
    return server.close


@test("a cgroup of a command")
def cgroup(suite):
    for place in ("/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"):
        path = pathlib.Path(place) / f"dualpipe.{os.getpid()}.self-test.0"
        try:
            path.mkdir()
            fd = os.open(path, os.O_RDONLY)
            fcntl.flock(fd, fcntl.LOCK_EX)  # else another run takes it for a stale one
        except OSError:
            continue
        suite.watch.commands.add(os.getpid())
        return lambda: (path.rmdir(), os.close(fd))
    raise Skip("no cgroup can be made here")


@test("a mount")
def mount(suite):
    if os.geteuid() != 0:
        raise Skip("only root can mount")
    place = suite.place / "mounted"
    place.mkdir(exist_ok=True)
    libc = host_state.libc
    # In namespaces of a child's own: the driver's view is the child's.
    pid = os.fork()
    if pid == 0:
        found = False
        try:
            before = suite.watch.snapshot()
            found = libc.unshare(0x20000) == 0 and \
                libc.mount(b"none", b"/", None, 0x44000, None) == 0
            before = suite.watch.snapshot() if found else before
            found = found and libc.mount(b"none", str(place).encode(), b"tmpfs", 0, None) == 0
            after = suite.watch.snapshot()
            found = found and any(str(place) in line for line in after if line not in before)
        finally:
            os._exit(0 if found else 1)
    if os.waitpid(pid, 0)[1] != 0:
        raise AssertionError("it does not see mounts")
    return None


@test("a victim that was killed")
def killed(suite):
    suite.plants.victim.kill()
    suite.plants.victim.wait()
    return suite.mend


@test("a victim that was sent a signal it survives")
def signalled(suite):
    suite.plants.victim.send_signal(signal.SIGUSR1)
    time.sleep(0.2)
    return suite.mend


@test("a victim with another priority")
def priority(suite):
    os.setpriority(os.PRIO_PROCESS, suite.plants.victim.pid, 5)
    return suite.mend


@test("a clock that was set")
def clock(suite):
    real, suite.watch.clock = suite.watch.clock, suite.watch.clock - 1000

    def undo():
        suite.watch.clock = real
    return undo


def make_case(suite, name, text):
    """A case of our own, and its Python source where the suite keeps these."""
    path = suite.sources / "interpreters" / f"{name}.py"
    path.write_text(text)
    path.chmod(0o644)
    return attack_case.Case(path)


VERDICTS = (
    ("an attack that says ESCAPED", "print('ESCAPED: so it says')", "right: ok", "ESCAPED"),
    ("an attack that prints the secret", "import os; print('the-secret-' + 'of-{mark}')",
     "right: ok", "ESCAPED"),
    ("an attack with another verdict", "raise SystemExit(3)", "right: ok", "WRONG"),
    ("an attack with another exit code", "raise SystemExit(3)", "right: nonzero-exit=4", "WRONG"),
    ("a neighbour that does not print", "pass", "right: ok\n# kind: neighbour\n# prints: well",
     "WRONG"),
    ("too much output", "print('x' * 5000)", "right: ok\n# output at most: 100", "ESCAPED"),
    ("too little output", "print('x')", "right: ok\n# output at least: 100", "WRONG"),
    ("other output", "print('x')", "right: ok\n# prints sha256: 00", "WRONG"),
    ("too much memory", "print('x')", "right: ok\n# memory peak at most: 4096", "WRONG"),
    ("another refused call", "print('x')", "right: ok\n# refused: socket", "WRONG"),
    ("a right one", "print('x')", "right: ok", "held"),
)


def run_verdicts(suite):
    failed = 0
    for name, code, keys, wanted in VERDICTS:
        code = code.replace("{mark}", suite.plants.mark)
        case = make_case(suite, "self-test", "# SPDX-License-Identifier: MIT\n# tries: a test\n"
                         f"# stopped by: nothing\n# policy: python\n# {keys}\n{code}\n")
        result = suite.box(case)
        word = result.word()
        print(f"{'found' if word == wanted else 'MISSED':<10}{suite.name:<8}{name}"
              f"{'' if word == wanted else f': {word}, {wanted} expected: {result.why()}'}", flush=True)
        failed += word != wanted
    return failed


def run_probe(suite):
    """The probe for leftovers in warm boxes: quiet in a new one, and not beside a file."""
    failed = 0
    for name, words, wanted in (("a new box", (), 0), ("a file that is left in a box",
                                ("--file", f"{suite.sources / 'attack.h'}:left"), 1)):
        process = suite.start([suite.dualpipe, "run", "--quiet", *words, "--",
                               suite.programs / "probe"])
        output = process.communicate(timeout=60)[0]
        is_right = process.returncode == wanted and (b"/box/left" in output) == bool(wanted)
        print(f"{'found' if is_right else 'MISSED':<10}{suite.name:<8}{name}"
              f"{'' if is_right else f': status {process.returncode}, {output!r}'}", flush=True)
        failed += not is_right
    return failed


def run_one(suite, name, function):
    before = suite.watch.snapshot()
    undo, word, why = None, "found", ""
    try:
        undo = function(suite)
        if undo and not suite.watch.differences(before, patience=0.2):
            word = "MISSED"
    except Skip as skip:
        word, why = "skipped", f": {skip}"
    except AssertionError as error:
        word, why = "MISSED", f": {error}"
    if undo:
        undo()
    # What was planted anew has other numbers.
    left = [] if undo == suite.mend else suite.watch.differences(before)
    if left:
        word, why = "MISSED", f": it stays after it is gone: {left}"
    print(f"{word:<10}{suite.name:<8}{name}{why}", flush=True)
    return word == "MISSED"


def run(suites):
    failed = 0
    for suite in suites:
        for name, function in tests:
            failed += run_one(suite, name, function)
        if suite.dualpipe.exists():
            failed += run_verdicts(suite) + run_probe(suite)
    print(f"{failed} of the driver's own tests failed")
    return failed
