/* SPDX-License-Identifier: MIT */
/* tries: to read a key in the keyring of the host's session.
 * stopped by: seccomp, user-namespace
 * arguments: {keyring-key}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char data[256] = "";
    const long key = syscall(SYS_request_key, "user", argc > 0 ? argv[0] : "", NULL, 0);

    if (key > 0 && syscall(SYS_keyctl, 11 /* KEYCTL_READ */, key, data, sizeof(data)) > 0 &&
        holds_secret(data, sizeof(data)))
        escaped("the secret, by keyctl");
    return held("request_key");
}
