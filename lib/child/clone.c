/* SPDX-License-Identifier: MIT */
/* clone.c - how process 1 of the box comes to be. */
#include "child.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <stdbool.h>

/*
 * An exec by a uid other than 0 of the namespace drops all capabilities but the
 * ambient ones: keep those that building the box takes.
 */
static long keep_capabilities_over_exec(void)
{
    static const int wanted[] = {CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID, CAP_SETPCAP};
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    long result = raw2(SYS_capget, &header, data);

    if (result != 0)
        return result;
    for (unsigned i = 0; i < 2; i++)
        data[i].inheritable = data[i].permitted;
    result = raw2(SYS_capset, &header, data);
    for (unsigned i = 0; result == 0 && i < sizeof(wanted) / sizeof(wanted[0]); i++)
        result = raw5(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, wanted[i], 0, 0);
    return result;
}

/*
 * In the host's memory, with the host's thread standing still: touch nothing
 * but this stack, and be gone soon.
 */
__attribute__((noreturn, noinline)) static void become_box_program(
    const struct dp_child_start *start)
{
    static const char *const no_environment[] = {NULL};
    const struct child child = {.plan = start->plan, .base = NULL};
    const bool keeps_others = !child_has(&child, DUALPIPE_LAYER_DESCRIPTORS);
    long result = keep_capabilities_over_exec();

    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_START_INIT, result, DUALPIPE_LAYER_CAPABILITIES, 0);
    if (!keeps_others)
        result = child_keep_only(start->keep, start->keep_count);
    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result, DUALPIPE_LAYER_DESCRIPTORS, 0);
    for (int i = 0; i < start->keep_count; i++)
        if (start->keep[i] >= 0 && start->keep[i] != start->program_fd)
            raw3(SYS_fcntl, start->keep[i], F_SETFD, 0);
    result = raw5(SYS_execveat, start->program_fd, "", start->argv, no_environment, AT_EMPTY_PATH);
    child_fail(&child, DUALPIPE_STEP_START_INIT, result, -1, 0);
}

long dp_child_clone(struct clone_args *arguments, const struct dp_child_start *start, char *block)
{
    long pid;

    if (start)
        arguments->flags |= CLONE_VM | CLONE_VFORK;
    /* Inline: with shared memory, the child must not return from a function
     * whose frame the parent still needs. */
    pid = raw2(SYS_clone3, arguments, sizeof(*arguments));
    if (pid != 0)
        return pid;
    if (start)
        become_box_program(start);
    dp_child_main(block);
}
