# SPDX-License-Identifier: MIT
# tries: to hang its supervisor by input without end that it does not read.
# stopped by: a bound on what is read ahead
from host_script import PROGRAMS, check, finish, start

with open("/dev/zero", "rb") as zero:
    done = finish(start("--quiet", "-w", "1", "--", PROGRAMS / "time" / "sleep", "mark", stdin=zero))
check(done.status == 1, str(done))
process = start("--quiet", "-w", "1", "--", PROGRAMS / "time" / "sleep", "mark", stdin=-1)
done = finish(process, bytes(50 << 20))
check(done.status == 1, str(done))
