/* SPDX-License-Identifier: MIT */
/* chatty.c - someone left the output for debugging in, in a loop that never ends. */
#include <stdio.h>

int main(void)
{
    for (unsigned i = 0;; i++)
        printf("DEBUG: length is still 0 after %u steps\n", i);
}
