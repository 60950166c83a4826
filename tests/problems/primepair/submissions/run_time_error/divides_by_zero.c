/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
    volatile long factor = 0;
    long n;

    if (scanf("%ld", &n) != 1)
        return 1;
    printf("%ld %ld\n", n % factor, n / factor);
    return 0;
}
