/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

int main(void)
{
    char answer[8] = "";

    while (strcmp(answer, "yes") != 0) {
        puts("1");
        fflush(stdout);
        if (scanf("%7s", answer) != 1)
            return 0;
    }
    return 0;
}
