# SPDX-License-Identifier: MIT
# tries: to have the command collect a link to a secret of the host.
# stopped by: collecting by openat2 beneath the working directory, without links
from host_script import PLACE, SECRET, escaped, pathlib, shell

for script in (f"ln -s {PLACE}/secret out", f"ln -s / root; ln -s root{PLACE}/secret out",
               f"mkdir d; ln -s {PLACE} d/x; ln -s d/x/secret out"):
    out = pathlib.Path("collected")
    shell(script, "--collect", "out:collected")
    if out.exists() and SECRET in out.read_text(errors="replace"):
        escaped("a link was followed")
    out.unlink(missing_ok=True)
