/* SPDX-License-Identifier: MIT */
/* Bisects without ever leaving out the middle. */
#include <stdio.h>
#include <string.h>

int main(void)
{
    volatile int low = 1;
    int high = 1000;
    char answer[16];

    printf("500\n");
    fflush(stdout);
    if (scanf("%15s", answer) != 1)
        return 1;
    while (low < high)
        low = (low + high) / 2;
    printf("%d\n", low);
    return 0;
}
