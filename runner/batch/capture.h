/* SPDX-License-Identifier: MIT */
/*
 * capture.h - what is kept of an output: its head and its tail, how much was
 * between them, a hash of the whole, and whether it was what was expected.
 *
 * It takes the output as it comes, in the thread that supervises the run, and
 * needs no more memory than what it may keep, however long the output.
 */
#ifndef BATCH_CAPTURE_H
#define BATCH_CAPTURE_H

#include "../../policy/sha256.h"
#include "comparison.h"

#include <stdint.h>

struct capture {
    size_t keep;        /* so many bytes, half of them head where there are more */
    char *bytes;        /* the head, then a ring for the tail */
    size_t room;        /* allocated of it */
    int64_t seen;       /* bytes that came */
    bool is_hashed;     /* is the hash wanted? */
    bool out_of_memory; /* what was to be kept is not all there */
    struct dp_sha256 hash;
    struct comparison *comparison; /* or NULL; borrowed */
};

void capture_init(struct capture *capture, size_t keep, bool is_hashed,
                  struct comparison *comparison);
void capture_release(struct capture *capture);

/* Forget all that came, for another attempt. */
void capture_restart(struct capture *capture);

/* Of the type of a dualpipe_sink: the argument is the capture. */
void capture_add(void *argument, const void *bytes, size_t size);

/* After the end: put the tail in order, and cut both parts between characters
 * where what is kept is not all. Then the parts and what is between them. */
struct captured {
    const char *head;
    size_t head_size;
    const char *tail; /* NULL where the head is all */
    size_t tail_size;
    int64_t omitted;
};
void capture_finish(struct capture *capture, struct captured *captured);

/* 64 hexadecimal digits; once, after the end. */
void capture_hash(struct capture *capture, char text[65]);

#endif
