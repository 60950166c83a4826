/* SPDX-License-Identifier: MIT */
/* unfinished.c - solves the easy cases, and says by its exit code that it gave up. */
#include <stdio.h>

int main(void)
{
    int n;

    if (scanf("%d", &n) != 1)
        return 1;
    if (n > 1) {
        fprintf(stderr, "not written yet\n");
        return 3;
    }
    printf("1\n");
    return 0;
}
