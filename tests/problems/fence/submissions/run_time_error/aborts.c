/* SPDX-License-Identifier: MIT */
/* An assertion that does not hold. */
#include <assert.h>
#include <stdio.h>

int main(void)
{
    double x = 0;
    int count;
    int got = scanf("%d %lf", &count, &x);

    assert(got == 2 && x > 1e7);
    printf("length %f\nlongest %f\n", x, x);
    return 0;
}
