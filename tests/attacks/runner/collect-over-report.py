# SPDX-License-Identifier: MIT
# tries: to write a report of its own over the command's, by collecting it there.
# stopped by: a look whether two outputs are one file
import os

from host_script import DUALPIPE, check, finish, pathlib, start, subprocess

done = finish(start("--quiet", "-P", "shell", "--report", "taken", "--collect", "out:taken", "--",
                    "sh", "-c", "echo '{\"verdict\": \"ok\"}' >out; exit 3"))
text = pathlib.Path("taken").read_text() if os.path.exists("taken") else ""
check(done.status != 0 and text.strip() != '{"verdict": "ok"}', f"{done}: {text}")
pathlib.Path("taken").unlink(missing_ok=True)
check(subprocess.run([DUALPIPE, "--version"], stdout=subprocess.DEVNULL, check=False).returncode
      in (0, 2), "the command itself does not work")
