/* SPDX-License-Identifier: MIT */
/* tries: to read the words of other jobs in the memory by which a warm box is told of its own.
 * stopped by: the exec, which takes that memory away
 * arguments: {secret}
 * right: ok
 * raw: no: there is no such memory outside of a warm box
 */
#include "../attack.h"

#define SHEET 0x100000000000UL
#define SHEET_BYTES (1UL << 20)

static int attack(int argc, char **argv)
{
    int ends[2];

    (void)argc;
    (void)argv;
    for (unsigned long at = SHEET - SHEET_BYTES; at < SHEET + 2 * SHEET_BYTES; at += 4096)
        if (mincore((void *)at, 4096, (unsigned char[1]){0}) == 0)
            escaped("there is memory at %lx", at);
    if (pipe(ends) == 0 && write(ends[1], (void *)SHEET, 16) > 0)
        escaped("the sheet can be read");
    if (mmap((void *)SHEET, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
             0) == MAP_FAILED &&
        errno == EEXIST)
        escaped("something is mapped at the sheet's address");
    return held("the sheet");
}
