/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
    long number;

    if (scanf("%ld", &number) != 1)
        return 1;
    printf("%ld\n", 2 * number);
    return 0;
}
