/* SPDX-License-Identifier: MIT */
/*
 * policy_condition.h - the words behind a call's name, to masks and values.
 *
 *     fd=stdout|stderr          one of these values
 *     prot:PROT_READ            all of these bits
 *     prot:!PROT_EXEC           none of these bits
 *     flags:only(A|B)           no other bits than these
 *     flags:A|B,!C|D,@set       all of that
 */
#ifndef DP_POLICY_CONDITION_H
#define DP_POLICY_CONDITION_H

#include "policy_text.h"
#include "syscall_table.h"

#define DP_CHOICES_MAX 64 /* values of one word, and alternatives of one line */

/* Bits that are fixed, and to what. */
struct dp_bits {
    uint64_t mask;
    uint64_t value;
};

/* A named set of flags, as "flags @thread clone flags ..." makes it. */
struct dp_flag_set {
    struct dp_flag_set *next;
    const char *name; /* with its "@" */
    enum dp_kind kind;
    struct dp_bits bits;
    struct dp_mark mark;
};

/* What a condition is read with. */
struct dp_condition_reader {
    const struct dp_line *line;
    struct dp_policy_error *error;
    const struct dp_flag_set *sets;
    const struct dp_text *used; /* set to the text whose set was used last */
};

/* True for a word that is meant as a condition, well made or not. */
bool dp_word_is_condition(const struct dp_word *word);

/* Read flags ("A|B,!C,only(D),@set") and add them to the bits. */
int dp_condition_read_flags(struct dp_condition_reader *reader, const struct dp_word *word,
                            enum dp_kind kind, struct dp_bits *bits);

/* Find an argument of a call, or say which there are. */
int dp_condition_read_argument(struct dp_condition_reader *reader, const struct dp_word *word,
                               int number, struct dp_argument *argument);

/*
 * Read one condition about the call and give each of the alternatives every
 * value that it allows: their number multiplies.
 */
struct dp_choices {
    struct dp_alternative alternatives[DP_CHOICES_MAX];
    unsigned count;
};
int dp_condition_read(struct dp_condition_reader *reader, const struct dp_word *word, int number,
                      struct dp_choices *choices);

#endif
