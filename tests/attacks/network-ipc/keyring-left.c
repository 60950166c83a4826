/* SPDX-License-Identifier: MIT */
/* tries: to leave a key behind in the keyring of its user on the host.
 * stopped by: seccomp, user-namespace
 * options: --on-refusal errno
 * right: ok
 * host: nothing left
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (long keyring = -1; keyring >= -5; keyring--)
        syscall(SYS_add_key, "user", mark, "left", 4, keyring);
    return held("add_key");
}
