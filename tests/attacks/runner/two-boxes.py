# SPDX-License-Identifier: MIT
# tries: to see or hit another box of the same user that runs at the same time.
# stopped by: pid-namespace, mount-namespace, landlock; as root, a uid for each box
import time

from host_script import PROGRAMS, check, escaped, finish, run, start

other = start("--quiet", "-w", "10", "-P", "shell", "--", "sh", "-c",
              "echo ready; touch /box/there /tmp/there; sleep 4; echo alive")
check(other.stdout.readline() == b"ready\n", "it did not start")
for name in ("processes/other-processes", "processes/kill-all"):
    done = run("--quiet", "--", PROGRAMS / name, "mark")
    if b"ESCAPED" in done.output:
        escaped(f"{name}: {done}")
done = run("--quiet", "-P", "shell", "--", "sh", "-c", "ls -A /box /tmp; kill -9 2 3 4 5; exit 0")
check(b"there" not in done.output, f"it sees the other's files: {done}")
time.sleep(0.1)
check(other.poll() is None, "the other box is gone")
done = finish(other)
check(done.status == 0 and b"alive" in done.output, f"the other box was hit: {done}")
