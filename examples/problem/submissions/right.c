/* SPDX-License-Identifier: MIT */
/* right.c - best[k] is the smallest end of a rising subsequence of length k + 1. */
#include <stdio.h>

static int best[200000];

int main(void)
{
    int n, length = 0;

    if (scanf("%d", &n) != 1)
        return 1;
    for (int i = 0; i < n; i++) {
        int number, low = 0, high = length;

        if (scanf("%d", &number) != 1)
            return 1;
        while (low < high) {
            int middle = (low + high) / 2;

            if (best[middle] < number)
                low = middle + 1;
            else
                high = middle;
        }
        best[low] = number;
        if (low == length)
            length++;
    }
    printf("%d\n", length);
    return 0;
}
