# SPDX-License-Identifier: MIT
# tries: to bring variables of the host into the box, or to change the command by them.
# stopped by: an environment that is only what the policy sets; a command that reads none
import os

from host_script import SECRET, check, escaped, run

environment = dict(os.environ, LD_PRELOAD_X=SECRET, SECRET=SECRET, BASH_ENV="/etc/passwd",
                   PYTHONSTARTUP="/etc/passwd", TMPDIR="/nonexistent", LC_ALL="xx_XX",
                   MALLOC_PERTURB_="1")
done = run("--quiet", "-P", "shell", "--", "env", env=environment)
check(done.status == 0, str(done))
if any(word in done.output for word in (SECRET.encode(), b"/nonexistent", b"xx_XX", b"BASH_ENV")):
    escaped(f"variables of the host: {done}")
