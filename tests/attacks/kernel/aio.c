/* SPDX-License-Identifier: MIT */
/* tries: to read a file by the kernel's old asynchronous calls.
 * stopped by: seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: maybe: where the kernel has them
 */
#include "../attack.h"
#include <linux/aio_abi.h>

static int attack(int argc, char **argv)
{
    aio_context_t context = 0;

    (void)argc;
    (void)argv;
    if (syscall(SYS_io_setup, 8, &context) == 0)
        escaped("a queue of the kernel's asynchronous calls");
    return held("io_setup");
}
