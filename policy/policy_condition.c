/* SPDX-License-Identifier: MIT */
/* policy_condition.c - the words behind a call's name, to masks and values. */
#include "policy_condition.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ONLY "only("

/* Values that an argument may have. */
struct values {
    struct dp_bits at[DP_CHOICES_MAX];
    unsigned count;
};

bool dp_word_is_condition(const struct dp_word *word)
{
    return dp_word_find(word, "=:<>!~&") < word->length;
}

/* Put the names of a call's arguments into text. */
static void list_arguments(char *text, size_t size, int number)
{
    struct dp_argument argument;
    size_t length = 0;
    unsigned i;

    text[0] = '\0';
    for (i = 0; dp_syscall_argument_at(number, i, &argument); i++) {
        int n = snprintf(text + length, size - length, "%s%.*s", i > 0 ? ", " : "",
                         (int)argument.length, argument.name);

        if (n < 0 || (size_t)n >= size - length)
            return;
        length += (size_t)n;
    }
}

int dp_condition_read_argument(struct dp_condition_reader *reader, const struct dp_word *word,
                               int number, struct dp_argument *argument)
{
    char names[100];

    if (dp_syscall_argument_named(number, word->text, word->length, argument))
        return 0;
    list_arguments(names, sizeof(names), number);
    if (names[0] == '\0')
        return dp_text_wrong(reader->error, reader->line, word->column,
                             "%s takes no conditions: it has no arguments that could be named",
                             dualpipe_syscall_name(number));
    return dp_text_wrong(reader->error, reader->line, word->column,
                         "%s has no argument '%.*s'; expected one of %s",
                         dualpipe_syscall_name(number), DP_WORD_ARGS(word), names);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

/* Returns 0, -EINVAL where it is no number, -ERANGE where it has over 64 bits. */
static int read_digits(const struct dp_word *word, unsigned base, uint64_t *value)
{
    bool is_large = false;
    uint64_t sum = 0;
    size_t i;

    if (word->length == 0)
        return -EINVAL;
    for (i = 0; i < word->length; i++) {
        unsigned digit = (unsigned)digit_of(word->text[i]);

        if (digit >= base)
            return -EINVAL;
        is_large |= __builtin_mul_overflow(sum, (uint64_t)base, &sum);
        is_large |= __builtin_add_overflow(sum, (uint64_t)digit, &sum);
    }
    *value = sum;
    return is_large ? -ERANGE : 0;
}

static bool starts_with(const struct dp_word *word, const char *start)
{
    return word->length >= strlen(start) && memcmp(word->text, start, strlen(start)) == 0;
}

/* "12", "0x1f", "-1". */
static int read_number(const struct dp_word *word, uint64_t *value)
{
    struct dp_word digits = *word;
    bool is_negative = starts_with(word, "-");
    int result;

    if (is_negative)
        digits = dp_word_tail(word, 1);
    if (starts_with(&digits, "0x")) {
        digits = dp_word_tail(&digits, 2);
        result = read_digits(&digits, 16, value);
    } else if (starts_with(&digits, "0") && digits.length > 1) {
        return -EINVAL; /* octal to some, decimal to others */
    } else {
        result = read_digits(&digits, 10, value);
    }
    if (result != 0 || !is_negative)
        return result;
    if (*value > UINT64_C(1) << 63)
        return -ERANGE;
    *value = -*value;
    return 0;
}

/* A number or the name of a constant. */
static int read_value(struct dp_condition_reader *reader, const struct dp_word *word,
                      enum dp_kind kind, uint64_t *value)
{
    int result;

    if (dp_constant_value(kind, word->text, word->length, value))
        return 0;
    result = read_number(word, value);
    if (result == -ERANGE || (result == 0 && dp_kind_is_int(kind) && *value > UINT32_MAX &&
                              *value < (uint64_t)INT64_MIN))
        return dp_text_wrong(reader->error, reader->line, word->column,
                             "the number '%.*s' is too large for this argument",
                             DP_WORD_ARGS(word));
    if (result == 0)
        return 0;
    if (dp_constant_exists(word->text, word->length))
        return dp_text_wrong(reader->error, reader->line, word->column,
                             "the constant '%.*s' does not go with this argument",
                             DP_WORD_ARGS(word));
    return dp_text_wrong(reader->error, reader->line, word->column,
                         "unknown constant '%.*s'; expected a name, or a number as 12 or 0x1f",
                         DP_WORD_ARGS(word));
}

/* Take the part up to the separator off the rest. */
static struct dp_word next_part(struct dp_word *rest, const char *separator)
{
    size_t length = dp_word_find(rest, separator);
    struct dp_word part = dp_word_head(rest, length);

    *rest = dp_word_tail(rest, length);
    return part;
}

/* True, and it is skipped, when the rest starts with a separator. */
static bool skip_separator(struct dp_word *rest)
{
    if (rest->length == 0)
        return false;
    *rest = dp_word_tail(rest, 1);
    return true;
}

static int add_value(struct dp_condition_reader *reader, const struct dp_word *word,
                     struct values *values, uint64_t value)
{
    if (values->count == DP_CHOICES_MAX)
        return dp_text_wrong(reader->error, reader->line, word->column, "more than %d values",
                             DP_CHOICES_MAX);
    values->at[values->count++] = (struct dp_bits){UINT64_MAX, value};
    return 0;
}

/*
 * All 64 bits are compared. The kernel reads half of an int: a negative one
 * comes with the other half clear or set, as its compiler liked, so both match.
 */
static int add_values(struct dp_condition_reader *reader, const struct dp_word *word,
                      enum dp_kind kind, struct values *values, uint64_t value)
{
    int result = add_value(reader, word, values, value);

    if (result != 0 || !dp_kind_is_int(kind) || value < (uint64_t)INT64_MIN)
        return result;
    return add_value(reader, word, values, (uint64_t)(uint32_t)value);
}

static int read_values(struct dp_condition_reader *reader, struct dp_word word, enum dp_kind kind,
                       struct values *values)
{
    do {
        struct dp_word part = next_part(&word, "|");
        uint64_t value;
        int result = read_value(reader, &part, kind, &value);

        if (result == 0)
            result = add_values(reader, &part, kind, values, value);
        if (result != 0)
            return result;
    } while (skip_separator(&word));
    return 0;
}

/* "A|B": the bits of all of them. */
static int read_bits(struct dp_condition_reader *reader, struct dp_word word, enum dp_kind kind,
                     uint64_t *bits)
{
    *bits = 0;
    do {
        struct dp_word part = next_part(&word, "|");
        uint64_t value;
        int result = read_value(reader, &part, kind, &value);

        if (result != 0)
            return result;
        if (value == 0)
            return dp_text_wrong(reader->error, reader->line, part.column,
                                 "'%.*s' has no bits that could be tested; expected a flag, or "
                                 "`=` for the whole argument",
                                 DP_WORD_ARGS(&part));
        *bits |= value;
    } while (skip_separator(&word));
    return 0;
}

static int find_set(struct dp_condition_reader *reader, const struct dp_word *word,
                    enum dp_kind kind, struct dp_bits *bits)
{
    const struct dp_flag_set *set;

    for (set = reader->sets; set; set = set->next) {
        if (!dp_word_is(word, set->name))
            continue;
        if (set->kind != kind)
            return dp_text_wrong(reader->error, reader->line, word->column,
                                 "the set '%.*s' is for another kind of argument",
                                 DP_WORD_ARGS(word));
        *bits = set->bits;
        reader->used = set->mark.text;
        return 0;
    }
    return dp_text_wrong(reader->error, reader->line, word->column,
                         "unknown set of flags '%.*s'; expected one that a `flags` line makes",
                         DP_WORD_ARGS(word));
}

/* One of "A|B", "!A|B", "only(A|B)" and "@set". */
static int read_flag_item(struct dp_condition_reader *reader, const struct dp_word *word,
                          enum dp_kind kind, struct dp_bits *bits)
{
    uint64_t named;
    int result;

    if (starts_with(word, "@"))
        return find_set(reader, word, kind, bits);
    if (starts_with(word, ONLY)) {
        struct dp_word inner = dp_word_tail(word, strlen(ONLY));

        if (inner.length == 0 || inner.text[inner.length - 1] != ')')
            return dp_text_wrong(reader->error, reader->line, word->column + (unsigned)word->length,
                                 "expected ')'");
        inner.length--;
        result = read_bits(reader, inner, kind, &named);
        *bits = (struct dp_bits){~named, 0};
        return result;
    }
    if (starts_with(word, "!")) {
        result = read_bits(reader, dp_word_tail(word, 1), kind, &named);
        *bits = (struct dp_bits){named, 0};
        return result;
    }
    result = read_bits(reader, *word, kind, &named);
    *bits = (struct dp_bits){named, named};
    return result;
}

/* Returns false where both can never hold. */
static bool merge(struct dp_bits *bits, const struct dp_bits *more)
{
    if ((bits->value ^ more->value) & bits->mask & more->mask)
        return false;
    bits->mask |= more->mask;
    bits->value |= more->value;
    return true;
}

int dp_condition_read_flags(struct dp_condition_reader *reader, const struct dp_word *word,
                            enum dp_kind kind, struct dp_bits *bits)
{
    struct dp_word rest = *word;

    do {
        struct dp_word item = next_part(&rest, ",");
        struct dp_bits more = {0, 0};
        int result = read_flag_item(reader, &item, kind, &more);

        if (result != 0)
            return result;
        if (!merge(bits, &more))
            return dp_text_wrong(reader->error, reader->line, item.column,
                                 "'%.*s' contradicts the flags before it: this can never hold",
                                 DP_WORD_ARGS(&item));
    } while (skip_separator(&rest));
    return 0;
}

/* Conditions are kept sorted by argument, so that equal ones look equal. */
static bool narrow(struct dp_alternative *alternative, unsigned argument,
                   const struct dp_bits *bits)
{
    struct dp_condition *conditions = alternative->conditions;
    unsigned at = 0;

    if (bits->mask == 0) /* only(all there are): holds always */
        return true;
    while (at < alternative->condition_count && conditions[at].argument < argument)
        at++;
    if (at < alternative->condition_count && conditions[at].argument == argument) {
        struct dp_bits both = {conditions[at].mask, conditions[at].value};

        if (!merge(&both, bits))
            return false;
        conditions[at].mask = both.mask;
        conditions[at].value = both.value;
        return true;
    }
    memmove(&conditions[at + 1], &conditions[at],
            (alternative->condition_count - at) * sizeof(*conditions));
    conditions[at] = (struct dp_condition){argument, bits->mask, bits->value};
    alternative->condition_count++;
    return true;
}

static int multiply(struct dp_condition_reader *reader, const struct dp_word *word,
                    unsigned argument, const struct values *values, struct dp_choices *choices)
{
    struct dp_choices product = {.count = 0};
    unsigned i;
    unsigned j;

    for (i = 0; i < choices->count; i++) {
        for (j = 0; j < values->count; j++) {
            struct dp_alternative alternative = choices->alternatives[i];

            if (!narrow(&alternative, argument, &values->at[j]))
                continue;
            if (product.count == DP_CHOICES_MAX)
                return dp_text_wrong(reader->error, reader->line, word->column,
                                     "more than %d combinations in one line", DP_CHOICES_MAX);
            product.alternatives[product.count++] = alternative;
        }
    }
    if (product.count == 0)
        return dp_text_wrong(reader->error, reader->line, word->column,
                             "with the conditions before it, this can never hold");
    *choices = product;
    return 0;
}

/* Returns an error for all that is not "=" or ":". */
static int check_operator(struct dp_condition_reader *reader, const struct dp_word *rest)
{
    struct dp_word after = dp_word_tail(rest, 1);

    if ((rest->text[0] == '=' || rest->text[0] == ':') &&
        (after.length == 0 || !strchr("=<>~&", after.text[0]))) {
        if (after.length > 0)
            return 0;
        return dp_text_wrong(reader->error, reader->line, after.column, "expected a value");
    }
    return dp_text_wrong(reader->error, reader->line, rest->column,
                         "only equality (fd=0) and flags (prot:!PROT_EXEC) can be tested: "
                         "filters compare values and masked values, and never order them");
}

int dp_condition_read(struct dp_condition_reader *reader, const struct dp_word *word, int number,
                      struct dp_choices *choices)
{
    struct dp_word rest = *word;
    struct dp_word name = next_part(&rest, "=:<>!~&");
    struct values values = {.count = 0};
    struct dp_argument argument;
    int result = check_operator(reader, &rest);

    if (result == 0)
        result = dp_condition_read_argument(reader, &name, number, &argument);
    if (result != 0)
        return result;
    if (rest.text[0] == '=') {
        result = read_values(reader, dp_word_tail(&rest, 1), argument.kind, &values);
    } else {
        struct dp_word flags = dp_word_tail(&rest, 1);

        values.at[values.count++] = (struct dp_bits){0, 0};
        result = dp_condition_read_flags(reader, &flags, argument.kind, &values.at[0]);
    }
    if (result != 0)
        return result;
    return multiply(reader, word, argument.index, &values, choices);
}
