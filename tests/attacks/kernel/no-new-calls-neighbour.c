/* SPDX-License-Identifier: MIT */
/* tries: nothing: asks for what new C libraries ask for, and falls back.
 * kind: neighbour
 * stopped by: nothing
 * right: ok
 * prints: well
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    struct stat status;
    char space[256];

    (void)argc;
    (void)argv;
    syscall(SYS_statx, AT_FDCWD, "/", 0, 0, space);
    syscall(SYS_rseq, NULL, 0, 0, 0);
    syscall(SYS_faccessat2, AT_FDCWD, "/", 0, 0);
    if (stat("/box", &status) != 0 && errno != EACCES && getppid() < 2)
        return 1;
    puts("well");
    return 0;
}
