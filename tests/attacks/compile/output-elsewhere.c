/* SPDX-License-Identifier: MIT */
/* tries: to have the compiler write its output over a file of the host.
 * stopped by: mount-namespace (it is not there, or read-only), landlock
 * policy: compile
 * options: --bind {victim-file}:/shown
 * command: gcc -c {name} -o /shown
 * right: nonzero-exit
 * host: victim file unchanged
 * raw: no: its output is named by who calls it
 */
int x;
