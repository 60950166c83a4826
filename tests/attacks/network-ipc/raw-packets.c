/* SPDX-License-Identifier: MIT */
/* tries: to send and hear raw packets.
 * stopped by: seccomp, capabilities, rlimits (no more user namespaces)
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    become_root(CLONE_NEWNET);
    if (socket(AF_PACKET, SOCK_RAW, 0x300) >= 0)
        escaped("a socket of raw packets");
    if (socket(AF_INET, SOCK_RAW, 1) >= 0)
        escaped("a raw socket");
    return held("socket");
}
