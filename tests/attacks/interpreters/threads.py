# SPDX-License-Identifier: MIT
# tries: to pass the limit of processes by threads of Python.
# stopped by: rlimits (RLIMIT_NPROC), the limit of processes
# policy: python
# options: -p 10 -w 20
# right: ok
import threading

stop = threading.Event()
threads = []
try:
    while len(threads) < 60:
        threads.append(threading.Thread(target=stop.wait))
        threads[-1].start()
    print("ESCAPED: 60 threads where 10 are allowed")
except RuntimeError as error:
    print("held:", error)
stop.set()
