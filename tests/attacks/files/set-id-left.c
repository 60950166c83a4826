/* SPDX-License-Identifier: MIT */
/* tries: to leave a set-uid program behind in a directory that it may write.
 * stopped by: seccomp (fchmod, chmod), user-namespace
 * options: --bind {writable}:/shared:rw --disk unlimited --on-refusal errno
 * arguments: {writable}
 * right: ok
 * host: no set-id file
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    struct stat status;
    char path[4096];
    int fd;

    snprintf(path, sizeof(path), "/shared/%s-set-id", mark);
    fd = open(path, O_CREAT | O_RDWR, 0755);
    if (fd < 0 && argc > 0) {
        snprintf(path, sizeof(path), "%s/%s-set-id", argv[0], mark);
        fd = open(path, O_CREAT | O_RDWR, 0755);
    }
    if (fd < 0)
        return held("open");
    fchmod(fd, 06755);
    chmod(path, 06755);
    close(fd);
    close(open(path, O_CREAT | O_RDWR, 06755));
    /* An ordinary file is what the directory is for. */
    if (stat(path, &status) == 0 && !(status.st_mode & (S_ISUID | S_ISGID)))
        unlink(path);
    return held("fchmod");
}
