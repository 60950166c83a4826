/* SPDX-License-Identifier: MIT */
/* The guess stays in the buffer: both sides wait. */
#include <stdio.h>

int main(void)
{
    char answer[16];

    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    printf("500\n");
    return scanf("%15s", answer) == 1 ? 0 : 1;
}
