/* SPDX-License-Identifier: MIT */
/*
 * build.h - sources made into something that can be run, in a box.
 *
 * What was built lies in a directory of ours on the host, and is shown
 * read-only to the box of each run.
 */
#ifndef RUNNER_JUDGE_BUILD_H
#define RUNNER_JUDGE_BUILD_H

#include "judgement.h"
#include "language.h"
#include "problem.h"
#include "sources.h"

struct built {
    const struct language *language; /* NULL: it has its own run script */
    char *directory;                 /* of the host */
    char *main;                      /* the entry point, beneath it; or NULL */
    char *class;                     /* Java's, "pack.Name"; NULL: as main is called */
    struct texts command;            /* of the table; {…} not filled in yet */
    char *policy;
    struct dualpipe_pool *pool;      /* warm boxes that show .directory, or NULL */
    struct dualpipe_bind pool_binds; /* of it */
};

enum build_outcome {
    BUILD_OK = 0,
    BUILD_FAILED,       /* the sources are at fault: compile-error */
    BUILD_NO_TOOLCHAIN, /* skipped */
    BUILD_BROKEN,       /* the host or the table is: judge-error */
};

struct build_order {
    const char *language;    /* by name; NULL: by the files' endings */
    const char *entry_point; /* or NULL */
    bool takes_scripts;      /* a validator: build and run */
    int64_t compile_us;
    int64_t compile_memory_bytes;
    const int *cancel_fd;
};

/* Find the language, compile. reason is the caller's to free; compile tells what
 * the compiler did. */
enum build_outcome build(struct built *built, const struct languages *languages,
                         const struct sources *sources, const struct build_order *order,
                         struct judge_compile *compile, char **reason);
void built_release(struct built *built);

/* The language of these files, or NULL and *reason. */
const struct language *build_find_language(const struct languages *languages,
                                           const struct sources *sources, const char *name,
                                           char **reason);

/* The entry point as a static validator is told it: a class, or a file's name. The
 * caller's to free. */
char *built_entry_point(const struct built *built);

/* Fill the command in for a box in which the directory is shown at inside:
 * without it ("."), paths are beneath the working directory. */
void built_command(const struct built *built, const char *inside, int64_t memory_bytes,
                   struct texts *command);

#endif
