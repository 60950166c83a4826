/* SPDX-License-Identifier: MIT */
/* tries: to pass the output limit by one call with a thousand pieces.
 * stopped by: the output limit
 * options: -o 100K
 * right: output-limit
 * output at most: 102400
 */
#include "../attack.h"
#include <sys/uio.h>

static int attack(int argc, char **argv)
{
    static char data[4096];
    static struct iovec pieces[1000];

    (void)argc;
    (void)argv;
    for (int i = 0; i < 1000; i++)
        pieces[i] = (struct iovec){data, sizeof(data)};
    return writev(1, pieces, 1000) < 0 ? held("writev") : 0;
}
