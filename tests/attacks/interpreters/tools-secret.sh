# SPDX-License-Identifier: MIT
# tries: to read a secret of the host with a shell's tools.
# stopped by: mount-namespace, landlock
# policy: shell
# arguments: {secret} {victim}
# right: ok, nonzero-exit
cat "$1"
cat "/proc/1/root$1" "/proc/$2/root$1"
tr '\0' '\n' <"/proc/$2/environ"
ln -s "$1" link; cat link
find / -name secret -size -2 -exec cat {} + 2>/dev/null
env
exit 0
