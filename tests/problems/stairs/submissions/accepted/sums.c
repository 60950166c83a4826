/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
    unsigned ways = 1;
    unsigned next = 1;
    int steps;

    if (scanf("%d", &steps) != 1)
        return 1;
    while (steps-- > 0) {
        unsigned sum = (ways + next) % 1000000007u;

        ways = next;
        next = sum;
    }
    printf("%u\n", ways);
    return 0;
}
