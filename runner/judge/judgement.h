/* SPDX-License-Identifier: MIT */
/*
 * judgement.h - a finished judgement: what was found out about submissions to
 * one problem. Plain values, owned by the judgement; whoever writes it out
 * (JSON, HTML, JUnit, a table, CSV) only reads. Any text may be NULL: there is
 * nothing to say. Texts from a target are bytes cut to fit: they may hold
 * control characters and bytes that are not UTF-8, but no NUL.
 */
#ifndef RUNNER_JUDGE_JUDGEMENT_H
#define RUNNER_JUDGE_JUDGEMENT_H

#include "dualpipe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a case and of a submission. Zero is "skipped": nothing was found out. */
enum judge_verdict {
    JUDGE_SKIPPED = 0,
    JUDGE_ACCEPTED,
    JUDGE_WRONG_ANSWER,
    JUDGE_TIME_LIMIT,
    JUDGE_MEMORY_LIMIT,
    JUDGE_OUTPUT_LIMIT,
    JUDGE_RUN_TIME_ERROR,
    JUDGE_VIOLATION,
    JUDGE_IDLE,
    JUDGE_COMPILE_ERROR,
    JUDGE_JUDGE_ERROR,
    JUDGE_VERDICT_COUNT,
};

/* "wrong-answer": static text, never NULL. */
const char *judge_verdict_name(enum judge_verdict verdict);

/* A score that may be missing: where the problem has none, .known is false. */
struct judge_score {
    bool known;
    double points;
};

/* Where an output first differs from the answer. line and token count from 1;
 * line 0: there is no such place. */
struct judge_difference {
    size_t line;         /* of the output */
    size_t token;        /* within that line; 0: the white space differs */
    size_t answer_line;  /* the line of the answer that it was compared with */
    char *expected;      /* the token; NULL: the end of the answer */
    char *found;         /* the token; NULL: the end of the output */
    char *expected_line; /* the whole line around it, cut to fit */
    char *found_line;
};

/* One piece of a conversation between a submission and an interactor. */
struct judge_exchange {
    int64_t at_us; /* since the first instruction of the submission */
    bool to_submission;
    char *text; /* text_size bytes; may hold NUL */
    size_t text_size;
};

struct judge_case {
    char *name;  /* "secret/group1/03": where it is beneath data/, no suffix */
    char *group; /* "secret/group1"; "" for a plain folder */
    enum judge_verdict verdict;
    char *reason; /* one sentence for people */
    bool was_run; /* else .run is zeroed: skipped, or it could not be made */
    struct dualpipe_result run;
    bool had_interactor;
    struct dualpipe_result interactor;
    unsigned passes; /* of a multi-pass problem; else 1 */
    struct judge_score score;
    bool has_multiplier; /* the validator left a score_multiplier.txt: */
    double multiplier;
    char *message;      /* of the validator, for the judges: judgemessage.txt */
    char *team_message; /* for the submission's author: teammessage.txt */
    struct judge_difference difference;
    char *standard_error; /* what it wrote there, cut to fit */
    struct judge_exchange *exchanges;
    size_t exchange_count;
    bool exchanges_cut; /* there were more than are kept */
};

/* A group of cases: how it was scored. Also "sample" and "secret" themselves. */
struct judge_group {
    char *name; /* "secret/group1" */
    enum judge_verdict verdict;
    struct judge_score score;
    struct judge_score max_score;
};

/* How a submission was compiled. */
struct judge_compile {
    bool was_run; /* false: nothing to compile, or no toolchain */
    bool ok;
    char *command;  /* as a shell would be given it */
    char *messages; /* of the compiler, cut to fit */
    bool messages_cut;
    struct dualpipe_result run;
};

/* What a package expects of one of its submissions; sets of
 * 1u << enum judge_verdict. Both 0: nothing is expected. */
struct judge_expected {
    char *source;       /* "wrong_answer", or a pattern of submissions.yaml */
    uint32_t permitted; /* the verdicts that cases may have */
    uint32_t required;  /* at least one case must have one of these; 0: no such rule */
    bool has_score;
    double score_low;
    double score_high;
};

struct judge_submission {
    char *file;     /* as it was named; within a package "wrong_answer/x.py" */
    char *language; /* "c++", a name of the languages' table; NULL: unknown */
    char *language_version;
    enum judge_verdict verdict; /* in total */
    char *reason;
    struct judge_score score;
    int64_t cpu_us;            /* of its slowest case */
    int64_t memory_peak_bytes; /* of its largest case, or DUALPIPE_UNKNOWN */
    struct judge_compile compile;
    struct judge_case *cases;
    size_t case_count;
    struct judge_group *groups;
    size_t group_count;
    struct judge_expected expected;
    bool is_data;       /* no submission: data of the package that was checked */
    bool agrees;        /* with what is expected; true where nothing is */
    char *disagreement; /* why not, in one sentence */
};

enum judge_kind {
    JUDGE_PASS_FAIL = 0,
    JUDGE_SCORING = 1 << 0,
    JUDGE_INTERACTIVE = 1 << 1,
    JUDGE_MULTI_PASS = 1 << 2,
    JUDGE_SUBMIT_ANSWER = 1 << 3,
};

struct judge_problem {
    char *path;                    /* as it was named */
    char *name;                    /* its title, or the directory's name */
    char *format;                  /* "2025-09", "legacy", "legacy-icpc", "folder" */
    unsigned kind;                 /* a set of enum judge_kind */
    struct dualpipe_limits limits; /* of a run of a submission */
    struct judge_score max_score;
    char **warnings; /* about the package */
    size_t warning_count;
};

struct judgement {
    struct judge_problem problem;
    struct judge_submission *submissions;
    size_t submission_count;
    char *error; /* why nothing could be judged at all */
};

#endif
