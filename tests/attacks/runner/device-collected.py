# SPDX-License-Identifier: MIT
# tries: to have a device or a link of the host replaced by what is collected or reported.
# stopped by: writing to what is there, never renaming over it
import os

from host_script import check, finish, pathlib, run, start

os.symlink("real", "link")
pathlib.Path("real").touch()
os.mkfifo("fifo")
run("--quiet", "-P", "shell", "--collect", "out:link", "--", "sh", "-c", "echo x >out")
check(pathlib.Path("link").is_symlink(), "a link was replaced")
reader = os.open("fifo", os.O_RDONLY | os.O_NONBLOCK)
finish(start("--quiet", "-P", "shell", "--collect", "out:fifo", "--", "sh", "-c", "echo x >out"))
check(pathlib.Path("fifo").is_fifo(), "a FIFO was replaced")
os.close(reader)
for name in ("link", "real", "fifo"):
    pathlib.Path(name).unlink()
