/* SPDX-License-Identifier: MIT */
/* Twice two thousand million is too much for an int. */
#include <stdio.h>

int main(void)
{
    unsigned number;

    if (scanf("%u", &number) != 1)
        return 1;
    printf("%d\n", (int)(2 * number));
    return 0;
}
