/* SPDX-License-Identifier: MIT */
/* echo.c - sends back what it gets, at once. */
#include <unistd.h>

int main(void)
{
    char bytes[4096];
    ssize_t size;

    while ((size = read(0, bytes, sizeof(bytes))) > 0) {
        if (write(1, bytes, (size_t)size) != size)
            return 1;
    }
    return size < 0;
}
