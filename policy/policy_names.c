/* SPDX-License-Identifier: MIT */
/* policy_names.c - the names that a text makes: groups, and sets of flags. */
#include "arena.h"
#include "policy_parser.h"

#include <string.h>

struct dp_group *dp_names_find_group(const struct dp_parser *parser, const struct dp_word *word)
{
    struct dp_group *group;

    for (group = parser->groups; group && !dp_word_is(word, group->name); group = group->next)
        ;
    return group;
}

int dp_names_enter_group(struct dp_parser *parser, const struct dp_line *line,
                         const struct dp_word *word)
{
    const struct dp_group *group = dp_names_find_group(parser, word);

    if (!group)
        return dp_text_wrong(parser->error, line, word->column,
                             "unknown group '%.*s'; expected a built-in one as @memory, or one "
                             "that a `group` line above makes",
                             DP_WORD_ARGS(word));
    if (parser->is_checking)
        return 0;
    return dp_parser_enter(parser, line, word, group->text, group->start, group->first_line);
}

int dp_names_define_group(struct dp_parser *parser, const struct dp_line *line, size_t start,
                          struct dp_group **made)
{
    const struct dp_word *word = &line->words[1];
    struct dp_group *group;

    if (line->count != 2 || word->text[0] != '@' || word->length < 2)
        return dp_text_wrong(parser->error, line, 1, "expected `group @NAME`");
    group = dp_names_find_group(parser, word);
    if (group && group->text == line->frame->text && group->start == start) {
        *made = group; /* its text is used a second time */
        return 0;
    }
    if (group)
        return dp_text_wrong(parser->error, line, word->column,
                             "the group '%.*s' is made already by %s, line %u", DP_WORD_ARGS(word),
                             group->text->name, group->first_line - 1);
    group = dp_arena_take(parser->arena, sizeof(*group));
    if (!group)
        return dp_text_no_memory(parser->error);
    group->name = dp_arena_copy(parser->arena, word->text, word->length);
    group->text = line->frame->text;
    group->start = start;
    group->first_line = line->number + 1;
    *made = group;
    return group->name ? 0 : dp_text_no_memory(parser->error);
}

void dp_names_add_group(struct dp_parser *parser, struct dp_group *group)
{
    struct dp_word name = {group->name, strlen(group->name), 1};

    if (dp_names_find_group(parser, &name))
        return;
    group->next = parser->groups;
    parser->groups = group;
}

static struct dp_flag_set *find_own_set(const struct dp_parser *parser, const struct dp_line *line,
                                        const struct dp_word *word, bool *is_taken)
{
    struct dp_flag_set *set;

    *is_taken = false;
    for (set = parser->sets; set; set = set->next) {
        if (!dp_word_is(word, set->name))
            continue;
        *is_taken = set->mark.text != line->frame->text;
        return set;
    }
    return NULL;
}

static int make_set(struct dp_parser *parser, const struct dp_line *line, enum dp_kind kind,
                    struct dp_flag_set **made)
{
    const struct dp_word *word = &line->words[1];
    bool is_taken;

    *made = find_own_set(parser, line, word, &is_taken);
    if (*made && (is_taken || (*made)->kind != kind))
        return dp_text_wrong(parser->error, line, word->column,
                             "the set '%.*s' is made already by %s, line %u", DP_WORD_ARGS(word),
                             (*made)->mark.text->name, (*made)->mark.line);
    if (*made)
        return 0;
    *made = dp_arena_take(parser->arena, sizeof(**made));
    if (!*made)
        return dp_text_no_memory(parser->error);
    (*made)->name = dp_arena_copy(parser->arena, word->text, word->length);
    (*made)->kind = kind;
    (*made)->mark = dp_mark_of(line);
    (*made)->next = parser->sets;
    if (!(*made)->name)
        return dp_text_no_memory(parser->error);
    parser->sets = *made;
    return 0;
}

/* "flags @NAME CALL ARGUMENT FLAGS...": lines with one name add up. */
int dp_names_read_flags(struct dp_parser *parser, const struct dp_line *line)
{
    struct dp_condition_reader reader = dp_parser_condition_reader(parser, line);
    struct dp_argument argument;
    struct dp_flag_set *set = NULL;
    unsigned i;
    int number;
    int result;

    if (line->count < 5 || line->words[1].text[0] != '@' || line->words[1].length < 2)
        return dp_text_wrong(parser->error, line, line->words[0].column,
                             "expected `flags @NAME CALL ARGUMENT FLAGS...`");
    result = dp_parser_find_call(parser, line, &line->words[2], &number);
    if (result == 0)
        result = dp_condition_read_argument(&reader, &line->words[3], number, &argument);
    if (result == 0)
        result = make_set(parser, line, argument.kind, &set);
    for (i = 4; i < line->count && result == 0; i++)
        result = dp_condition_read_flags(&reader, &line->words[i], argument.kind, &set->bits);
    return result;
}
