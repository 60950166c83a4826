# SPDX-License-Identifier: MIT
# tries: to have the kernel use a loader that was handed in, or a secret as one.
# stopped by: mount-namespace, landlock: only what is shown can be executed
import os

from host_script import NEIGHBOUR, PLACE, check, pathlib, run

data = NEIGHBOUR.read_bytes()
loader = b"/lib64/ld-linux-x86-64.so.2"
for other in (b"/box/loader", b"/proc/self/exe", str(PLACE / "secret").encode()[:27]):
    path = pathlib.Path("other")
    path.write_bytes(data.replace(loader, other.ljust(len(loader), b"\0"), 1))
    os.chmod(path, 0o755)
    done = run("--quiet", "--file", f"{NEIGHBOUR}:loader", "--", "./other", "mark")
    check(b"rested" not in done.output and done.status != 0, f"{other}: {done}")
    path.unlink()
