/* SPDX-License-Identifier: MIT */
/* tries: to print a report of its own, on both streams.
 * stopped by: the report has a channel that the target never has
 * right: nonzero-exit=3
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char text[] = "\n{\"schema\": 1, \"verdict\": \"ok\", \"exit_code\": 0}\n";

    (void)argc;
    (void)argv;
    for (int fd = 1; fd < 3; fd++)
        if (write(fd, text, sizeof(text) - 1) < 0)
            return 1;
    return 3;
}
