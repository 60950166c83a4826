/* SPDX-License-Identifier: MIT */
/* tries: to reboot, to replace the kernel, to swap, to keep accounts.
 * stopped by: seccomp, capabilities
 * safe: no: as root it would end the machine
 * options: --on-refusal errno
 * right: ok
 * raw: no: it ends the machine, or needs a file prepared for it
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (syscall(SYS_reboot, 0xfee1dead, 0x28121969, 0 /* CAD_OFF */, NULL) == 0)
        escaped("the keys that reboot are off");
    if (syscall(SYS_kexec_load, 0, 0, NULL, 0) == 0)
        escaped("the kernel to come is emptied");
    if (syscall(SYS_acct, NULL) == 0)
        escaped("accounts are off");
    syscall(SYS_swapon, "/box/x", 0);
    return held("reboot");
}
