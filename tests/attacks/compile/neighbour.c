/* SPDX-License-Identifier: MIT */
/* tries: nothing: a program that is compiled well.
 * kind: neighbour
 * stopped by: nothing
 * policy: compile
 * command: gcc -O2 -Wall {name} -o out
 * right: ok
 */
#include <stdio.h>

int main(void)
{
    return puts("hello") < 0;
}
