/* SPDX-License-Identifier: MIT */
/*
 * policy_parse.c - a text to a policy: lines, statements, groups, `use`.
 *
 * The grammar is in policy/README.md. A text is read line by line, each line is
 * one statement; `use` reads another text, or a group, at its place. What a
 * statement may replace is decided in policy_rules.c.
 */
#include "policy_parse.h"
#include "arena.h"
#include "policy_parser.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The word for what is expected behind the last word of a line. */
int dp_parser_expected(struct dp_parser *parser, const struct dp_line *line, const char *what)
{
    const struct dp_word *last = &line->words[line->count - 1];

    return dp_text_wrong(parser->error, line, last->column + (unsigned)last->length, "expected %s",
                         what);
}

static int read_lines(struct dp_parser *parser, const struct dp_frame *frame, size_t offset,
                      unsigned first_line);

/* Read a text, or a part of it, on behalf of a line. */
int dp_parser_enter(struct dp_parser *parser, const struct dp_line *line,
                    const struct dp_word *word, const struct dp_text *text, size_t start,
                    unsigned first_line)
{
    struct dp_frame frame = {.text = text, .start = start};
    const struct dp_frame *user;

    frame.user = line->frame;
    frame.depth = line->frame->depth + 1;
    frame.id = ++parser->last_id;
    for (user = frame.user; user; user = user->user) {
        if (user->text == text && user->start == start)
            return dp_text_wrong(parser->error, line, word->column, "'%.*s' uses itself",
                                 DP_WORD_ARGS(word));
    }
    if (frame.depth > DP_DEPTH_MAX)
        return dp_text_wrong(parser->error, line, word->column, "more than %d levels of `use`",
                             DP_DEPTH_MAX);
    if (++parser->use_count > DP_USES_MAX)
        return dp_text_wrong(parser->error, line, word->column, "`use` more than %d times",
                             DP_USES_MAX);
    dp_texts_use(parser, text);
    return read_lines(parser, &frame, start, first_line);
}

/* `use` */

static bool is_reading_group(const struct dp_frame *frame)
{
    return frame->start > 0;
}

static int read_use(struct dp_parser *parser, const struct dp_line *line)
{
    unsigned i;

    if (line->count < 2)
        return dp_parser_expected(parser, line, "the name of a policy or of a group");
    for (i = 1; i < line->count; i++) {
        const struct dp_word *word = &line->words[i];
        const struct dp_text *text;
        int result;

        if (word->text[0] == '@') {
            result = dp_names_enter_group(parser, line, word);
        } else if (parser->is_checking || is_reading_group(line->frame)) {
            result = dp_text_wrong(parser->error, line, word->column,
                                   "a group can use groups only, and '%.*s' is none",
                                   DP_WORD_ARGS(word));
        } else {
            result = dp_texts_load(parser, line, word, &text);
            if (result == 0)
                result = dp_parser_enter(parser, line, word, text, 0, 1);
        }
        if (result != 0)
            return result;
    }
    return 0;
}

/* Settings */

static int read_view(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_view(&parser->settings, line);
}

static int read_environment(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_environment(&parser->settings, line);
}

static int read_preload(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_preload(&parser->settings, line);
}

static int read_limit(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_limit(&parser->settings, line);
}

static int read_start(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_start(&parser->settings, line);
}

static int read_layers(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_layers(&parser->settings, line);
}

static int read_exec(struct dp_parser *parser, const struct dp_line *line)
{
    return dp_settings_read_exec(&parser->settings, line);
}

/* Lines */

struct statement {
    const char *word;
    int (*read)(struct dp_parser *parser, const struct dp_line *line);
    bool is_for_groups;
};

static const struct statement statements[] = {
    {"use", read_use, true},
    {"allow", dp_answers_read_allow, true},
    {"errno", dp_answers_read_errno, true},
    {"kill", dp_answers_read_kill, true},
    {"enosys", dp_answers_read_enosys, true},
    {"witness", dp_answers_read_witness, true},
    {"otherwise", dp_answers_read_otherwise, false},
    {"flags", dp_names_read_flags, false},
    {"exec", read_exec, false},
    {"show", read_view, false},
    {"directory", read_view, false},
    {"device", read_view, false},
    {"proc", read_view, false},
    {"environment", read_environment, false},
    {"preload", read_preload, false},
    {"limit", read_limit, false},
    {"start-in", read_start, false},
    {"layers", read_layers, false},
};

static int read_statement(struct dp_parser *parser, const struct dp_line *line)
{
    bool is_in_group = parser->is_checking || is_reading_group(line->frame);
    const struct dp_word *word = &line->words[0];
    size_t i;
    int result = dp_rules_count(&parser->rules, line);

    if (result != 0)
        return result;
    for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        if (!dp_word_is(word, statements[i].word))
            continue;
        if (is_in_group && !statements[i].is_for_groups)
            return dp_text_wrong(parser->error, line, word->column,
                                 "'%s' cannot stand in a group, which is about system calls",
                                 statements[i].word);
        return statements[i].read(parser, line);
    }
    return dp_text_wrong(parser->error, line, word->column,
                         "unknown word '%.*s'; expected use, allow, errno, kill, enosys, witness, "
                         "otherwise, exec, show, directory, device, proc, environment, preload, "
                         "limit, start-in, layers, flags or group",
                         DP_WORD_ARGS(word));
}

/*
 * Lines from "group" to "end" are kept for later, and checked now: a mistake in
 * a group is found even where nothing uses it. The group gets its name at its
 * end, so that it cannot use itself.
 */
