/* SPDX-License-Identifier: MIT */
/* language.h - the table of languages: see policy/languages for its form. */
#ifndef RUNNER_JUDGE_LANGUAGE_H
#define RUNNER_JUDGE_LANGUAGE_H

#include "allocate.h"

#include <stdbool.h>
#include <stdint.h>

struct command {
    char *policy;
    struct texts words; /* none: there is no such command */
};

struct language {
    char *name;
    char *title;
    struct texts also;
    struct texts extensions;
    char *mark; /* what a source of it has, where another language has its ending; or NULL */
    bool is_known_only; /* there are no commands for it */
    struct command compile;
    struct command run;
    struct texts version;
    struct texts mains;
    struct texts environment;
    int64_t source_bytes; /* 0: the problem's */
    int64_t memory_extra_bytes;
    int64_t processes; /* 0: the policy's */
};

struct languages {
    struct language *items;
    size_t count;
};

/* Add what a text says; name is for messages. Returns 0, or -1 and *error, the
 * caller's to free. */
int languages_read(struct languages *languages, const char *text, const char *name, char **error);
int languages_read_builtin(struct languages *languages, char **error);
void languages_release(struct languages *languages);

/* By name or another name, by a file's ending and marks; NULL: there is none. */
const struct language *languages_find(const struct languages *languages, const char *name);
const struct language *languages_of_file(const struct languages *languages, const char *file,
                                         const char *bytes, size_t size);
bool language_has_file(const struct language *language, const char *file);


#endif
