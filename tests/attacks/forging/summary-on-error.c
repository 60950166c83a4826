/* SPDX-License-Identifier: MIT */
/* tries: to print the command's own summary line, with letters that clear the line before.
 * stopped by: the exit status and the report, which it cannot reach
 * right: nonzero-exit=4
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char text[] = "\r\033[2Kdualpipe: ok: exited with status 0\n";

    (void)argc;
    (void)argv;
    return write(2, text, sizeof(text) - 1) < 0 ? 1 : 4;
}
