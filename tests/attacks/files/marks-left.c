/* SPDX-License-Identifier: MIT */
/* tries: to leave a mark on the directories that a warm box may keep: attributes, flags, access
 *     lists, modes; and to hide that by setting the times back.
 * stopped by: new files, or the proof that nobody was there
 * right: ok
 * raw: no: it harms whoever gets the same directory, and outside that is nobody
 */
#include "../attack.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>

static void mark_directory(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct timespec times[2];
    struct stat status;
    char name[256];
    int flags = 0;

    if (fd < 0 || fstat(fd, &status) != 0)
        return;
    snprintf(name, sizeof(name), "user.%s", mark);
    fsetxattr(fd, name, "x", 1, 0);
    if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
        flags |= FS_NODUMP_FL | FS_NOATIME_FL;
        ioctl(fd, FS_IOC_SETFLAGS, &flags);
    }
    fchmod(fd, (status.st_mode & 07777) | 01000);
    snprintf(name, sizeof(name), "%s/%s", path, mark);
    close(open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    unlink(name);
    times[0] = status.st_atim;
    times[1] = status.st_mtim;
    futimens(fd, times);
    close(fd);
}

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    mark_directory("/box");
    mark_directory("/tmp");
    mark_directory("/dev/shm");
    return held("the directories");
}
