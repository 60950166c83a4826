/* SPDX-License-Identifier: MIT */
/* outbox.c - see outbox.h. */
#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void append(struct job_list *list, struct job *job)
{
    job->next = NULL;
    *list->end = job;
    list->end = &job->next;
}

static struct job *take_first(struct job_list *list)
{
    struct job *job = list->first;

    list->first = job->next;
    if (!list->first)
        list->end = &list->first;
    return job;
}

/* Writing to a pipe may block even where poll(2) calls it writable; its flags
 * are others' too, so it is opened anew. */
static int open_own(int fd)
{
    char path[64];
    struct stat status;

    if (fstat(fd, &status) < 0 || !S_ISFIFO(status.st_mode))
        return -1;
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

void outbox_init(struct outbox *outbox, struct output *output, bool is_ordered)
{
    *outbox = (struct outbox){
        .output = output,
        .own_fd = open_own(output->fd),
        .never_blocks = output->is_regular,
        .is_ordered = is_ordered,
    };
    outbox->jobs.end = &outbox->jobs.first;
}

void outbox_release(struct outbox *outbox)
{
    while (outbox->jobs.first)
        job_free(take_first(&outbox->jobs));
    if (outbox->own_fd >= 0)
        (void)close(outbox->own_fd);
    outbox->own_fd = -1;
}

void outbox_expect(struct outbox *outbox, struct job *job)
{
    if (outbox->is_ordered)
        append(&outbox->jobs, job);
}

void outbox_put(struct outbox *outbox, struct job *job)
{
    job->is_done = true;
    outbox->waiting++;
    if (!outbox->is_ordered)
        append(&outbox->jobs, job);
}

bool outbox_is_waiting(const struct outbox *outbox)
{
    return outbox->jobs.first && outbox->jobs.first->is_done;
}

/* As much as goes without blocking. Returns the count, or a negative errno
 * value: -EAGAIN, nothing goes now. */
static ssize_t write_piece(const struct outbox *outbox, const char *text, size_t size)
{
    struct pollfd ready = {.fd = outbox->output->fd, .events = POLLOUT};
    ssize_t written;

    if (outbox->never_blocks)
        written = write(ready.fd, text, size);
    else if (outbox->own_fd >= 0)
        written = write(outbox->own_fd, text, size);
    else if (poll(&ready, 1, 0) <= 0)
        return -EAGAIN;
    else
        written = write(ready.fd, text, size < PIPE_BUF ? size : PIPE_BUF);
    if (written < 0)
        return errno == EINTR ? -EAGAIN : -errno;
    return written;
}

static void note_line_start(struct outbox *outbox)
{
    struct stat status;

    outbox->line_start = lseek(outbox->output->fd, 0, SEEK_CUR);
    if ((fcntl(outbox->output->fd, F_GETFL) & O_APPEND) && fstat(outbox->output->fd, &status) == 0)
        outbox->line_start = status.st_size;
}

int outbox_write(struct outbox *outbox, struct job **out)
{
    struct job *job = outbox->jobs.first;

    *out = NULL;
    if (!outbox_is_waiting(outbox))
        return 0;
    if (outbox->never_blocks && outbox->written == 0)
        note_line_start(outbox);
    while (outbox->written < job->text_size) {
        ssize_t written =
            write_piece(outbox, job->text + outbox->written, job->text_size - outbox->written);

        if (written == -EAGAIN)
            return 0;
        if (written < 0) {
            if (outbox->never_blocks && outbox->line_start >= 0)
                (void)!ftruncate(outbox->output->fd, outbox->line_start);
            return (int)written;
        }
        outbox->written += (size_t)written;
    }
    outbox->written = 0;
    outbox->waiting--;
    *out = take_first(&outbox->jobs);
    return 0;
}
