/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    int64_t best = INT64_MIN;
    int64_t ending = 0;
    int64_t value;
    int count;

    if (scanf("%d", &count) != 1)
        return 1;
    while (count-- > 0 && scanf("%" SCNd64, &value) == 1) {
        ending = ending > 0 ? ending + value : value;
        if (ending > best)
            best = ending;
    }
    printf("%" PRId64 "\n", best);
    return 0;
}
