/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
    volatile unsigned turns = 1;
    char what[8];

    while (scanf("%7s", what) == 1)
        ;
    while (turns)
        turns += 2;
    puts(what);
    return 0;
}
