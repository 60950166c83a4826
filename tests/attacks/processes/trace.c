/* SPDX-License-Identifier: MIT */
/* tries: to trace a process of the host and to read its memory so.
 * stopped by: seccomp, pid-namespace, landlock (its domain)
 * arguments: {victim} {address}
 * options: --on-refusal errno
 * right: ok
 * host: victim unharmed
 */
#include "../attack.h"
#include <sys/ptrace.h>

static int attack(int argc, char **argv)
{
    const pid_t pid = argc > 1 ? atoi(argv[0]) : -1;
    const char *address = (const char *)strtoul(argc > 1 ? argv[1] : "0", NULL, 0);
    char data[128];

    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
        return held("ptrace");
    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
    waitpid(pid, NULL, __WALL);
    for (size_t at = 0; at < sizeof(data); at += sizeof(long)) {
        const long word = ptrace(PTRACE_PEEKDATA, pid, address + at, NULL);

        memcpy(data + at, &word, sizeof(word));
    }
    if (holds_secret(data, sizeof(data)))
        escaped("the secret, by ptrace");
    return held("PTRACE_PEEKDATA");
}
