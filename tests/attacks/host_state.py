# SPDX-License-Identifier: MIT
"""The host before and after an attack: what is there, as far as it can be ours.

Others work on the same machine. So a process is ours by its parentage (all
orphans of ours become our children) or by our mark in its command line, a cgroup
by the number of the command that made it, all else by the mark or our keys.
"""
import ctypes
import os
import resource
import signal
import socket
import time

WALL = 0x40000000
PR_SET_CHILD_SUBREAPER = 36
SETTINGS = ("kernel/core_pattern", "kernel/hostname", "kernel/domainname", "kernel/modprobe",
            "kernel/randomize_va_space", "kernel/sysrq", "kernel/threads-max", "kernel/pid_max",
            "kernel/unprivileged_bpf_disabled", "kernel/perf_event_paranoid", "kernel/kptr_restrict",
            "kernel/dmesg_restrict", "kernel/msgmax", "kernel/shmmax", "kernel/sem",
            "kernel/sched_rt_runtime_us", "fs/suid_dumpable", "fs/protected_symlinks",
            "fs/file-max", "fs/mqueue/queues_max", "vm/overcommit_memory", "vm/max_map_count",
            "vm/mmap_min_addr", "vm/memfd_noexec", "vm/swappiness", "net/ipv4/ip_forward",
            "user/max_user_namespaces")
