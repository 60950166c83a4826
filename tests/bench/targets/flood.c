/* SPDX-License-Identifier: MIT */
/* flood.c - writes 100 MiB in blocks of 64 KiB. */
#include <string.h>
#include <unistd.h>

int main(void)
{
    static char block[65536];

    memset(block, 'x', sizeof(block));
    for (int i = 0; i < 1600; i++) {
        for (size_t done = 0; done < sizeof(block);) {
            ssize_t size = write(1, block + done, sizeof(block) - done);

            if (size < 0)
                return 1;
            done += (size_t)size;
        }
    }
    return 0;
}
