/* SPDX-License-Identifier: MIT */
/* host_files.c - see host_files.h. */
#include "host_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int give(struct host_fault *fault, const char *option, const char *path, int errnum,
                const char *advice)
{
    *fault = (struct host_fault){option, path, errnum, advice};
    return -1;
}

int host_files_check(const struct run_options *options, struct host_fault *fault)
{
    struct stat status;
    size_t i;

    for (i = 0; i < options->file_count; i++) {
        const char *host = options->files[i].host;

        if (stat(host, &status) < 0)
            return give(fault, "--file", host, errno, "name a file that is there");
        if (!S_ISREG(status.st_mode))
            return give(fault, "--file", host, EINVAL,
                        "it is not a regular file; for a directory there is --bind");
        if (faccessat(AT_FDCWD, host, R_OK, AT_EACCESS) < 0)
            return give(fault, "--file", host, errno, "name a file that you can read");
    }
    for (i = 0; i < options->bind_count; i++) {
        if (lstat(options->binds[i].host, &status) < 0)
            return give(fault, "--bind", options->binds[i].host, errno,
                        "name a path that is there");
    }
    return 0;
}
