/* SPDX-License-Identifier: MIT */
/* policy_text.h - policy texts as bytes: read, checked, cut into words. */
#ifndef DP_POLICY_TEXT_H
#define DP_POLICY_TEXT_H

#include "policy.h"

#include <errno.h>

#define DP_TEXT_BYTES_MAX 262144 /* of all the texts of one policy */
#define DP_LINE_BYTES_MAX 1000
#define DP_WORDS_MAX 64 /* in one line */
#define DP_DEPTH_MAX 8  /* texts and groups that use each other */
#define DP_RULES_MAX 4096

struct dp_text {
    const char *name; /* for messages; of a file, its path */
    const char *data;
    size_t size;
};

/*
 * Where "use NAME" finds texts. user is the text with that line, NULL for none.
 * The text is taken from the arena, or lives as long as the source. Returns 0
 * or a negative errno value; -ENOENT where there is no such text.
 */
struct dp_text_source {
    int (*find)(const struct dp_text_source *source, struct dp_arena *arena,
                const struct dp_text *user, const char *name, struct dp_text *text);
    const void *data; /* of the source itself */
};

/* The name under which a source keeps the built-in groups. */
#define DP_GROUPS_NAME "groups"

/* A text, or one group of it, while it is being read. */
struct dp_frame {
    const struct dp_text *text;
    size_t start;                /* in the text */
    const struct dp_frame *user; /* the one that uses this one, or NULL */
    unsigned depth;
    unsigned id; /* no other frame has it */
};

struct dp_word {
    const char *text; /* without a NUL at its end */
    size_t length;
    unsigned column; /* from 1 */
};

struct dp_line {
    const struct dp_frame *frame;
    unsigned number; /* from 1 */
    unsigned count;  /* of words; comments are none */
    struct dp_word words[DP_WORDS_MAX];
};

/* Where something was said, for later messages. */
struct dp_mark {
    const struct dp_text *text;
    unsigned frame; /* its .id; 0: it was never said */
    unsigned line;
};

struct dp_mark dp_mark_of(const struct dp_line *line);

/* Put a message at a place. The macros are -EINVAL, where compilers can see it. */
#define dp_text_wrong(error, line, column, ...)                                                    \
    (dp_text_say(error, line, column, __VA_ARGS__), -EINVAL)
#define dp_text_wrong_at(error, mark, ...) (dp_text_say_at(error, mark, __VA_ARGS__), -EINVAL)
__attribute__((format(printf, 4, 5))) void dp_text_say(struct dp_policy_error *error,
                                                       const struct dp_line *line, unsigned column,
                                                       const char *format, ...);
__attribute__((format(printf, 3, 4))) void dp_text_say_at(struct dp_policy_error *error,
                                                          const struct dp_mark *mark,
                                                          const char *format, ...);
/* There is no memory: -ENOMEM. */
#define dp_text_no_memory(error) (dp_text_say_no_memory(error), -ENOMEM)
void dp_text_say_no_memory(struct dp_policy_error *error);

/* True when b stands in the text that uses a's text, or in one further up. */
bool dp_mark_is_above(const struct dp_mark *b, const struct dp_frame *a);

/*
 * Whether this line may replace what was said at the mark: said by a text that
 * is used, yes; twice in one text, or by a text that uses this one, no.
 */
int dp_text_may_replace(struct dp_policy_error *error, const struct dp_line *line, unsigned column,
                        const struct dp_mark *mark, const char *what);

bool dp_word_is(const struct dp_word *word, const char *text);
/* The first so many bytes of a word, or what is behind them. */
struct dp_word dp_word_head(const struct dp_word *word, size_t length);
struct dp_word dp_word_tail(const struct dp_word *word, size_t length);
/* Where the first of the characters is, or the word's length. */
size_t dp_word_find(const struct dp_word *word, const char *characters);

/* For "%.*s" in messages: long words are cut. */
#define DP_WORD_ARGS(word) ((int)((word)->length < 40 ? (word)->length : 40)), (word)->text

/* Check the bytes of a text: lines, newlines, no control characters. */
int dp_text_check(const struct dp_text *text, struct dp_policy_error *error);

/* Cut the line that starts at *offset into words; *offset moves behind it. */
int dp_text_read_line(struct dp_line *line, size_t *offset, struct dp_policy_error *error);

/* Read a regular file. Nothing else is waited for: a FIFO is -EINVAL. */
int dp_text_read_file(struct dp_text *text, struct dp_arena *arena, const char *path);

#endif