libc = ctypes.CDLL(None, use_errno=True)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def names_in(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def adopt_orphans():
    return libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def reap(known):
    """Whatever ended without a parent. Never those that someone here waits for."""
    for pid, (parent, state) in all_processes().items():
        if parent == os.getpid() and state == "Z" and pid not in known:
            try:
                os.waitpid(pid, os.WNOHANG | WALL)
            except ChildProcessError:
                pass


def all_processes():
    """pid: (parent, state)."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            words = read(f"/proc/{entry}/stat").rpartition(b")")[2].split()
            if words:
                found[int(entry)] = (int(words[1]), words[0].decode())
    return found


def descendants(pid):
    everyone = all_processes()
    found, new = set(), {pid}
    while new:
        new = {p for p, (parent, _) in everyone.items() if parent in new and p not in found}
        found |= new
    return found


def of_mark(mark):
    """Processes with the mark in their command line, wherever they are."""
    return {int(entry) for entry in os.listdir("/proc") if entry.isdigit() and
            mark.encode() in read(f"/proc/{entry}/cmdline")}


def left_keys(mark):
    """Numbers of keys that bear exactly this name, and are not on their way out."""
    found = []
    for line in read("/proc/keys").decode("utf-8", "replace").splitlines():
        words = line.split()
        if f" {mark}: " in line and "i" not in words[1] and "D" not in words[1]:
            found.append(int(words[0], 16))
    return found


class Watch:
    """What is ours on this host, apart from what is planted or known."""

    known = set()  # processes that belong to the suite, whoever's watch it is
    commands = set()  # of whom cgroups may be named

    def __init__(self, mark, plants):
        self.mark, self.plants = mark, plants
        self.known.add(os.getpid())
        self.clock = self.clock_offset()

    @staticmethod
    def clock_offset():
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)

    def processes(self):
        ours = descendants(os.getpid()) | of_mark(self.mark)
        names = []
        for pid in sorted(ours - self.known):
            words = read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode("utf-8", "replace")
            stat = read(f"/proc/{pid}/stat").decode("utf-8", "replace")
            if stat and not words and ") Z " in stat and pid not in descendants(os.getpid()):
                continue
            if stat:
                names.append(f"process {pid}: {words or stat.split(')')[0] + ')'}")
        return names

    def cgroups(self):
        found = []
        for directory, names, _ in os.walk("/sys/fs/cgroup"):
            for name in names:
                words = name.split(".")
                if words[0] == "dualpipe" and len(words) > 1 and words[1].isdigit() and \
                        int(words[1]) in self.commands:
                    found.append(f"cgroup {directory}/{name}")
        return found

    def ipc(self):
        """System V objects with our keys, and POSIX queues with our names."""
        found = []
        for kind in ("shm", "sem", "msg"):
            for line in read(f"/proc/sysvipc/{kind}").splitlines()[1:]:
                key = int(line.split()[0]) & 0xffffffff
                if key in (self.plants.key, self.plants.key + 1):
                    found.append(f"System V {kind} 0x{key:x}, {line.split()[1].decode()}")
        for name in (self.plants.queue, self.plants.free_queue):
            queue = libc.mq_open(name.encode(), os.O_RDONLY | os.O_NONBLOCK)
            if queue >= 0:
                os.close(queue)
                found.append(f"message queue {name}")
        return found

    def keys(self):
        return [f"key {number:x}" for number in left_keys(self.mark)]

    def files(self):
        found = []
        for place in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue", os.getcwd()):
            found += [f"file {place}/{name}" for name in names_in(place) if self.mark in name]
        for name in names_in("/run/dualpipe"):
            if name != "uids":
                found.append(f"file /run/dualpipe/{name}")
        return found + self.plants.files()

    def sockets(self):
        found = [f"socket {line.split()[-1].decode('utf-8', 'replace')}"
                 for line in read("/proc/net/unix").splitlines()[1:]
                 if self.mark.encode() in line]
        port = f":{self.plants.free_port:04X}"
        for kind in ("tcp", "tcp6", "udp", "udp6"):
            for line in read(f"/proc/net/{kind}").decode().splitlines()[1:]:
                words = line.split()
                if words[1].endswith(port) and words[3] in ("0A", "07"):
                    found.append(f"socket {kind} {words[1]}")
        return found

    def settings(self):
        found = [f"setting {name}: {read('/proc/sys/' + name).decode().strip()}"
                 for name in SETTINGS]
        if abs(self.clock_offset() - self.clock) > 100:
            found.append("the clock is set")
        found.append(f"modules {len(read('/proc/modules').splitlines())}")
        found.append(f"swap {read('/proc/swaps').decode().split()[5:]}")
        found.append(f"own priority {os.getpriority(os.PRIO_PROCESS, 0)}, "
                     f"CPUs {sorted(os.sched_getaffinity(0))}, "
                     f"files {resource.getrlimit(resource.RLIMIT_NOFILE)}, "
                     f"adjustment {read('/proc/self/oom_score_adj').decode().strip()}")
        return found

    def snapshot(self):
        """All things, as a list of lines."""
        mounts = [f"mount {line.decode('utf-8', 'replace')}"
                  for line in read("/proc/self/mountinfo").splitlines()]
        return [*self.processes(), *self.cgroups(), *self.ipc(), *self.keys(), *self.files(),
                *self.sockets(), *self.settings(), *mounts, *self.plants.state()]

    def differences(self, before, patience=5):
        """What is there and was not, or was and is not; after a while for it to go."""
        deadline = time.monotonic() + patience
        while True:
            reap(self.known)
            after = self.snapshot()
            came = [f"there is now {thing}" for thing in after if thing not in before]
            went = [f"there was {thing}" for thing in before if thing not in after]
            if not (came or went) or time.monotonic() > deadline:
                return came + went
            time.sleep(0.02)

    def clean(self):
        """End what is left of ours, so that the next attack starts well."""
        for pid in (descendants(os.getpid()) | of_mark(self.mark)) - self.known:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for place in ("/tmp", "/var/tmp", "/dev/shm"):
            for name in names_in(place):
                if self.mark in name and not name.startswith("planted-"):
                    os.unlink(f"{place}/{name}")
        time.sleep(0.05)
        reap(self.known)


def is_reachable(port):
    with socket.socket() as test:
        test.settimeout(0.2)
        return test.connect_ex(("127.0.0.1", port)) == 0
