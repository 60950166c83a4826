# SPDX-License-Identifier: MIT
# tries: to get a file of the host as a stream, where the command is started without streams.
# stopped by: descriptors that are moved above 2 first
import os

from host_script import DUALPIPE, NEIGHBOUR, check, json, pathlib, subprocess

for closed in ((0,), (1,), (2,), (0, 1), (0, 1, 2)):
    def close(which=closed):
        for fd in which:
            os.close(fd)
    done = subprocess.run([DUALPIPE, "run", "--quiet", "--report", "r", "--", NEIGHBOUR, "mark"],
                          preexec_fn=close, timeout=30, check=False)
    text = pathlib.Path("r").read_text()
    pathlib.Path("r").unlink()
    check(json.loads(text)["verdict"] in ("ok", "signalled"), f"{closed}: {done} {text}")
    check("rested" not in text, f"the target's output is in the report: {text}")
