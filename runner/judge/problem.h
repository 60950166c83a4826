/* SPDX-License-Identifier: MIT */
/*
 * problem.h - a problem as it is judged: whatever format it came in.
 *
 * A package is a tree of files that somebody else made. It is read beneath one
 * descriptor: no name and no link leads out of it.
 */
#ifndef RUNNER_JUDGE_PROBLEM_H
#define RUNNER_JUDGE_PROBLEM_H

#include "allocate.h"
#include "default_validator.h"
#include "judgement.h"

#include <stdbool.h>
#include <stdint.h>

enum format { FORMAT_FOLDER = 0, FORMAT_LEGACY, FORMAT_LEGACY_ICPC, FORMAT_2025_09 };

enum aggregation { AGGREGATE_PASS_FAIL = 0, AGGREGATE_SUM, AGGREGATE_MIN };

/* Of legacy's default grader. */
enum verdict_mode { VERDICT_WORST_ERROR = 0, VERDICT_FIRST_ERROR, VERDICT_ALWAYS_ACCEPT };
enum score_mode { SCORE_SUM = 0, SCORE_AVERAGE, SCORE_MIN, SCORE_MAX };

#define NO_GROUP SIZE_MAX

/* Arguments of input validators: args.items[i] is for the one that is called
 * names.items[i], or for each of them where that is "". */
struct input_args {
    struct texts names;
    struct texts args;
};

/* A group of test cases, in the order of their names. What is inherited is
 * filled in. */
struct group {
    char *name;    /* "secret/group1"; "" for the root of legacy's data */
    size_t parent; /* or NO_GROUP */
    struct texts args;
    struct texts validator_args;
    char *validator; /* legacy: the one that is run; NULL: all */
    struct input_args input_args;
    bool full_feedback;

    enum aggregation aggregation; /* 2025-09 */
    bool is_bounded;
    double max_score;
    struct texts require_pass;
    bool has_static;     /* a case for the static validator */
    double static_score; /* at most; of groups with scores */
    struct texts static_args;

    bool goes_on; /* legacy: on_reject: continue */
    enum verdict_mode verdict_mode;
    enum score_mode score_mode;
    bool ignores_sample;
    bool accepts_any;
    bool custom_grading;
    struct texts grader_flags;
    double accept_score;
    double reject_score;
    double range_low;
    double range_high;
};

struct test {
    char *name;     /* "secret/group1/03" */
    size_t group;   /* its index */
    bool is_static; /* the static validator's, without files */
    char *input;    /* paths beneath the problem's directory */
    char *answer;
    char *output; /* of data/valid_output and the like */
    char *files;  /* a directory, or NULL */
    struct texts args;
    struct texts validator_args;
    char *validator; /* of output_validators; NULL: all */
    struct input_args input_args;
    char *hint;
};

struct tests {
    struct test *items;
    size_t count;
};

/* What is to be seen of a submission, or of its runs over some cases. */
struct expectation {
    char *source;        /* for people */
    char *cases;         /* a pattern of groups or cases; NULL: all */
    bool is_about_total; /* the verdict in total, not those of cases */
    uint32_t permitted;  /* 0: whatever */
    uint32_t required;   /* 0: none */
    bool has_score;
    double score_low;
    double score_high;
    bool is_partial;    /* legacy: accepted, and not with the full score */
    char *message;      /* to be found in a judgemessage.txt */
    int time_limit_use; /* 1: bounds the time limit from below, 2: from above */
};

/* A submission that the package brings along. */
struct example {
    char *path;        /* beneath submissions/ */
    char *language;    /* or NULL */
    char *entry_point; /* or NULL */
    struct expectation *expectations;
    size_t expectation_count;
};

struct constant {
    char *name;
    char *value;
};

struct problem {
    char *path;      /* as it was named */
    char *directory; /* absolute; a private copy of an archive */
    int fd;          /* of that directory */
    bool is_copy;    /* to be removed again */
    enum format format;
    bool is_draft;
    unsigned kind; /* a set of enum judge_kind */
    char *name;

    double time_limit_s; /* 0: to be found out */
    double ac_to_time_limit;
    double time_limit_to_tle;
    double time_resolution_s;
    int64_t memory_bytes;
    int64_t output_bytes;
    int64_t code_bytes;
    int64_t compile_us;
    int64_t compile_memory_bytes;
    int64_t validation_us;
    int64_t validation_memory_bytes;
    int64_t validation_output_bytes;
    unsigned passes_max;
    struct texts languages; /* none: all */
    bool allows_writing;
    struct constant *constants;
    size_t constant_count;

    bool is_custom;                 /* legacy: validation: custom */
    struct texts output_validators; /* beneath the directory; none: the default one */
    char *static_validator;
    struct texts input_validators;
    struct texts validator_flags; /* legacy: before those of a group */
    char *grader;
    bool minimizes;
    struct group *groups;
    size_t group_count;
    struct test *tests;
    size_t test_count;
    struct example *examples;
    size_t example_count;
    struct texts warnings;
    char *error; /* why it cannot be read */
};

/* Read what path names: a package, as a directory or a zip file, or a plain
 * folder of N.in and N.out or N.ans. Returns 0, or -1 and problem->error. The
 * problem is to be released in any case. */
int problem_read(struct problem *problem, const char *path);
void problem_release(struct problem *problem);

/* The parts of it, each in a file of its own; all return 0, or -1 with the
 * error set. */
int package_read_settings(struct problem *problem);
int package_read_data(struct problem *problem);
int package_read_group(struct problem *problem, struct group *group, const char *directory);
int package_read_case(struct problem *problem, struct test *test, const char *path);
int package_read_examples(struct problem *problem);
/* All N.in beneath data/directory, where that is there; answers and outputs may be
 * missing. To be released in any case. */
int package_read_extra(struct problem *problem, const char *directory, struct tests *tests);
void tests_release(struct tests *tests);
void group_release(struct group *group);
void test_release(struct test *test);
int folder_read(struct problem *problem);

/* Is this the name of a program at path, with its ending or without? */
bool program_is_named(const char *path, const char *name);

void input_args_copy(struct input_args *to, const struct input_args *from); /* adds */
void input_args_release(struct input_args *input_args);

/* Set the error, the first one only. Returns -1. */
int problem_fail(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void problem_warn(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Open beneath the problem's directory; links lead no further than that. Returns
 * the descriptor, or a negative errno value. */
int problem_open(const struct problem *problem, const char *path, int flags);
bool problem_has_file(const struct problem *problem, const char *path);
/* No larger than test data may be? Returns 0, or -1 and problem.error. */
int problem_check_size(struct problem *problem, const char *path);
bool problem_has_directory(const struct problem *problem, const char *path);

/* The names in a directory, sorted bytewise; those that the format does not know
 * are left out. Returns 0, or a negative errno value. */
int problem_list(const struct problem *problem, const char *path, struct texts *names);

/* The whole of a file, at most max bytes, with a NUL added. Returns it, or NULL
 * with the error set. */
char *problem_read_file(struct problem *problem, const char *path, size_t max, size_t *size);

/* Put the constants' values in where {{name}} stands. Returns a new text. */
char *problem_replace_constants(const struct problem *problem, const char *bytes, size_t size,
                                size_t *new_size);

const char *format_name(enum format format);

#endif
