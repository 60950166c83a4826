# SPDX-License-Identifier: MIT
"""What is planted on the host for attacks to find, and whether it was harmed.

A secret in a file, in shared memory, a queue, a keyring, behind sockets, and in a
process of the same user; files to be changed; a directory to be written.
"""
import ctypes
import os
import pathlib
import select
import shutil
import socket
import stat
import subprocess
import threading

import host_state

IPC_CREAT, IPC_RMID, SETVAL = 0o1000, 0, 16
SYS_ADD_KEY, SYS_KEYCTL, KEYCTL_UNLINK, KEYCTL_INVALIDATE, SESSION = 248, 250, 9, 21, -3
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p


class Attributes(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_long), ("most", ctypes.c_long), ("size", ctypes.c_long),
                ("now", ctypes.c_long), ("unused", ctypes.c_long * 4)]


def serve(server, secret):
    """Tell the secret to whoever connects, or asks."""
    def tell():
        while True:
            try:
                if server.type == socket.SOCK_DGRAM:
                    _, who = server.recvfrom(64)
                    server.sendto(secret, who)
                else:
                    connection, _ = server.accept()
                    connection.sendall(secret)
                    connection.close()
            except OSError:
                return
    threading.Thread(target=tell, daemon=True).start()


class Plants:
    """All that is planted for one user."""

    def __init__(self, mark, place, uid, victim_program):
        self.mark, self.place, self.uid = mark, pathlib.Path(place), uid
        self.secret = f"the-secret-of-{mark}"
        self.victim_program = victim_program
        self.key = 0x44500000 | (os.getpid() & 0xfff) << 4
        self.key &= 0x7fffffff
        self.queue, self.free_queue = f"/planted-{mark}", f"/left-{mark}"
        self.servers, self.key_id = [], -1
        self.victim = None
        self.place.mkdir()
        self.plant_files()
        self.plant_sockets()
        self.plant_ipc()
        self.start_victim()

    def own(self, path, mode):
        path.chmod(mode)
        os.chown(path, self.uid, self.uid)
        return path

    def plant_files(self):
        for name, text, mode in (("secret", self.secret, 0o600), ("victim-file", "whole\n", 0o666),
                                 ("input-file", "input\n", 0o600)):
            (self.place / name).write_text(text)
            self.own(self.place / name, mode)
        with open(self.place / "large", "wb") as file:
            file.truncate(48 << 20)
        self.own(self.place / "large", 0o644)
        (self.place / "writable").mkdir()
        # Not root's: one of uid 0 is never shown for writing.
        (self.place / "writable").chmod(0o777)
        os.chown(self.place / "writable", self.uid or 65534, self.uid or 65534)
        self.own(self.place, 0o755)
        for name in ("/dev/shm/planted-" + self.mark,):
            if os.path.isdir("/dev/shm"):
                pathlib.Path(name).write_text(self.secret)
                self.own(pathlib.Path(name), 0o600)

    def plant_sockets(self):
        secret = self.secret.encode()
        for _ in range(100):
            tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
            tcp.bind(("127.0.0.1", 0))
            self.port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", self.port))
                break
            except OSError:
                tcp.close()
        abstract, named = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0planted-{self.mark}")
        named.bind(str(self.place / "socket"))
        self.own(self.place / "socket", 0o666)
        for server in (tcp, udp, abstract, named):
            if server is not udp:
                server.listen(8)
            serve(server, secret)
            self.servers.append(server)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.free_port = free.getsockname()[1]

    def plant_ipc(self):
        secret = self.secret.encode()
        shm = libc.shmget(self.key, 4096, IPC_CREAT | 0o666)
        sem = libc.semget(self.key, 1, IPC_CREAT | 0o666)
        msg = libc.msgget(self.key, IPC_CREAT | 0o666)
        if min(shm, sem, msg) < 0:
            raise OSError(ctypes.get_errno(), "System V objects cannot be planted")
        memory = libc.shmat(shm, None, 0)
        ctypes.memmove(memory, secret, len(secret))
        libc.shmdt(ctypes.c_void_p(memory))
        libc.semctl(sem, 0, SETVAL, 1)
        libc.msgsnd(msg, (1).to_bytes(8, "little") + secret, len(secret), 0)
        limits = Attributes(0, 2, 8192, 0)
        mask = os.umask(0)
        queue = libc.mq_open(self.queue.encode(), os.O_RDWR | os.O_CREAT, 0o666,
                             ctypes.byref(limits))
        os.umask(mask)
        if queue >= 0:
            libc.mq_send(queue, secret, len(secret), 0)
            os.close(queue)
        self.key_id = libc.syscall(SYS_ADD_KEY, b"user", f"planted-{self.mark}".encode(), secret,
                                   len(secret), SESSION)

    def start_victim(self):
        options = {"user": self.uid, "group": self.uid, "extra_groups": []} \
            if os.geteuid() == 0 else {}
        self.victim = subprocess.Popen(
            [self.victim_program, self.place / "secret"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, env={"SECRET": self.secret}, cwd=self.place, bufsize=0,
            start_new_session=True, **options)
        self.signals = b""
        self.address = self.victim.stdout.readline().decode().strip()
        if not self.address.startswith("0x"):
            raise OSError("the victim does not start")

    def names(self):
        """For the command lines of attacks."""
        return {"mark": self.mark, "secret": self.place / "secret", "place": self.place,
                "victim": self.victim.pid, "address": self.address, "port": self.port,
                "free-port": self.free_port, "abstract": f"planted-{self.mark}",
                "socket": self.place / "socket", "key": hex(self.key),
                "free-key": hex(self.key + 1), "queue": self.queue, "free-queue": self.free_queue,
                "shared": f"/planted-{self.mark}", "keyring-key": f"planted-{self.mark}",
                "hostname": socket.gethostname(), "victim-file": self.place / "victim-file",
                "input-file": self.place / "input-file", "large": self.place / "large",
                "writable": self.place / "writable"}

    def files(self):
        """What is in the directory, with all that an attack might change."""
        found = []
        for path in sorted(self.place.rglob("*")):
            status = path.lstat()
            line = f"file {path} {stat.filemode(status.st_mode)} {status.st_uid}"
            if stat.S_ISREG(status.st_mode):
                line += f" {status.st_size} {status.st_mtime_ns}"
                if status.st_size < 4096:
                    line += f" {path.read_bytes()!r}"
            if status.st_mode & (stat.S_ISUID | stat.S_ISGID):
                line += " SET-ID"
            found.append(line)
        return found

    def state(self):
        """Of the victim, and of what is planted elsewhere."""
        if self.victim.poll() is not None:
            return [f"victim ended with {self.victim.returncode}"]
        number = self.victim.pid
        if select.select([self.victim.stdout], [], [], 0)[0]:
            self.signals += self.victim.stdout.read(300)
        if self.signals:  # told until the victim is another
            return [f"victim was sent signals: {self.signals[:30]!r}"]
        with open(f"/proc/{number}/limits", encoding="utf-8") as file:
            limits = [line for line in file if "open files" in line]
        return [f"victim {number} nice {os.getpriority(os.PRIO_PROCESS, number)} "
                f"CPUs {sorted(os.sched_getaffinity(number))} {limits}"]

    def mend(self):
        """After harm: a victim that is whole, and no files but ours."""
        for path in self.place.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != "socket":
                path.unlink()
        self.plant_files()
        self.remove_ipc()
        self.plant_ipc()
        self.stop_victim()
        self.start_victim()

    def stop_victim(self):
        self.victim.kill()
        self.victim.wait()
        self.victim.stdout.close()

    def remove(self):
        self.stop_victim()
        for server in self.servers:
            server.close()
        self.remove_ipc()
        pathlib.Path("/dev/shm/planted-" + self.mark).unlink(missing_ok=True)
        shutil.rmtree(self.place)

    def remove_ipc(self):
        """What is planted, and what may be left with the names that attacks are told."""
        for key in (self.key, self.key + 1):
            libc.shmctl(libc.shmget(key, 0, 0), IPC_RMID, None)
            libc.semctl(libc.semget(key, 0, 0), 0, IPC_RMID)
            libc.msgctl(libc.msgget(key, 0), IPC_RMID, None)
        for queue in (self.queue, self.free_queue):
            libc.mq_unlink(queue.encode())
        if self.key_id > 0:
            libc.syscall(SYS_KEYCTL, KEYCTL_UNLINK, self.key_id, SESSION)
        for key in host_state.left_keys(self.mark):
            libc.syscall(SYS_KEYCTL, KEYCTL_INVALIDATE, key)
