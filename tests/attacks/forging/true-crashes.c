/* SPDX-License-Identifier: MIT */
/* tries: to have its crash reported as another one: a fault while it handles an abort.
 * stopped by: the wait status, of a process that is never process 1
 * right: signalled=11
 * raw: no: there is no verdict
 */
#include "../attack.h"

static void fault(int number)
{
    *(volatile int *)8 = number;
}

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    signal(SIGABRT, fault);
    abort();
}
