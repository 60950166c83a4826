/* SPDX-License-Identifier: MIT */
/* tries: to end with a status whose low byte says 0.
 * stopped by: nothing: 256 is 0 by the kernel's own rule, and that is what is reported
 * right: ok
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    _exit(256);
}
