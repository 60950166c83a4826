/* SPDX-License-Identifier: MIT */
/* tries: to keep a compiler busy and fill its memory, by macros that double.
 * stopped by: the memory limit, the CPU limit, the output limit
 * safe: no: it would take all memory
 * policy: compile
 * options: -t 2 -m 128M
 * command: gcc -E {name} -o out.i
 * right: time-limit, memory-limit, nonzero-exit
 * raw: no: it takes what there is
 */
#define A(x) x x x x x x x x x x
#define B(x) A(A(x))
#define C(x) B(B(x))
#define D(x) C(C(x))
D(D(int x;))
