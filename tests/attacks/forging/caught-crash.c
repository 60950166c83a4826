/* SPDX-License-Identifier: MIT */
/* tries: to hide a crash: it catches SIGSEGV and exits well. That is its own to do.
 * stopped by: nothing: it ended well, and the report says so
 * right: ok
 * raw: no: there is no verdict
 */
#include "../attack.h"

static void leave(int number)
{
    (void)number;
    _exit(0);
}

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    signal(SIGSEGV, leave);
    *(volatile int *)8 = 1;
    return 1;
}
