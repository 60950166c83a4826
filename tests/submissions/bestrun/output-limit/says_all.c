/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
    while (puts("the best run is the next one") >= 0)
        ;
    return 0;
}
