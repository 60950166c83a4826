/* SPDX-License-Identifier: MIT */
/* tries: to load a module into the kernel, and to unload one.
 * stopped by: seccomp, capabilities
 * safe: no: as root it would change the kernel
 * options: --on-refusal errno
 * right: ok
 * raw: no: it needs a module that fits the kernel
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (syscall(SYS_init_module, "", 0, "") == 0 ||
        (syscall(SYS_finit_module, 0, "", 0) == -1 && errno == ENOEXEC) ||
        (syscall(SYS_init_module, "not a module", 12, "") == -1 && errno == ENOEXEC))
        escaped("the kernel read a module");
    syscall(SYS_delete_module, mark, O_NONBLOCK);
    if (errno == ENOENT)
        escaped("the kernel looked for a module to remove");
    return held("init_module");
}
