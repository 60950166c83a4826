# SPDX-License-Identifier: MIT
# tries: to keep a supervisor waiting for input that another one took first.
# stopped by: reading without waiting
import os

from host_script import PROGRAMS, check, finish, start, subprocess

ends = os.pipe()
runs = [start("--quiet", "-w", "1", "--", PROGRAMS / "time" / "sleep", "mark", stdin=ends[0],
              stdout=subprocess.DEVNULL) for _ in range(4)]
os.close(ends[0])
for _ in range(50):
    os.write(ends[1], b"x")
for process in runs:
    done = finish(process)
    check(done.status == 1, str(done))
os.close(ends[1])
