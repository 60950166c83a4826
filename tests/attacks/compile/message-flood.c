/* SPDX-License-Identifier: MIT */
/* tries: to flood the reader with error messages.
 * stopped by: the output limit
 * policy: compile
 * options: -o 64K -t 10
 * command: gcc -fmax-errors=0 -c {name} -o out.o
 * right: output-limit, nonzero-exit
 * output at most: 65536
 * raw: no: it harms who reads it
 */
#define A(x) x x x x x x x x x x
#define B(x) A(A(x))
#define C(x) B(B(x))
void f(void) { C(undeclared++;) }
#define D E
#error one
int a[-1]; C(int b[-1];)
