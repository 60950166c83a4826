/* SPDX-License-Identifier: MIT */
/* tries: to make all memory executable, and addresses known (personality).
 * stopped by: seccomp
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/personality.h>

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (personality(READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE) != -1 &&
        personality(0xffffffff) & READ_IMPLIES_EXEC)
        escaped("what can be read can be executed");
    return held("personality");
}
