/* SPDX-License-Identifier: MIT */
/* tries: to hide the call that matters behind harmless ones that are refused first.
 * stopped by: a killing refusal is named before all others
 * right: violation
 * refused: ptrace
 * raw: no: there is no report
 */
#include "../attack.h"
#include <sys/ptrace.h>

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    setpriority(PRIO_PROCESS, 0, 1);
    mlockall(MCL_CURRENT);
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    escaped("it went on after ptrace");
    return 0;
}
