/* SPDX-License-Identifier: MIT */
/* jobs.h - the kinds of jobs of the soak: good, bad and hostile ones, each with the
 * verdicts that are right for it. */
#ifndef SOAK_JOBS_H
#define SOAK_JOBS_H

#include "dualpipe.h"

#define MAY(verdict) (UINT32_C(1) << (verdict))

/* What its input and its output are. */
enum soak_data {
    DATA_NONE = 0,
    DATA_NOTHING, /* no output may come */
    DATA_ECHO,    /* random bytes, which come back as they were */
    DATA_FILE,    /* the same, brought as a file */
    DATA_DOUBLE,  /* a random number, whose double comes back */
};

struct soak_kind {
    const char *what;
    const char *argv[5]; /* a bare name is a program of the tests' */
    struct dualpipe_limits limits;
    uint32_t verdicts; /* that may come: bits */
    int status;        /* as from wait(2), or -1: any */
    enum soak_data data;
    bool is_cancelled;
    unsigned weight; /* how often, against the others */
};

extern const struct soak_kind soak_kinds[];
extern const unsigned soak_kind_count;

#endif
