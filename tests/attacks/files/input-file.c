/* SPDX-License-Identifier: MIT */
/* tries: to change the file that is its standard input: its mode, times, length and bytes.
 * stopped by: input that is pumped, or is not its file
 * options: --stdin {input-file}
 * right: ok
 * host: input file unchanged
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const struct timespec times[2] = {{1, 0}, {1, 0}};

    (void)argc;
    (void)argv;
    fchmod(0, 0777);
    futimens(0, times);
    if (ftruncate(0, 0) == 0 || write(0, "changed", 7) == 7)
        escaped("the input is changed");
    write_text("/proc/self/fd/0", "changed");
    write_text("/dev/fd/0", "changed");
    return held("fchmod");
}
