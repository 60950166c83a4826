/* SPDX-License-Identifier: MIT */
/* Goes through all choices of forty bags, however many there are. */
#include <stdint.h>
#include <stdio.h>

int main(void)
{
    volatile uint64_t chosen;
    int count;

    if (scanf("%d", &count) != 1)
        return 1;
    for (chosen = 0; chosen < UINT64_C(1) << 50; chosen++)
        ;
    printf("0\n");
    return 0;
}
