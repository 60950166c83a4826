/* SPDX-License-Identifier: MIT */
#include <unistd.h>

int main(void)
{
    for (;;)
        pause();
}
