/* SPDX-License-Identifier: MIT */
/* tries: to have segments of its own (modify_ldt), an old and error-ridden part of the kernel.
 * stopped by: seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: maybe: where the kernel has modify_ldt
 */
#include "../attack.h"
#include <asm/ldt.h>

static int attack(int argc, char **argv)
{
    struct user_desc segment = {
        .entry_number = 0, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};

    (void)argc;
    (void)argv;
    if (syscall(SYS_modify_ldt, 1, &segment, sizeof(segment)) == 0)
        escaped("a segment of its own");
    return held("modify_ldt");
}
