/* SPDX-License-Identifier: MIT */
/* tries: to open a file by io_uring, past any filter of open.
 * stopped by: seccomp (ENOSYS), mount-namespace, landlock
 * arguments: {secret}
 * right: ok
 * raw: maybe: where the kernel has io_uring, and lets ordinary users have it
 */
#include "../attack.h"
#include <linux/io_uring.h>

static int attack(int argc, char **argv)
{
    struct io_uring_params set_up = {0};
    const int fd = (int)syscall(SYS_io_uring_setup, 4, &set_up);
    struct io_uring_sqe *entries;
    char *rings;
    unsigned *tail;

    if (fd < 0 || argc < 1)
        return held("io_uring_setup");
    rings = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
                 IORING_OFF_SQ_RING);
    entries =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQES);
    if (rings == MAP_FAILED || entries == MAP_FAILED)
        escaped("a ring, but no memory of it: it could be used without");
    entries[0] = (struct io_uring_sqe){
        .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (uint64_t)(uintptr_t)argv[0]};
    ((unsigned *)(void *)(rings + set_up.sq_off.array))[0] = 0;
    tail = (unsigned *)(void *)(rings + set_up.sq_off.tail);
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1)
        look_for_secret(fd + 1, "io_uring");
    return held("io_uring_enter");
}
