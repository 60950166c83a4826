# SPDX-License-Identifier: MIT
# tries: to leave processes of a shell behind: nohup, setsid, closed streams.
# stopped by: pid-namespace, cgroup
# policy: shell
# options: -w 20
# right: ok
# host: nothing left
nohup sleep 31 >/dev/null 2>&1 &
setsid sleep 32 </dev/null >/dev/null 2>&1 &
(trap '' TERM HUP INT; sleep 33 >/dev/null 2>&1) &
exit 0
