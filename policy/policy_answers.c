/* SPDX-License-Identifier: MIT */
/* policy_answers.c - the statements about calls: allow, errno, kill, enosys, witness. */
#include "amount.h"
#include "policy_parser.h"
#include "syscall_table.h"

#include <stdio.h>
#include <string.h>

/* One call of a line, without conditions. */
static int answer_call(struct dp_parser *parser, const struct dp_line *line,
                       const struct dp_word *word, int number, enum dp_answer answer, int errnum)
{
    const struct dp_override *override = parser->override;

    if (parser->is_checking)
        return 0;
    if (override)
        return dp_rules_answer(&parser->rules, override->line, override->column, number,
                               override->answer, override->errnum);
    return dp_rules_answer(&parser->rules, line, word->column, number, answer, errnum);
}

int dp_parser_find_call(struct dp_parser *parser, const struct dp_line *line,
                        const struct dp_word *word, int *number)
{
    *number = dp_syscall_number(word->text, word->length);
    if (*number >= 0)
        return 0;
    return dp_text_wrong(parser->error, line, word->column,
                         "unknown system call '%.*s'; expected a name of x86-64 up to %s "
                         "(newer ones are always ENOSYS)",
                         DP_WORD_ARGS(word), dualpipe_syscall_name(DP_SYSCALL_NEWEST));
}

/* "kill @group": goes through the group's lines for the names in them. */
static int answer_group(struct dp_parser *parser, const struct dp_line *line,
                        const struct dp_word *word, enum dp_answer answer, int errnum)
{
    struct dp_override override = {line, word->column, answer, errnum};
    const struct dp_override *outer = parser->override;
    int result;

    if (!outer)
        parser->override = &override;
    result = dp_names_enter_group(parser, line, word);
    parser->override = outer;
    return result;
}

/* All words from the first on are calls or groups. */
static int answer_words(struct dp_parser *parser, const struct dp_line *line, unsigned first,
                        enum dp_answer answer, int errnum)
{
    unsigned i;

    if (line->count <= first)
        return dp_parser_expected(parser, line, "the name of a system call or of a group");
    for (i = first; i < line->count; i++) {
        const struct dp_word *word = &line->words[i];
        int number;
        int result;

        if (dp_word_is_condition(word))
            return dp_text_wrong(parser->error, line, word->column,
                                 "conditions go with `allow`: first say what else is answered, "
                                 "then `allow` the cases that are allowed");
        if (word->text[0] == '@') {
            result = answer_group(parser, line, word, answer, errnum);
        } else {
            result = dp_parser_find_call(parser, line, word, &number);
            if (result == 0)
                result = answer_call(parser, line, word, number, answer, errnum);
        }
        if (result != 0)
            return result;
    }
    return 0;
}

struct dp_condition_reader dp_parser_condition_reader(struct dp_parser *parser,
                                                      const struct dp_line *line)
{
    return (struct dp_condition_reader){line, parser->error, parser->sets, NULL};
}

/* The cases of one call that the line allows. */
static int allow_cases(struct dp_parser *parser, const struct dp_line *line,
                       const struct dp_word *word, int number, unsigned first_condition)
{
    struct dp_condition_reader reader = dp_parser_condition_reader(parser, line);
    struct dp_choices choices = {.count = 1};
    unsigned i;

    choices.alternatives[0] = (struct dp_alternative){.answer = DP_ANSWER_ALLOW};
    for (i = first_condition; i < line->count; i++) {
        int result = dp_condition_read(&reader, &line->words[i], number, &choices);

        if (result != 0)
            return result;
    }
    if (reader.used && !parser->is_checking)
        dp_texts_use(parser, reader.used);
    if (parser->override)
        return answer_call(parser, line, word, number, DP_ANSWER_ALLOW, 0);
    for (i = 0; i < choices.count && !parser->is_checking; i++) {
        int result =
            dp_rules_add(&parser->rules, line, word->column, number, &choices.alternatives[i]);

        if (result != 0)
            return result;
    }
    return 0;
}

static int allow_call(struct dp_parser *parser, const struct dp_line *line,
                      const struct dp_word *word, unsigned first_condition)
{
    int number;
    int result;

    if (word->text[0] == '@')
        return dp_text_wrong(parser->error, line, word->column,
                             "a group says itself what it allows: write `use %.*s`",
                             DP_WORD_ARGS(word));
    result = dp_parser_find_call(parser, line, word, &number);
    if (result != 0)
        return result;
    if (first_condition == line->count)
        return answer_call(parser, line, word, number, DP_ANSWER_ALLOW, 0);
    return allow_cases(parser, line, word, number, first_condition);
}

int dp_answers_read_allow(struct dp_parser *parser, const struct dp_line *line)
{
    unsigned first_condition = 1;
    unsigned i;

    while (first_condition < line->count && !dp_word_is_condition(&line->words[first_condition]))
        first_condition++;
    if (first_condition == 1)
        return dp_parser_expected(parser, line, "the name of a system call");
    for (i = first_condition; i < line->count; i++) {
        if (!dp_word_is_condition(&line->words[i]))
            return dp_text_wrong(parser->error, line, line->words[i].column,
                                 "'%.*s' is no condition; expected one as fd=stdin or "
                                 "prot:!PROT_EXEC behind the others",
                                 DP_WORD_ARGS(&line->words[i]));
    }
    for (i = 1; i < first_condition; i++) {
        int result = allow_call(parser, line, &line->words[i], first_condition);

        if (result != 0)
            return result;
    }
    return 0;
}

