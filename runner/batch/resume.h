/* SPDX-License-Identifier: MIT */
/* resume.h - the results that a batch before this one left. */
#ifndef BATCH_RESUME_H
#define BATCH_RESUME_H

#include "ids.h"

#include <stdint.h>

struct resume {
    struct ids done;
    size_t results;
    size_t faults;     /* of these, without a verdict about a target */
    size_t wrong_line; /* that is no result of a batch, or 0 */
    int64_t cut_bytes; /* of a last line that was never finished */
};

/*
 * Read all results in a file, and cut off a last line that is not whole. Zeroed
 * before; to be released in any case. Returns 0; -EBADMSG, the file is none of a
 * batch: see .wrong_line, nothing was changed; or another negative errno value.
 */
int resume_read(struct resume *resume, int fd);
void resume_release(struct resume *resume);

#endif
