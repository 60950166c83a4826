/* SPDX-License-Identifier: MIT */
/* sleeping.c - uses no CPU time, and no time is what it needs most. */
#include <unistd.h>

int main(void)
{
    sleep(1000);
    return 0;
}
