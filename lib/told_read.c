/* SPDX-License-Identifier: MIT */
/*
 * told_read.c - reads what a refused call's arguments point to.
 *
 * For people only: other threads of the target may change the bytes before, while
 * and after they are read, so that nothing may ever be decided by them. The caller
 * is blocked in the call; that it still is afterwards proves that the bytes were
 * its own, and not those of a process which got its number.
 */
#include "told_read.h"
#include "box.h"

#include <linux/seccomp.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE_BYTES 4096

/* Up to so many bytes, and no more than can be read. In two pieces, for the second
 * page may not be there: the kernel reads whole pieces or none. */
static size_t read_memory(pid_t pid, uint64_t address, unsigned char *bytes, size_t size)
{
    const size_t to_page_end = PAGE_BYTES - address % PAGE_BYTES;
    const size_t first = size < to_page_end ? size : to_page_end;
    struct iovec local = {bytes, size};
    struct iovec remote[2];
    ssize_t got;

    if (address == 0 || address > UINT64_MAX - size)
        return 0;
    remote[0] = (struct iovec){(void *)(uintptr_t)address, first};
    remote[1] = (struct iovec){(void *)(uintptr_t)(address + first), size - first};
    got = process_vm_readv(pid, &local, 1, remote, size > first ? 2 : 1, 0);
    return got > 0 ? (size_t)got : 0;
}

static bool read_path(struct dp_told *told, pid_t pid, uint64_t address)
{
    const size_t got = read_memory(pid, address, told->bytes, sizeof(told->bytes));

    told->length = strnlen((const char *)told->bytes, got);
    told->is_cut = told->length == got;
    return got > 0;
}

static bool read_socket_address(struct dp_told *told, pid_t pid, uint64_t address, uint64_t size)
{
    const uint32_t asked = (uint32_t)size; /* of an int, as the kernel reads it */

    if (asked == 0 || asked > INT32_MAX)
        return false;
    told->is_cut = asked > sizeof(told->bytes);
    told->length =
        read_memory(pid, address, told->bytes, told->is_cut ? sizeof(told->bytes) : asked);
    return told->length > 0;
}

static bool read_argument(struct dp_told *told, const struct seccomp_notif *call,
                          const struct dp_argument *argument)
{
    const uint64_t *arguments = (const uint64_t *)call->data.args;

    told->argument = argument->index;
    if (argument->kind == DP_KIND_PATH)
        return read_path(told, (pid_t)call->pid, arguments[argument->index]);
    return argument->kind == DP_KIND_SOCKET_ADDRESS && argument->index < 5 &&
           read_socket_address(told, (pid_t)call->pid, arguments[argument->index],
                               arguments[argument->index + 1]);
}

void dp_told_read(struct dp_told_list *list, int listener, const struct seccomp_notif *call)
{
    struct dp_argument argument;

    memset(list, 0, sizeof(*list));
    for (unsigned i = 0;
         list->count < DP_TOLD_MAX && dp_syscall_argument_at(call->data.nr, i, &argument); i++)
        if (dp_told_is_kind(argument.kind) &&
            read_argument(&list->at[list->count], call, &argument))
            list->count++;
    if (!dp_notify_is_alive(listener, call->id))
        list->count = 0;
}
