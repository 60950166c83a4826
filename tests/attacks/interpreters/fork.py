# SPDX-License-Identifier: MIT
# tries: to leave a process behind from Python.
# stopped by: seccomp, pid-namespace
# policy: python
# options: --on-refusal errno
# right: ok
# host: nothing left
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        for fd in range(3):
            os.close(fd)
        time.sleep(30)
        os._exit(0)
except OSError as error:
    print("held:", error)
