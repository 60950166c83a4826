/* SPDX-License-Identifier: MIT */
/* tries: to leave its cgroup, or to have the host run a program at a cgroup's end (CVE-2022-0492).
 * stopped by: mount-namespace (no cgroup is shown), landlock, user-namespace, seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"
#include <sys/mount.h>

static int attack(int argc, char **argv)
{
    static const char *const files[] = {
        "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs",
        "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/pids/cgroup.procs"};
    char text[32];

    (void)argc;
    (void)argv;
    snprintf(text, sizeof(text), "%d", (int)getpid());
    for (int i = 0; i < 4; i++)
        if (write_text(files[i], i == 2 ? "/box/evil" : text))
            escaped("%s is written", files[i]);
    become_root(CLONE_NEWNS | CLONE_NEWCGROUP);
    mkdir(mark, 0700);
    if (mount("none", mark, "cgroup2", 0, NULL) == 0)
        escaped("cgroups are mounted");
    return held("open");
}
