# SPDX-License-Identifier: MIT
# tries: to have the command collect what is not in the working directory.
# stopped by: names that must be below it
from host_script import PLACE, check, pathlib, shell

for name in ("../../etc/passwd", f"{PLACE}/secret", "../out", "./../x", "/proc/self/mem"):
    done = shell("true", "--collect", f"{name}:collected")
    check(not pathlib.Path("collected").exists(), f"{name} was collected")
    check(done.status != 0, f"{name} was taken for good: {done}")
