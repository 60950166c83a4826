/* SPDX-License-Identifier: MIT */
/*
 * policy_parser.h - what the parts of the parser share: policy_parse.c reads lines,
 * policy_texts.c has the texts, policy_names.c groups and sets, policy_answers.c the
 * statements about calls.
 *
 * All return 0 or a negative errno value, with the parser's error set.
 */
#ifndef DP_POLICY_PARSER_H
#define DP_POLICY_PARSER_H

#include "policy_condition.h"
#include "policy_rules.h"
#include "policy_settings.h"

#define DP_TEXTS_MAX 64 /* different ones, in one policy */
#define DP_USES_MAX 256 /* so that texts which use each other end soon */

/* Lines between "group @NAME" and "end". */
struct dp_group {
    struct dp_group *next;
    const char *name; /* with its "@" */
    const struct dp_text *text;
    size_t start;        /* of the first line in the text */
    unsigned first_line; /* its number */
};

struct dp_loaded {
    struct dp_text text;
    char sha256[65];
    bool is_used; /* for the policy's hash */
};

/* "kill @GROUP": the answer for every call that the group names. */
struct dp_override {
    const struct dp_line *line;
    unsigned column;
    enum dp_answer answer;
    int errnum;
};

struct dp_parser {
    struct dp_policy_error *error;
    struct dp_arena *arena;
    const struct dp_text_source *source;
    struct dp_rules rules;
    struct dp_settings settings;
    struct dp_group *groups;
    struct dp_flag_set *sets;
    struct dp_loaded *texts[DP_TEXTS_MAX];
    size_t text_count;
    size_t byte_count;
    unsigned use_count;
    unsigned last_id;
    bool is_checking; /* a group's lines are read, not applied */
    const struct dp_override *override;
};

/* Say what is expected behind the last word of a line. */
int dp_parser_expected(struct dp_parser *parser, const struct dp_line *line, const char *what);

/* Read a text, or a part of it, on behalf of a line. */
int dp_parser_enter(struct dp_parser *parser, const struct dp_line *line,
                    const struct dp_word *word, const struct dp_text *text, size_t start,
                    unsigned first_line);

/* Texts */

int dp_texts_add(struct dp_parser *parser, const struct dp_text *text,
                 const struct dp_text **added);
/* A text counts for the hash from its first use on, in that order. */
void dp_texts_use(struct dp_parser *parser, const struct dp_text *text);
/* Get a text by the name that a line has for it: each text once. */
int dp_texts_load(struct dp_parser *parser, const struct dp_line *line, const struct dp_word *word,
                  const struct dp_text **found);
void dp_texts_hash(const struct dp_parser *parser, size_t main_index, char sha256[65]);

/* Names */

/* The group, or NULL. */
struct dp_group *dp_names_find_group(const struct dp_parser *parser, const struct dp_word *word);
int dp_names_enter_group(struct dp_parser *parser, const struct dp_line *line,
                         const struct dp_word *word);
/* A group whose lines start there. It has no name before it is added. */
int dp_names_define_group(struct dp_parser *parser, const struct dp_line *line, size_t start,
                          struct dp_group **made);
void dp_names_add_group(struct dp_parser *parser, struct dp_group *group);
/* "flags @NAME CALL ARGUMENT FLAGS...". */
int dp_names_read_flags(struct dp_parser *parser, const struct dp_line *line);

/* Calls */

int dp_parser_find_call(struct dp_parser *parser, const struct dp_line *line,
                        const struct dp_word *word, int *number);
struct dp_condition_reader dp_parser_condition_reader(struct dp_parser *parser,
                                                      const struct dp_line *line);

/* Statements, each with its word first. */
int dp_answers_read_allow(struct dp_parser *parser, const struct dp_line *line);
int dp_answers_read_kill(struct dp_parser *parser, const struct dp_line *line);
int dp_answers_read_enosys(struct dp_parser *parser, const struct dp_line *line);
int dp_answers_read_errno(struct dp_parser *parser, const struct dp_line *line);
int dp_answers_read_witness(struct dp_parser *parser, const struct dp_line *line);
int dp_answers_read_otherwise(struct dp_parser *parser, const struct dp_line *line);

#endif
