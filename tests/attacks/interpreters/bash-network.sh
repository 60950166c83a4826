# SPDX-License-Identifier: MIT
# tries: to reach a server on the host from a shell.
# stopped by: network-namespace, seccomp
# policy: shell
# command: bash {name} {port}
# right: ok, nonzero-exit
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
head -c 100 <&3
