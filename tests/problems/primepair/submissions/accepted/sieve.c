/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

static char composite[1000001];

int main(void)
{
    long n;
    long p;
    long multiple;

    if (scanf("%ld", &n) != 1)
        return 1;
    for (p = 2; p <= n; p++) {
        for (multiple = p * p; !composite[p] && multiple <= n; multiple += p)
            composite[multiple] = 1;
    }
    for (p = 2; composite[p] || composite[n - p]; p++)
        ;
    printf("%ld %ld\n", p, n - p);
    return 0;
}
