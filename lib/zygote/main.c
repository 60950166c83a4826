/* SPDX-License-Identifier: MIT */
/*
 * main.c - an interpreter becomes the spawner of its box; see child/zygote.h.
 *
 * This library is loaded into the interpreter before all others and stands in for
 * the C library's call of main(). What it says goes to standard error, which is a
 * log that the host reads where the box fails.
 */
#include "../child/child.h"
#include "job.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct python python;
static struct job_parts parts;
static struct child child;

__attribute__((noreturn)) static void fail(int errnum, const char *what)
{
    if (what)
        fprintf(stderr, "%s\n", what);
    child_fail(&child, DUALPIPE_STEP_PRELOAD, -errnum, -1, child.plan->program);
}

static bool map_plan(void)
{
    const char *number = getenv("DUALPIPE_PLAN");
    const int fd = number ? atoi(number) : -1;
    struct stat status;
    void *block;

    if (fd < 0 || fstat(fd, &status) != 0)
        return false;
    block = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    close(fd);
    if (block == MAP_FAILED)
        return false;
    child.base = block;
    child.plan = block;
    return true;
}

/* In effect or held back; where they are held back, no program that is executed
 * gets any. */
static long set_capabilities(bool in_effect)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};

    if (syscall(SYS_capget, &header, data) != 0)
        return -errno;
    for (int i = 0; i < 2; i++) {
        data[i].effective = in_effect ? data[i].permitted : 0;
        data[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, data) != 0 ||
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        return -errno;
    return 0;
}

/* As it would start itself with these words. */
static void start_interpreter(int argc, char **argv)
{
    static struct python_config config;
    const char *missing = python_find(&python);
    struct python_status status;

    if (missing)
        fail(ENOEXEC, "it is no CPython of 3.8 or newer, whose calls other code can find");
    python.config_init(&config);
    status = python.config_set_argv(&config, argc, argv);
    if (status.kind == 0)
        status = python.start(&config);
    python.config_clear(&config);
    if (status.kind != 0)
        fail(EINVAL, status.message ? status.message : "the interpreter does not start");
}

static void import_all(void)
{
    const struct dp_plan *plan = child.plan;
    const uint32_t *names = (const uint32_t *)(const void *)(child.base + plan->preload);

    for (uint32_t i = 0; i < plan->preload_count; i++) {
        if (python.import(child_text(&child, names[i])))
            continue;
        python.print_error();
        fail(ENOPKG, NULL);
    }
}

static int fork_all(void)
{
    python.before_fork();
    return fork();
}

static void settle(void)
{
    python.after_fork();
    if (job_settle(&parts) == 0)
        return;
    python.print_error();
    fail(EINVAL, NULL);
}

__attribute__((noreturn)) static void run(const struct dp_sheet *sheet)
{
    job_run(&parts, sheet);
}

static int zygote_main(int argc, char **argv, char **environment)
{
    static const struct child_zygote zygote = {fork_all, settle, run};
    long result;

    (void)environment;
    child.zygote = &zygote;
    if (!map_plan())
        return 2;
    unsetenv("DUALPIPE_PLAN");
    unsetenv("LD_PRELOAD");
    unsetenv("GLIBC_TUNABLES");
    if (umount2(child_text(&child, child.plan->directory), MNT_DETACH) != 0)
        fail(errno, "umount");
    result = set_capabilities(false);
    if (result != 0)
        fail((int)-result, "capset");
    start_interpreter(argc, argv);
    import_all();
    if (job_prepare(&parts, &python) != 0) {
        python.print_error();
        fail(EINVAL, NULL);
    }
    result = set_capabilities(true);
    if (result != 0)
        fail((int)-result, "capset");
    child_spawn(&child);
}

/* Instead of the C library's, which is called all the same, with our main(). */
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                      void (*first)(void), void (*last)(void), void (*loader_last)(void),
                      void *stack_end);

__attribute__((visibility("default"))) int __libc_start_main(
    int (*main)(int, char **, char **), int argc, char **argv, void (*first)(void),
    void (*last)(void), void (*loader_last)(void), void *stack_end)
{
    int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                 void (*)(void), void *);
    void *found = dlsym(RTLD_NEXT, "__libc_start_main");

    (void)main;
    if (!found)
        _exit(2);
    memcpy(&start, &found, sizeof(start));
    return start(zygote_main, argc, argv, first, last, loader_last, stack_end);
}
