/* SPDX-License-Identifier: MIT */
/* collect.c - files taken out of the box, put in place only when whole. */
#include "collect.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int start_one(struct collector *collector, size_t index, const struct collection *what)
{
    struct dualpipe_collect *collect = &collector->collects[index];
    int directory = (int)(base_name(what->host) - what->host);
    struct stat status;
    char *name;

    /* It is put in place by a rename, which would take the place of a device, a
     * FIFO or a link as well. */
    if (lstat(what->host, &status) == 0 && !S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? -EISDIR : S_ISLNK(status.st_mode) ? -ELOOP : -EINVAL;
    if (asprintf(&name, "%.*s.dualpipe-XXXXXX", directory, what->host) < 0)
        return -ENOMEM;
    collector->errors[index] = -ECANCELED; /* should the run not come so far */
    *collect = (struct dualpipe_collect){.name = what->name,
                                         .error = &collector->errors[index],
                                         .is_executable = &collector->are_executable[index]};
    collect->fd = mkostemp(name, O_CLOEXEC);
    if (collect->fd < 0) {
        int status_now = -errno;

        free(name);
        return status_now;
    }
    collector->temporaries[index] = name;
    collector->count = index + 1;
    return 0;
}

int collector_start(struct collector *collector, const struct run_options *options, size_t *failed)
{
    size_t count = options->collection_count;

    *collector = (struct collector){0};
    *failed = 0;
    if (count == 0)
        return 0;
    collector->collects = calloc(count, sizeof(*collector->collects));
    collector->temporaries = calloc(count, sizeof(*collector->temporaries));
    collector->errors = calloc(count, sizeof(*collector->errors));
    collector->are_executable = calloc(count, sizeof(*collector->are_executable));
    if (!collector->collects || !collector->temporaries || !collector->errors ||
        !collector->are_executable)
        return -ENOMEM;
    for (; *failed < count; ++*failed) {
        int status = start_one(collector, *failed, &options->collections[*failed]);

        if (status < 0)
            return status;
    }
    return 0;
}

/* mkostemp(3) made it for the owner alone; a new file is as the umask says. What was
 * compiled in the box can be executed outside as it could be there. */
static int put_in_place(struct collector *collector, size_t index, const char *host)
{
    const mode_t all = collector->are_executable[index] ? 0777 : 0666;
    mode_t mask = umask(0);
    int fd = collector->collects[index].fd;

    (void)umask(mask);
    if (fchmod(fd, all & ~mask) < 0)
        return -errno;
    collector->collects[index].fd = -1;
    if (close(fd) < 0 && errno != EINTR)
        return -errno;
    if (rename(collector->temporaries[index], host) < 0)
        return -errno;
    free(collector->temporaries[index]);
    collector->temporaries[index] = NULL;
    return 0;
}

/* True where it was for the target to leave a regular file of bearable size. */
static bool is_of_target(int error)
{
    switch (-error) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case EXDEV:
    case ENXIO:
    case EACCES:
    case EFBIG:
    case EINVAL:
        return true;
    default:
        return false;
    }
}

int collector_finish(struct collector *collector, const struct run_options *options)
{
    int worst = 0;
    size_t i;

    for (i = 0; i < collector->count; i++) {
        const struct collection *what = &options->collections[i];
        int error = collector->errors[i];
        int exit_status = is_of_target(error) ? 1 : 2;

        if (error != 0) {
            say("--collect %s: %s; %s was not written", what->name, strerrordesc_np(-error),
                what->host);
        } else {
            error = put_in_place(collector, i, what->host);
            exit_status = 2;
            if (error != 0)
                say("--collect %s:%s: %s", what->name, what->host, strerrordesc_np(-error));
        }
        if (error != 0 && exit_status > worst)
            worst = exit_status;
    }
    return worst;
}

void collector_release(struct collector *collector)
{
    size_t i;

    for (i = 0; i < collector->count; i++) {
        if (collector->collects[i].fd >= 0)
            (void)close(collector->collects[i].fd);
        if (collector->temporaries[i])
            (void)unlink(collector->temporaries[i]);
        free(collector->temporaries[i]);
    }
    free(collector->collects);
    free(collector->temporaries);
    free(collector->errors);
    free(collector->are_executable);
    *collector = (struct collector){0};
}
