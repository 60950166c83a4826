/* SPDX-License-Identifier: MIT */
/*
 * outbox.h - results on their way out: as they finish, or in the order of their
 * jobs.
 *
 * A reader that is slow never blocks this process: what it does not take waits
 * here, and who fills the outbox looks at how much that is.
 */
#ifndef BATCH_OUTBOX_H
#define BATCH_OUTBOX_H

#include "job.h"

#include "../output.h"

struct job_list {
    struct job *first;
    struct job **end;
};

struct outbox {
    struct output *output;
    int own_fd;        /* the same pipe, opened anew so as not to block; or -1 */
    bool never_blocks; /* a regular file */
    bool is_ordered;
    struct job_list jobs; /* ordered: all that are not written; else: all that are done */
    size_t written;       /* of the first one's line */
    off_t line_start;     /* of that line, in a regular file */
    size_t waiting;       /* lines that are done and not written */
};

void outbox_init(struct outbox *outbox, struct output *output, bool is_ordered);
void outbox_release(struct outbox *outbox);

/* A job was read; and, later, it is done. They are the outbox's from then on. */
void outbox_expect(struct outbox *outbox, struct job *job);
void outbox_put(struct outbox *outbox, struct job *job);

/* Is there anything that could be written now? */
bool outbox_is_waiting(const struct outbox *outbox);

/* Write what the reader takes. A job whose line is out is given back through
 * *out, to be freed, else *out is NULL. Returns 0, or a negative errno value, and
 * then a regular file ends with the last whole line. */
int outbox_write(struct outbox *outbox, struct job **out);

#endif
