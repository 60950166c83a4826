# SPDX-License-Identifier: MIT
# tries: to kill all processes from a shell, by number and by name.
# stopped by: pid-namespace, landlock, user-namespace
# policy: shell
# arguments: {victim}
# right: ok, nonzero-exit, signalled
# host: victim unharmed
kill -TERM "$1"
kill -KILL "$1" 1 -- -1
exit 0
