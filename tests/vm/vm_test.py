#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The limit tests on cgroup v2 and Linux 6.1, in a virtual machine made for it.

vm_test.py --dualpipe COMMAND --programs DIRECTORY [--kernel FILE] [--only PATTERN]
           [--hostile LIBRARY DIRECTORY HOSTS] [--put HOST:NAME]... [-- COMMAND...]

--only: of the limit tests those whose names match.

--hostile: the hostile tests instead of the limit tests, with the library's file,
their programs and the directory of the odd hosts.

COMMAND runs in /tests instead of the limit tests; --put takes more files, or the
files of a directory, there under that name.

Needs qemu-system-x86, busybox-static and a Debian cloud kernel (the package is
fetched by apt-get download where --kernel names no file). Everything is emulated:
no KVM, no root, no disk. The machine's memory is filled with our own binaries,
busybox and Python. Exit status 77: it cannot be done here, and why.
"""
import argparse
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

TIMEOUT = 1700  # below CTest's own, so that what was said until then is kept
HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "dualpipe"
PACKAGE = "linux-image-cloud-amd64"
LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "ensurepip", "lib2to3", "pydoc_data",
            "distutils", "config-3.11-x86_64-linux-gnu", "dist-packages", "site-packages",
            "turtledemo"}

TOOLS = ("setpriv", "taskset")


class Skip(Exception):
    pass


def find(name):
    path = shutil.which(name)
    if not path:
        raise Skip(f"{name} is not installed")
    return path


def fetch_kernel(place):
    """Debian's package, unpacked and not installed. Returns the kernel's file."""
    kept = sorted(CACHE.glob("vmlinuz-*"))
    if kept:
        return kept[-1]
    depends = subprocess.run([find("apt-cache"), "depends", PACKAGE], text=True, timeout=60,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    names = [line.split()[-1] for line in depends.splitlines() if "linux-image-6" in line]
    if not names:
        raise Skip(f"no package {PACKAGE} is known to apt here")
    got = subprocess.run(["apt-get", "download", names[0]], cwd=place, timeout=300,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    packages = list(place.glob("*.deb"))
    if got.returncode != 0 or not packages:
        raise Skip(f"{names[0]} cannot be fetched: {got.stderr.strip()[:200]}")
    subprocess.run([find("dpkg"), "-x", packages[0], place / "kernel"], check=True, timeout=120)
    CACHE.mkdir(parents=True, exist_ok=True)
    kernel = next((place / "kernel/boot").glob("vmlinuz-*"))
    return pathlib.Path(shutil.copy2(kernel, CACHE))


def libraries(program):
    """The shared libraries that it needs, its loader among them."""
    lines = subprocess.run([find("ldd"), program], text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, timeout=60).stdout.splitlines()
    return {word for line in lines for word in line.split() if word.startswith("/")}


def put(root, path, inside=None):
    target = root / str(inside or path).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)


def add_python(root):
    python = os.path.realpath(sys.executable)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    stdlib = pathlib.Path(os.__file__).parent
    put(root, python, "/usr/bin/python3")
    shutil.copytree(stdlib, root / "usr/lib" / version, symlinks=False,
                    ignore=lambda _, names: {name for name in names if name in LEFT_OUT or
                                             name == "__pycache__"},
                    ignore_dangling_symlinks=True)
    modules = list((root / "usr/lib" / version / "lib-dynload").glob("*.so"))
    for program in [python, *modules]:
        for library in libraries(program):
            put(root, library)
    for library in pathlib.Path("/lib/x86_64-linux-gnu").glob("libgcc_s.so.1"):
        put(root, library)  # pthread_exit(3) loads it


def add_files(root, host, name):
    """With the shared libraries that they need."""
    for path in [host] if host.is_file() else [p for p in host.iterdir() if p.is_file()]:
        inside = f"/tests/{name}" if host.is_file() else f"/tests/{name}/{path.name}"
        put(root, path, inside)
        with open(path, "rb") as file:
            if file.read(4) == b"\x7fELF":
                for library in libraries(path):
                    put(root, library)


LIMITS = ["python3", "limits_e2e.py", "--dualpipe", "dualpipe", "--programs", "programs",
          "--cgroup", "v2", "--as-user", "v2", "--slow", "6", "--user-group",
          "/sys/fs/cgroup/user.slice/delegated/shell"]
# Of the odd hosts only the killed ones: the others take minutes here.
HOSTILE = ["sh", "-c", "status=0; for suite in verdicts attacks 'hosts --only killed'; do "
           "echo vm: $suite; python3 hostile_test.py --dualpipe dualpipe --library library "
           "--programs hostile --hosts hosts $suite || status=1; done; exit $status"]


def add_hostile(root, library, programs, hosts):
    put(root, library, "/tests/library/libdualpipe.so.0")
    add_files(root, pathlib.Path(programs), "hostile")
    for name in ("odd_host", "threads_host"):
        add_files(root, pathlib.Path(hosts) / name, f"hosts/{name}")
    put(root, HERE.parent / "hostile_test.py", "/tests/hostile_test.py")


def make_root(root, options):
    for name in ("bin", "sbin", "usr/bin", "usr/lib/x86_64-linux-gnu", "lib64", "proc", "sys",
                 "dev", "tmp", "run", "etc", "new", "tests", "root"):
        (root / name).mkdir(parents=True, exist_ok=True)
    # As on a merged-usr system: the policy shows /lib and /lib64 as links.
    (root / "lib64").rmdir()
    (root / "usr/lib64").mkdir()
    (root / "lib64").symlink_to("usr/lib64")
    (root / "lib").symlink_to("usr/lib")
    put(root, find("busybox"), "/bin/busybox")
    names = subprocess.run(["busybox", "--list"], text=True, stdout=subprocess.PIPE,
                           check=True, timeout=60).stdout.split()
    for name in names:
        if name != "busybox":
            (root / "bin" / name).symlink_to("busybox")
    put(root, HERE / "init.sh", "/init")
    os.chmod(root / "init", 0o755)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")
    if os.path.exists("/etc/ld.so.cache"):
        put(root, "/etc/ld.so.cache")
    add_python(root)
    put(root, options.dualpipe, "/tests/dualpipe")
    for library in libraries(options.dualpipe):
        put(root, library)
    add_files(root, pathlib.Path(options.programs), "programs")
    put(root, HERE.parent / "limits_e2e.py", "/tests/limits_e2e.py")
    for pair in options.put:
        host, name = pair.rsplit(":", 1)
        add_files(root, pathlib.Path(host), name)
    if options.hostile:
        add_hostile(root, *options.hostile)
    for name in TOOLS:  # busybox has them with fewer options, or not
        path = shutil.which(name)
        if path:
            put(root, os.path.realpath(path), f"/usr/bin/{name}")
            for library in libraries(path):
                put(root, library)
    commands = options.command or (HOSTILE if options.hostile else
                                   [*LIMITS, "--only", options.only])
    (root / "tests/commands").write_text(shlex.join(commands) + "\n")


def pack(root, archive):
    names = subprocess.run(["find", ".", "-print0"], cwd=root, stdout=subprocess.PIPE, check=True)
    with open(archive, "wb") as file:
        subprocess.run([find("busybox"), "cpio", "-o", "-0", "-H", "newc"], cwd=root,
                       input=names.stdout, stdout=file, stderr=subprocess.DEVNULL, check=True)


def run_machine(qemu, kernel, archive):
    """Returns the exit status that the tests had inside."""
    machine = subprocess.Popen(
        [qemu, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "3G", "-nographic",
         "-no-reboot", "-nodefaults", "-serial", "stdio", "-kernel", str(kernel), "-initrd",
         str(archive), "-append",
         "console=ttyS0 quiet panic=-1 rdinit=/init mitigations=off tsc=unstable no_timer_check"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace")
    status = None
    deadline = threading.Timer(TIMEOUT, machine.kill)
    deadline.start()
    try:
        for line in machine.stdout:
            line = line.rstrip()
            if line.startswith("vm: exit status "):
                status = int(line.rsplit(" ", 1)[1])
            print(line, flush=True)
        machine.wait(timeout=60)
    finally:
        deadline.cancel()
        machine.kill()
        machine.wait()
    return status


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dualpipe", required=True)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--kernel", help="a kernel's file, with cgroup v2 and no modules needed")
    parser.add_argument("--only", default="", metavar="PATTERN")
    parser.add_argument("--hostile", nargs=3, metavar=("LIBRARY", "DIRECTORY", "HOSTS"))
    parser.add_argument("--put", action="append", default=[], metavar="HOST:NAME")
    parser.add_argument("command", nargs="*", help="instead of the limit tests, in /tests")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dualpipe-vm-") as directory:
        place = pathlib.Path(directory)
        try:
            qemu = find("qemu-system-x86_64")
            find("busybox")
            kernel = options.kernel or fetch_kernel(place)
        except Skip as skip:
            print(f"skipped: {skip}")
            return 77
        make_root(place / "root", options)
        pack(place / "root", place / "initrd")
        status = run_machine(qemu, kernel, place / "initrd")
    if status is None:
        print("the machine ended without a word: 0 passed, 1 failed")
    return 0 if status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
