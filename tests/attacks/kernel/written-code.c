/* SPDX-License-Identifier: MIT */
/* tries: to run code that it wrote: memory to write and to execute, in all ways to get it.
 * stopped by: seccomp (W^X)
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

typedef int (*function)(void);

static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* return 42 */

static void run(void *memory, const char *way)
{
    function call;

    if (memory == MAP_FAILED)
        return;
    memcpy(&call, &memory, sizeof(call));
    if (call() == 42)
        escaped("written code ran, by %s", way);
}

static int attack(int argc, char **argv)
{
    char *memory;
    int fd;

    (void)argc;
    (void)argv;
    memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        memcpy(memory, code, sizeof(code));
    run(memory, "mmap");
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(memory, code, sizeof(code));
    if (mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0)
        run(memory, "mprotect");
    fd = open(mark, O_CREAT | O_RDWR, 0700);
    unlink(mark);
    if (fd >= 0 && write(fd, code, sizeof(code)) == (ssize_t)sizeof(code))
        run(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0), "a file");
    return held("mprotect");
}
