/* SPDX-License-Identifier: MIT */
/* crashing.c - its array is large enough for the examples of the problem text. */
#include <stdio.h>

int main(void)
{
    int best[1000], n, length = 0;

    if (scanf("%d", &n) != 1)
        return 1;
    for (int i = 0; i < n; i++) {
        int number, k = 0;

        if (scanf("%d", &number) != 1)
            return 1;
        while (k < length && best[k] < number)
            k++;
        best[k] = number;
        if (k == length)
            length++;
    }
    printf("%d\n", length);
    return 0;
}
