# SPDX-License-Identifier: MIT
# tries: to have a job run another program than its own: the file is changed between two jobs of
#     the same batch, to the same size, with its time set back.
# stopped by: a copy is used again only while no trace of its file has changed
import json
import os
import pathlib
import shutil
import subprocess

from host_script import DUALPIPE, check, escaped

program = pathlib.Path("program").resolve()
shutil.copy("/bin/echo", program)
process = subprocess.Popen([DUALPIPE, "batch", "--quiet", "-j", "1", "-"], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run():
    process.stdin.write(json.dumps({"argv": [str(program), "said"]}).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


check(run()["stdout"] == "said\n", "it does not run")
status = program.stat()
data = program.read_bytes()
shutil.copy("/bin/true", "other")
other = pathlib.Path("other").read_bytes()
program.write_bytes(other[:len(data)].ljust(len(data), b"\0"))
os.utime(program, ns=(status.st_atime_ns, status.st_mtime_ns))
check(program.stat().st_size == status.st_size, "the size differs")
result = run()
process.stdin.close()
process.wait(timeout=30)
program.unlink()
pathlib.Path("other").unlink()
if result["stdout"] != "":
    escaped(f"the old program ran: {result['verdict']} {result['stdout']!r}")
