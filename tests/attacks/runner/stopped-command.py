# SPDX-License-Identifier: MIT
# tries: to outlive its wall limit while its supervisor is stopped.
# stopped by: init's own deadline, a second after the supervisor's
import signal
import time

from host_script import PROGRAMS, check, finish, json, pathlib, start

process = start("--quiet", "--report", "r", "-w", "0.5", "--", PROGRAMS / "time" / "sleep", "mark")
time.sleep(0.2)
process.send_signal(signal.SIGSTOP)
time.sleep(3)
process.send_signal(signal.SIGCONT)
done = finish(process)
report = json.loads(pathlib.Path("r").read_text())
pathlib.Path("r").unlink()
check(report["verdict"] == "wall-limit" and report["wall_us"] < 3000000, f"{done}, {report}")
