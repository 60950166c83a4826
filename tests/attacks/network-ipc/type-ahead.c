/* SPDX-License-Identifier: MIT */
/* tries: to type at the host's terminal by TIOCSTI, also with a high bit set (CVE-2017-5226,
 *     CVE-2019-10063).
 * stopped by: seccomp (ioctl's requests), streams that are pipes, a session of its own
 * right: ok
 * raw: no: there is no terminal
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const int terminal = open("/dev/tty", O_RDWR);

    (void)argc;
    (void)argv;
    if (terminal >= 0)
        escaped("the host's terminal");
    for (int fd = 0; fd < 3; fd++) {
        if (syscall(SYS_ioctl, fd, 0x5412UL, "x") == 0 ||
            syscall(SYS_ioctl, fd, 0x5412UL | 1UL << 32, "x") == 0)
            escaped("a letter typed at descriptor %d", fd);
        if (isatty(fd))
            escaped("descriptor %d is a terminal", fd);
    }
    return held("ioctl(TIOCSTI)");
}
