# SPDX-License-Identifier: MIT
# tries: to hang the command by a program that is a FIFO, a device, a directory or empty.
# stopped by: opening without waiting, regular files alone
import os

from host_script import check, pathlib, run

os.mkfifo("fifo", 0o755)
pathlib.Path("empty").touch(0o755)
os.mkdir("directory")
for name in ("./fifo", "/dev/zero", "/dev/null", "./directory", "./empty", "/proc/self/mem"):
    done = run("--", name)
    check(done.status == 2 and done.report["error"]["step"] == "exec", f"{name}: {done}")
for path in ("fifo", "empty"):
    pathlib.Path(path).unlink()
os.rmdir("directory")
