# SPDX-License-Identifier: MIT
# tries: to send letters to the terminal that hurt, by a program's name and arguments.
# stopped by: messages and reports that show such letters as what they are
import shutil

from host_script import NEIGHBOUR, check, pathlib, run

for name in ("x\033[2Jy", "a\nb", "\x07bell", "-rf", "quote\"s'", "%s%n"):
    shutil.copy(NEIGHBOUR, name)
    for words in (["-v", "--", f"./{name}", "mark"], ["--", f"./{name}-is-not-there"],
                  ["-t", "0.001", "-w", "0.001", "--", f"./{name}", "mark", name]):
        done = run(*words)
        check(b"\033" not in done.messages and b"\x07" not in done.messages, f"{name!r}: {done}")
        check(done.report is not None, f"{name!r}: no report")
    pathlib.Path(name).unlink()
