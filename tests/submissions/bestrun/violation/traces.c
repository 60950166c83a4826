/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/ptrace.h>

int main(void)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
        puts("traced");
    return 0;
}