static int read_group(struct dp_parser *parser, struct dp_line *line, size_t *offset)
{
    const struct dp_text *text = line->frame->text;
    unsigned opened_at = line->number;
    struct dp_group *group = NULL;
    int result = dp_names_define_group(parser, line, *offset, &group);

    if (result != 0)
        return result;
    while (*offset < text->size) {
        line->number++;
        result = dp_text_read_line(line, offset, parser->error);
        if (result != 0)
            return result;
        if (line->count == 0)
            continue;
        if (dp_word_is(&line->words[0], "end")) {
            dp_names_add_group(parser, group);
            return line->count == 1 ? 0
                                    : dp_parser_expected(parser, line, "`end` alone on its line");
        }
        parser->is_checking = true;
        result = read_statement(parser, line);
        parser->is_checking = false;
        if (result != 0)
            return result;
    }
    return dp_text_wrong(parser->error, line, 1, "the group of line %u has no `end`", opened_at);
}

static int read_lines(struct dp_parser *parser, const struct dp_frame *frame, size_t offset,
                      unsigned first_line)
{
    struct dp_line *line = malloc(sizeof(*line)); /* 2 KiB, at each of the levels */
    int result = line ? 0 : dp_text_no_memory(parser->error);

    if (!line)
        return result;
    line->frame = frame;
    line->number = first_line - 1;
    while (result == 0 && offset < frame->text->size) {
        line->number++;
        result = dp_text_read_line(line, &offset, parser->error);
        if (result != 0 || line->count == 0)
            continue;
        if (dp_word_is(&line->words[0], "end")) {
            if (!is_reading_group(frame))
                result = dp_text_wrong(parser->error, line, 1, "`end` without a `group`");
            break;
        }
        if (dp_word_is(&line->words[0], "group"))
            result = read_group(parser, line, &offset);
        else
            result = read_statement(parser, line);
    }
    free(line);
    return result;
}

/* The whole */

/* Learn the built-in groups and sets, so that no text can make others of the
 * same name. */
static int read_groups(struct dp_parser *parser)
{
    struct dp_frame frame = {.id = ++parser->last_id};
    struct dp_text text;
    int result = parser->source->find(parser->source, parser->arena, NULL, DP_GROUPS_NAME, &text);

    if (result == -ENOMEM)
        return dp_text_no_memory(parser->error);
    if (result != 0)
        return 0; /* a source without groups */
    result = dp_text_check(&text, parser->error);
    if (result == 0)
        result = dp_texts_add(parser, &text, &frame.text);
    return result != 0 ? result : read_lines(parser, &frame, 0, 1);
}

static int read_main(struct dp_parser *parser, const char *name, const char *data, size_t size)
{
    struct dp_frame frame = {.id = ++parser->last_id, .depth = 1};
    struct dp_text text = {dp_arena_copy(parser->arena, name, strlen(name)), data, size};
    int result;

    if (!text.name)
        return dp_text_no_memory(parser->error);
    if (size > DP_TEXT_BYTES_MAX) {
        *parser->error = (struct dp_policy_error){.errnum = EFBIG, .line = 1, .column = 1};
        (void)snprintf(parser->error->file, sizeof(parser->error->file), "%s", name);
        (void)snprintf(parser->error->message, sizeof(parser->error->message),
                       "the text is larger than %d KiB", DP_TEXT_BYTES_MAX / 1024);
        return -EFBIG;
    }
    parser->byte_count = size;
    result = dp_text_check(&text, parser->error);
    if (result == 0)
        result = dp_texts_add(parser, &text, &frame.text);
    if (result != 0)
        return result;
    dp_texts_use(parser, frame.text);
    return read_lines(parser, &frame, 0, 1);
}

static int parse(struct dp_parser *parser, struct dp_policy *policy, const char *name,
                 const char *data, size_t size)
{
    struct dp_policy made = {.name = dp_arena_copy(parser->arena, name, strlen(name))};
    size_t main_index;
    int result;

    if (!made.name)
        return dp_text_no_memory(parser->error);
    result = read_groups(parser);
    main_index = parser->text_count;
    if (result == 0)
        result = read_main(parser, name, data, size);
    if (result == 0)
        result = dp_settings_finish(&parser->settings, &made);
    if (result == 0)
        result = dp_rules_finish(&parser->rules, parser->arena, &made);
    if (result != 0)
        return result;
    dp_texts_hash(parser, main_index, made.sha256);
    *policy = made;
    return 0;
}

int dp_policy_parse_from(const struct dp_text_source *source, struct dp_policy *policy,
                         struct dp_arena **arena, const char *name, const char *text, size_t size,
                         struct dp_policy_error *error)
{
    struct dp_policy_error unused;
    struct dp_arena *made = dp_arena_make();
    struct dp_parser *parser = calloc(1, sizeof(*parser));
    int result = -ENOMEM;

    if (!error)
        error = &unused;
    if (made && parser) {
        *error = (struct dp_policy_error){0};
        parser->error = error;
        parser->arena = made;
        parser->source = source;
        parser->rules.error = error;
        dp_settings_init(&parser->settings, made, error);
        result = parse(parser, policy, name, text, size);
        dp_rules_release(&parser->rules);
    } else {
        dp_text_say_no_memory(error);
    }
    free(parser);
    if (result == 0)
        *arena = made;
    else
        dp_arena_free(made);
    return result;
}
