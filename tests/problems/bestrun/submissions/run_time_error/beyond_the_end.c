/* SPDX-License-Identifier: MIT */
/* Reads a day through a pointer that points nowhere. */
#include <stdio.h>

int main(void)
{
    int *volatile days = NULL;
    int count;

    if (scanf("%d", &count) != 1)
        return 1;
    printf("%d\n", days[count]);
    return 0;
}
