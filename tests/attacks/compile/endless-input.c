/* SPDX-License-Identifier: MIT */
/* tries: to have a compiler read a file that never ends.
 * stopped by: mount-namespace (there is no /dev/zero), the memory limit, the CPU limit
 * safe: no: it would take all memory
 * policy: compile
 * options: -t 3 -m 192M
 * command: gcc -c {name} -o out.o
 * right: nonzero-exit, time-limit, memory-limit
 * raw: no: it takes what there is
 */
#include "/dev/zero"
#include "/dev/urandom"
