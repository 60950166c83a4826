/* SPDX-License-Identifier: MIT */
/* tries: to add a filter of its own with a listener, and so to answer its own calls.
 * stopped by: seccomp (the call is refused, and a second listener is)
 * options: --on-refusal errno
 * arguments: {secret}
 * right: ok
 * raw: no: a filter of its own harms nobody outside of a box
 */
#include "../attack.h"
#include <linux/filter.h>
#include <linux/seccomp.h>

static int attack(int argc, char **argv)
{
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};

    (void)argc;
    (void)argv;
    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    /* Whatever it has now: what was refused must be refused. */
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
        escaped("a socket");
    return held("seccomp");
}
