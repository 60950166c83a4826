# SPDX-License-Identifier: MIT
# tries: the shell's fork bomb.
# stopped by: rlimits, cgroup (pids), the limits of time and processes
# safe: no: it would take every process there is
# policy: shell
# options: -p 20 -t 2 -w 4
# right: time-limit, wall-limit, ok, nonzero-exit
# host: nothing left
# raw: no: it takes what there is
bomb() { bomb | bomb & }
bomb
sleep 2
