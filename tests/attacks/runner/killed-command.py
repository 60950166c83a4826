# SPDX-License-Identifier: MIT
# tries: to leave a box behind whose host is killed, at thirty moments.
# stopped by: an init that ends with its host; what is left is checked by the suite
import time

from host_script import PROGRAMS, start

for moment in range(30):
    process = start("--quiet", "-w", "50", "--", PROGRAMS / "time" / "deadlock", "mark")
    time.sleep(moment * 0.0007)
    process.kill()
    process.communicate()
