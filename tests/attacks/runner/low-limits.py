# SPDX-License-Identifier: MIT
# tries: to have a layer left out where the host is short of descriptors, files or processes.
# stopped by: set-up that fails closed, and says why
import resource

from host_script import NEIGHBOUR, check, run

for kind, most in ((resource.RLIMIT_NOFILE, range(4, 40, 3)), (resource.RLIMIT_FSIZE, (0, 1, 4096)),
                   (resource.RLIMIT_STACK, (131072, 262144)), (resource.RLIMIT_MEMLOCK, (0,))):
    for limit in most:
        def lower(which=kind, value=limit):
            resource.setrlimit(which, (value, resource.getrlimit(which)[1]))
        done = run("--quiet", "--", NEIGHBOUR, "mark", preexec_fn=lower)
        check(done.status in (0, 1, 2), f"{kind} {limit}: {done}")
        if done.status != 2:
            check(done.report is None or done.report["attested"] is True, f"{kind} {limit}: {done}")
        elif done.report is not None and done.report["error"]:
            check("--without" not in done.report["error"]["message"],
                  f"it advises to give a layer up: {done}")
