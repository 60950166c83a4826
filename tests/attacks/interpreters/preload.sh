# SPDX-License-Identifier: MIT
# tries: to bring code into tools of the box by LD_PRELOAD, and to gain by it.
# stopped by: nothing: it is code in the box, which holds it like all else
# policy: shell
# right: ok, nonzero-exit
# raw: no: it gains nothing
command -v gcc >/dev/null || exit 0
echo 'int getuid(void) { return 0; }' >root.c
gcc -shared -fPIC root.c -o root.so
LD_PRELOAD=./root.so cat /etc/shadow && echo "ESCAPED: /etc/shadow"
exit 0
