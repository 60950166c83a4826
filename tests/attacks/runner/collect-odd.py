# SPDX-License-Identifier: MIT
# tries: to hang or fill the host by what it collects: directories, a FIFO, a file with a hole.
# stopped by: regular files alone, opened without waiting; limits of size
from host_script import check, pathlib, shell

for script in ("mkdir out", "mkfifo out || mknod out p", "truncate -s 200M out", "exit 0"):
    done = shell(script, "--collect", "out:collected", "--disk", "4M", "--file-size", "300M")
    path = pathlib.Path("collected")
    if path.exists():
        check(path.stat().st_blocks * 512 <= 8 << 20 or path.stat().st_size <= 300 << 20,
              f"{path.stat().st_size} bytes were collected: {done}")
        path.unlink()
