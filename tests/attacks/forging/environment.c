/* SPDX-License-Identifier: MIT */
/* tries: to find the host's secret in its environment and arguments.
 * stopped by: an environment that is only what the policy sets
 * right: ok
 */
#include "../attack.h"

extern char **environ;

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (char **one = environ; *one; one++)
        if (holds_secret(*one, strlen(*one)))
            escaped("the secret, in the environment");
    return held("environ");
}
