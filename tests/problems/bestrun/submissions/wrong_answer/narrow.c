/* SPDX-License-Identifier: MIT */
/* 32 bits do not hold a large sum. */
#include <limits.h>
#include <stdio.h>

int main(void)
{
    unsigned ending = 0;
    int best = INT_MIN;
    int count;
    int value;

    if (scanf("%d", &count) != 1)
        return 1;
    while (count-- > 0 && scanf("%d", &value) == 1) {
        ending = ((int)ending > 0 ? ending : 0) + (unsigned)value;
        if ((int)ending > best)
            best = (int)ending;
    }
    printf("%d\n", best);
    return 0;
}
