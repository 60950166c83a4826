/* SPDX-License-Identifier: MIT */
/* wrong_greedy.c - takes each number that is larger than the last one taken. */
#include <stdio.h>

int main(void)
{
    int n, number, last = 0, length = 0;

    if (scanf("%d", &n) != 1)
        return 1;
    while (n-- > 0 && scanf("%d", &number) == 1) {
        if (length == 0 || number > last) {
            last = number;
            length++;
        }
    }
    printf("%d\n", length);
    return 0;
}
