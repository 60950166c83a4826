/* SPDX-License-Identifier: MIT */
/* The count of posts, and a pair of numbers for each; exit status 42. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    double number;
    int count;
    int i;
    char rest;

    if (scanf("%d", &count) != 1 || count < 2 || count > 100)
        return 1;
    for (i = 0; i < 2 * count; i++) {
        if (scanf("%lf", &number) != 1 || !(fabs(number) <= 1e6))
            return 1;
    }
    return scanf(" %c", &rest) == EOF ? 42 : 1;
}
