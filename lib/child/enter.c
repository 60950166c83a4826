/* SPDX-License-Identifier: MIT */
/*
 * enter.c - opens a file for the host with the rights of a box's user namespace.
 *
 * A thread of the host cannot change its user namespace, and should not. This process
 * can: it shares the host's memory and descriptors, makes two calls, and is gone.
 */
#include "child.h"

#include <linux/sched.h>

__attribute__((noreturn)) static void open_there(void *argument)
{
    struct dp_entry *entry = argument;
    long result = raw2(SYS_setns, entry->process_fd, CLONE_NEWUSER);

    if (result == 0)
        result = raw4(SYS_openat2, entry->directory, entry->name, entry->how, entry->how_size);
    entry->result = (int32_t)result;
    for (;;)
        raw1(SYS_exit, 0);
}

long dp_child_enter(struct dp_entry *entry, char *stack_end)
{
    return raw_clone_onto(CLONE_VM | CLONE_FILES | CLONE_PIDFD /* exit signal 0 */, stack_end,
                          &entry->pidfd, open_there, entry);
}
