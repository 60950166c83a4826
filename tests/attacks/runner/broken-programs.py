# SPDX-License-Identifier: MIT
# tries: to crash or hang the command by programs that are broken in a hundred ways.
# stopped by: headers that are read with care, and a kernel that says no
import os
import random

from host_script import NEIGHBOUR, check, pathlib, run

chance = random.Random(7)
data = NEIGHBOUR.read_bytes()
path = pathlib.Path("broken")
for number in range(100):
    broken = bytearray(data[:chance.choice((20, 64, 100, 1000, len(data)))])
    for _ in range(chance.randrange(1, 8)):
        broken[chance.randrange(min(len(broken), 0x300))] = chance.choice((0, 1, 0x7f, 0x80, 0xff))
    path.write_bytes(bytes(broken))
    os.chmod(path, 0o755)
    done = run("--quiet", "-t", "1", "-w", "2", "-m", "64M", "--", "./broken", "mark")
    check(done.report is not None and done.report["verdict"], f"number {number}: {done}")
path.unlink()
