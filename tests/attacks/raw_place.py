# SPDX-License-Identifier: MIT
"""A throw-away place for attacks that nothing holds: namespaces of their own.

Root makes them, then only nobody's attacks run there: no process, no network and
no file that can be written is the host's. What needs more than that to show
itself (raw: vm) is for an emulated machine of its own.
"""
import ctypes
import fcntl
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys

from attack_case import FAMILIES

HERE = pathlib.Path(__file__).resolve().parent
INSIDE, OUTSIDE = "DUALPIPE_ATTACKS_INSIDE", "DUALPIPE_ATTACKS_OUTSIDE"
MS_REC, MS_PRIVATE, MS_BIND, MS_REMOUNT, MS_RDONLY = 0x4000, 0x40000, 0x1000, 0x20, 1
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
libc = ctypes.CDLL(None, use_errno=True)


def is_wanted(options):
    """Layers are taken away only where it does not matter what gets out."""
    wants = options.raw == "namespaces" or options.layers
    if wants and os.environ.get(INSIDE):
        prepare()
        options.users = ["nobody"]
        return False
    return bool(wants)


def write_outside(text):
    """To the file that was opened before everything became read-only."""
    with open(int(os.environ[OUTSIDE]), "w", encoding="utf-8") as file:
        file.write(text)


def enter(options):
    """The same command again, in there. Its exit status."""
    if os.geteuid() != 0:
        print("skipped: only root can make a place where attacks may run without a box; "
              "or run this in a virtual machine with --raw=here")
        return 77
    unshare = shutil.which("unshare")
    if not unshare:
        print("skipped: unshare(1) is not installed")
        return 77
    command = [unshare, "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child",
               "--mount-proc", "--", sys.executable, *sys.argv]
    environment, fds = dict(os.environ, **{INSIDE: "1"}), []
    if options.layers and not options.check:
        made = options.layers.with_suffix(f".{os.getpid()}")
        fds = [os.open(made, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o644)]
        environment[OUTSIDE] = str(fds[0])
    status = subprocess.run(command, env=environment, pass_fds=fds, check=False).returncode
    if fds:
        made.replace(options.layers) if made.stat().st_size else made.unlink()
    return status


def enter_machine(options, cases):
    """What takes a whole machine, as root of an emulated one. Its exit status."""
    titles = [case.title for case in cases if case.raw == "vm"]
    command = [sys.executable, HERE.parent / "vm" / "vm_test.py", "--dualpipe", options.dualpipe,
               "--programs", options.programs / "time"]
    for path in [HERE, *(HERE / family for family in FAMILIES)]:
        command += ["--put", f"{path}:attacks/{path.relative_to(HERE)}"]
    for path in [options.programs, *options.programs.iterdir()]:
        if path.is_dir():
            command += ["--put", f"{path}:attacks/programs/{path.relative_to(options.programs)}"]
    command += ["--", "env", "DUALPIPE_ATTACKS_VM=1", "python3", "attacks/run.py", "--raw=here",
                "--users", "root", "--programs", "attacks/programs", "--only", ",".join(titles)]
    return subprocess.run([str(word) for word in command], check=False).returncode


def mount(source, target, kind, flags=0, data=None):
    if libc.mount(source.encode(), target.encode(), kind and kind.encode(), flags, data) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount {target}")


def prepare():
    """File systems of its own to write to, all else read-only; the loopback device up."""
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("/", "/", None, MS_BIND | MS_REMOUNT | MS_RDONLY)
    for place in ("/var/tmp", "/dev/shm", "/run", "/mnt"):
        if os.path.isdir(place):
            mount("none", place, "tmpfs", 0, b"size=1g,mode=1777")
    os.environ["TMPDIR"] = "/mnt"
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    libc.sethostname(b"the-host", 8)


def can_be_shown(case):
    """Whether it can here, and must."""
    if case.raw.startswith("no:"):
        return False, case.raw[3:].strip()
    if case.raw == "vm" and not os.environ.get("DUALPIPE_ATTACKS_VM"):
        return False, "it takes a whole machine: --raw=vm"
    return True, ""


def run(suites, cases):
    """Each attack must do its harm, or the reason is known why it cannot be shown."""
    shown = failed = 0
    reasons = {}
    for suite in suites:
        for case in cases:
            if case.is_neighbour or case.is_host_script:
                continue
            can, why = can_be_shown(case)
            if not can:
                reasons[case.title] = why
                continue
            result = suite.raw(case)
            if not result.harm and (result.skipped or case.raw.startswith("maybe")):
                reasons[case.title] = result.skipped or case.raw
                continue
            shown += bool(result.harm)
            failed += not result.harm
            print(f"{case.title:<36}{'shown' if result.harm else 'NOT SHOWN':<12}"
                  f"{result.seconds:>6.2f} s  {(result.why() or repr(result.output[-300:]))[:300]}",
                  flush=True)
    for title, why in reasons.items():
        print(f"{title:<36}cannot be shown: {why}")
    print(f"{shown} attacks do harm where nothing stops them, {failed} do not, "
          f"{len(reasons)} cannot be shown here")
    return failed
