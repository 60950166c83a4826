/* SPDX-License-Identifier: MIT */
/* zygote.c - process 1 becomes an interpreter that has our library in it. */
#include "zygote.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

#define COPY_BLOCK (1L << 30)

/* Programs may not see it: it is gone with its file system once it is loaded. */
static long put_library(const struct child *child)
{
    const char *directory = child_text(child, child->plan->directory);
    long offset = 0;
    long moved;
    long fd;
    long result = child_mount_scratch(directory);

    if (result == 0)
        result = raw1(SYS_chdir, directory);
    if (result != 0)
        return result;
    fd = raw4(SYS_openat, AT_FDCWD, DP_ZYGOTE_LIBRARY, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
              0555);
    if (fd < 0)
        return fd;
    do
        moved = raw4(SYS_sendfile, fd, child->plan->zygote_fd, &offset, COPY_BLOCK);
    while (moved > 0 || moved == -EINTR);
    raw1(SYS_close, fd);
    raw1(SYS_close, child->plan->zygote_fd);
    result = raw1(SYS_chdir, "/");
    return moved < 0 ? moved : result;
}

/* All of what the interpreter says until it is ready goes to the host's log. */
static long connect_log(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    long result = 0;

    for (int number = 0; number < 3 && result >= 0; number++)
        result = raw3(SYS_dup3, plan->stream_fds[number], number, 0);
    for (int number = 0; number < 3; number++)
        raw1(SYS_close, plan->stream_fds[number]);
    return result < 0 ? result : 0;
}

/* The last variable is for the plan's number; it has room for ten digits. */
static void write_number(const struct child *child, long number)
{
    const struct dp_plan *plan = child->plan;
    const uint32_t *texts = (const uint32_t *)(const void *)(child->base + plan->environment);
    char *digit = child->base + texts[plan->environment_count - 1] + sizeof(DP_ZYGOTE_PLAN) - 2;

    for (int i = 0; i < 10; i++) {
        *digit-- = (char)('0' + number % 10);
        number /= 10;
    }
}

/* This memory is gone with the exec: the plan goes on as a file. */
static long keep_plan(const struct child *child)
{
    const long fd = raw2(SYS_memfd_create, "dualpipe-plan", 0);
    long result;

    if (fd < 0)
        return fd;
    write_number(child, fd);
    result = raw3(SYS_write, fd, child->base, child->plan->size);
    if (result < 0)
        return result;
    return result == (long)child->plan->size ? 0 : -ENOSPC;
}

static long limit_stack(void)
{
    uint64_t limit[2];
    long result = raw4(SYS_prlimit64, 0, RLIMIT_STACK, 0, limit);

    if (result != 0)
        return result;
    limit[0] = DP_ZYGOTE_STACK_BYTES < limit[1] ? DP_ZYGOTE_STACK_BYTES : limit[1];
    return raw4(SYS_prlimit64, 0, RLIMIT_STACK, limit, 0);
}

void child_become_zygote(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    const char **argv = (const char **)(void *)(child->base + plan->pointers);
    const char **envp;
    long result;
    long program;

    result = connect_log(child);
    if (result == 0)
        result = put_library(child);
    if (result == 0)
        result = keep_plan(child);
    if (result == 0)
        result = limit_stack();
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_PRELOAD, result, -1, 0);
    envp = child_pointers(child, argv, plan->arguments, plan->argument_count);
    child_pointers(child, envp, plan->environment, plan->environment_count);
    program = raw4(SYS_openat, AT_FDCWD, child_text(child, plan->program), O_PATH | O_CLOEXEC, 0);
    result = program < 0 ? program : raw5(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
    child_fail(child, DUALPIPE_STEP_PRELOAD, result, -1, plan->program);
}
