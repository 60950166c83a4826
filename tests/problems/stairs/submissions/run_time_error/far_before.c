/* SPDX-License-Identifier: MIT */
/* Writes far before an array. */
#include <stdio.h>

int main(void)
{
    static int table[4];
    volatile long place = -100000000;
    int steps;

    if (scanf("%d", &steps) != 1)
        return 1;
    table[place] = steps;
    printf("%d\n", table[place]);
    return 0;
}
