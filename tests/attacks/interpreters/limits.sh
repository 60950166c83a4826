# SPDX-License-Identifier: MIT
# tries: to raise its limits from a shell, then to use them.
# stopped by: rlimits that are hard, the supervisor's clock
# policy: shell
# options: -t 0.5 --on-refusal errno
# right: time-limit
# raw: no: there is nothing to raise
ulimit -t unlimited
ulimit -c unlimited
ulimit -n 100000 && echo "ESCAPED: 100,000 descriptors"
ulimit -u unlimited && (ulimit -u | grep -q unlimited) && echo "ESCAPED: any number of processes"
while :; do :; done
