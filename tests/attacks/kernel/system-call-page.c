/* SPDX-License-Identifier: MIT */
/* tries: to get around the filter by the page of old calls (vsyscall).
 * stopped by: seccomp (the kernel asks it for these, too)
 * right: ok, signalled=11, violation
 * raw: no: what it calls is harmless
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    long (*const old_time)(long *) = (long (*)(long *))0xffffffffff600400UL;

    (void)argc;
    (void)argv;
    if (old_time(NULL) < 1000000000)
        return 1;
    return 0;
}