int dp_answers_read_kill(struct dp_parser *parser, const struct dp_line *line)
{
    return answer_words(parser, line, 1, DP_ANSWER_KILL, 0);
}

int dp_answers_read_enosys(struct dp_parser *parser, const struct dp_line *line)
{
    return answer_words(parser, line, 1, DP_ANSWER_ENOSYS, 0);
}

static int read_errno_name(struct dp_parser *parser, const struct dp_line *line, unsigned index,
                           int *errnum)
{
    if (line->count <= index)
        return dp_parser_expected(parser, line, "the name of an error, as EPERM");
    for (*errnum = 1; *errnum < 134; ++*errnum) {
        const char *name = strerrorname_np(*errnum);

        if (name && dp_word_is(&line->words[index], name))
            return 0;
    }
    return dp_text_wrong(parser->error, line, line->words[index].column,
                         "unknown error '%.*s'; expected a name as EPERM",
                         DP_WORD_ARGS(&line->words[index]));
}

int dp_answers_read_errno(struct dp_parser *parser, const struct dp_line *line)
{
    int errnum = 0;
    int result = read_errno_name(parser, line, 1, &errnum);

    return result != 0 ? result : answer_words(parser, line, 2, DP_ANSWER_ERRNO, errnum);
}

/* A power of two, as masks cannot tell others apart. */
static int read_witness_size(struct dp_parser *parser, const struct dp_line *line,
                             const struct dp_word *word, uint64_t *size)
{
    char text[32];
    int64_t bytes;

    (void)snprintf(text, sizeof(text), "%.*s", (int)word->length, word->text);
    if (word->length >= sizeof(text) || dp_amount_size(text, &bytes) < 0 || bytes <= 0)
        return dp_text_wrong(parser->error, line, word->column, "expected a size as 1M");
    if ((bytes & (bytes - 1)) != 0)
        return dp_text_wrong(parser->error, line, word->column,
                             "expected a power of two, as 1M: filters compare masked values only");
    *size = (uint64_t)bytes;
    return 0;
}

/* "witness mmap length from 1M". */
int dp_answers_read_witness(struct dp_parser *parser, const struct dp_line *line)
{
    struct dp_condition_reader reader = dp_parser_condition_reader(parser, line);
    struct dp_argument argument;
    uint64_t size = 0;
    int number;
    int result;

    if (line->count != 5 || !dp_word_is(&line->words[3], "from"))
        return dp_text_wrong(parser->error, line, line->words[0].column,
                             "expected `witness CALL ARGUMENT from SIZE`, as in `witness mmap "
                             "length from 1M`");
    result = dp_parser_find_call(parser, line, &line->words[1], &number);
    if (result == 0)
        result = dp_condition_read_argument(&reader, &line->words[2], number, &argument);
    if (result == 0)
        result = read_witness_size(parser, line, &line->words[4], &size);
    if (result == 0 && argument.kind != DP_KIND_SIZE)
        result = dp_text_wrong(parser->error, line, line->words[2].column, "'%.*s' is not a size",
                               DP_WORD_ARGS(&line->words[2]));
    if (result != 0 || parser->is_checking || parser->override)
        return result;
    return dp_rules_witness(&parser->rules, line, line->words[1].column, number, argument.index,
                            size);
}

int dp_answers_read_otherwise(struct dp_parser *parser, const struct dp_line *line)
{
    struct dp_rules *rules = &parser->rules;
    enum dp_answer answer = DP_ANSWER_KILL;
    unsigned words = 2;
    int errnum = 0;
    int result;

    if (line->count > 1 && dp_word_is(&line->words[1], "errno")) {
        answer = DP_ANSWER_ERRNO;
        words = 3;
        result = read_errno_name(parser, line, 2, &errnum);
        if (result != 0)
            return result;
    } else if (line->count > 1 && dp_word_is(&line->words[1], "enosys")) {
        answer = DP_ANSWER_ENOSYS;
    } else if (line->count < 2 || !dp_word_is(&line->words[1], "kill")) {
        return dp_text_wrong(parser->error, line, line->words[0].column,
                             "expected `otherwise kill`, `otherwise errno NAME` or `otherwise "
                             "enosys`");
    }
    if (line->count > words)
        return dp_text_wrong(parser->error, line, line->words[words].column, "unexpected '%.*s'",
                             DP_WORD_ARGS(&line->words[words]));
    result = dp_text_may_replace(parser->error, line, 1, &rules->otherwise_mark, "otherwise");
    if (result != 0)
        return result;
    rules->otherwise_mark = dp_mark_of(line);
    rules->otherwise = answer;
    rules->otherwise_errnum = errnum;
    return 0;
}
