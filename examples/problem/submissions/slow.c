/* SPDX-License-Identifier: MIT */
/* slow.c - right, but looks at all pairs: 20,000,000,000 of them for the largest n. */
#include <stdio.h>

static int numbers[200000], longest[200000];

int main(void)
{
    int n, length = 0;

    if (scanf("%d", &n) != 1)
        return 1;
    for (int i = 0; i < n; i++) {
        if (scanf("%d", &numbers[i]) != 1)
            return 1;
        longest[i] = 1;
        for (int j = 0; j < i; j++) {
            if (numbers[j] < numbers[i] && longest[j] >= longest[i])
                longest[i] = longest[j] + 1;
        }
        if (longest[i] > length)
            length = longest[i];
    }
    printf("%d\n", length);
    return 0;
}
