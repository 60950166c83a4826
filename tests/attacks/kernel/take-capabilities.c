/* SPDX-License-Identifier: MIT */
/* tries: to take capabilities: by capset, ambient ones, by other securebits.
 * stopped by: capabilities (none in any set, locked), no-new-privileges, seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: no: as an ordinary user the kernel says no; as root there is nothing to gain
 */
#include "../attack.h"
#include <linux/capability.h>
#include <sys/prctl.h>

static int attack(int argc, char **argv)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};

    (void)argc;
    (void)argv;
    syscall(SYS_capset, &header, data);
    for (int i = 0; i < 41; i++)
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0);
    prctl(PR_SET_SECUREBITS, 0, 0, 0, 0);
    memset(data, 0, sizeof(data));
    if (syscall(SYS_capget, &header, data) == 0 &&
        (data[0].effective | data[0].permitted | data[1].permitted | data[0].inheritable))
        escaped("a capability");
    return held("capset");
}
