# SPDX-License-Identifier: MIT
# tries: nothing: pipes, files and tools, as a script has them.
# kind: neighbour
# stopped by: nothing
# policy: shell
# right: ok
# prints: 5050
seq 1 100 >numbers
sort -rn numbers | awk '{ sum += $1 } END { print sum }'
