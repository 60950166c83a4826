/* SPDX-License-Identifier: MIT */
/*
 * pair.h - two boxes that talk to each other: the output of each is the input of
 * the other.
 *
 * Their pipes are direct, one description handed to each side, unless what is
 * said is to be recorded. We hold an end of each pipe beside them, so that no
 * side learns of the other's end before we know of it: who ended first is never
 * a question of luck.
 */
#ifndef RUNNER_JUDGE_PAIR_H
#define RUNNER_JUDGE_PAIR_H

#include "judgement.h"

enum { PAIR_FIRST = 0, PAIR_SECOND = 1 };

/* What is done when the second side ended, from its result: is the first side
 * told that nobody reads it any more, and ended soon? */
typedef bool pair_is_rejection(const struct dualpipe_result *result, void *argument);

struct pair_order {
    struct dualpipe_job *jobs[2];    /* standard input and output are set here */
    int64_t idle_us;                 /* both silent for so long: ended */
    size_t record_bytes;             /* how much of what is said to keep; 0: direct pipes */
    pair_is_rejection *is_rejection; /* NULL: never */
    /* When the first side failed, the second has so long to come to its end: what
     * it says then counts no more. 0: as long as it likes. */
    int64_t failed_grace_us;
    void *argument;
};

struct pair_side {
    bool has_result;
    struct dualpipe_result result;
    char *error;    /* why it has none */
    char waits[48]; /* when the pair was silent: what for */
};

struct pair {
    struct pair_side sides[2];
    int ended_first; /* PAIR_FIRST, PAIR_SECOND; -1: nobody knows */
    bool is_silent;
    bool second_was_ended; /* by us, since the first had failed */
    struct judge_exchange *exchanges;
    size_t exchange_count;
    bool exchanges_cut;
};

/* Run them to their ends. Returns 0, or -1: see the sides' errors. The pair is
 * to be released in any case. */
int pair_run(struct pair *pair, const struct pair_order *order);
void pair_release(struct pair *pair);

/* A CPU for both of a pair, as text: another one for each that asks. list as of
 * --cpus, or NULL. The caller's to free. */
char *pair_choose_cpu(const char *list);

#endif
