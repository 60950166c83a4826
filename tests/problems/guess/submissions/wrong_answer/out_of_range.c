/* SPDX-License-Identifier: MIT */
/* Begins with a guess that is none, and goes on whatever is said. */
#include <stdio.h>

int main(void)
{
    int guess;

    for (guess = 1001; guess > 0; guess--) {
        printf("%d\n", guess);
        fflush(stdout);
    }
    return 0;
}
