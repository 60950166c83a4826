/* SPDX-License-Identifier: MIT */
/*
 * policy_parse.c - a text to a policy: lines, statements, groups, `use`.
 *
 * The grammar is in policy/README.md. A text is read line by line, each line is
 * one statement; `use` reads another text, or a group, at its place. What a
 * statement may replace is decided in policy_rules.c.
 */
#include "policy_parse.h"
#include "amount.h"
#include "arena.h"
#include "policy_condition.h"
#include "policy_rules.h"
#include "policy_settings.h"
#include "sha256.h"
#include "syscall_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS_MAX 64 /* different ones, in one policy */
#define USES_MAX 256 /* so that texts which use each other end soon */

/* Lines between "group @NAME" and "end". */
struct group {
    struct group *next;
    const char *name; /* with its "@" */
    const struct dp_text *text;
    size_t start;        /* of the first line in the text */
    unsigned first_line; /* its number */
};

struct loaded {
    struct dp_text text;
    char sha256[65];
    bool is_used; /* for the policy's hash */
};

/* "kill @GROUP": the answer for every call that the group names. */
struct override {
    const struct dp_line *line;
    unsigned column;
    enum dp_answer answer;
    int errnum;
};

struct parser {
    struct dp_policy_error *error;
    struct dp_arena *arena;
    const struct dp_text_source *source;
    struct dp_rules rules;
    struct dp_settings settings;
    struct group *groups;
    struct dp_flag_set *sets;
    struct loaded *texts[TEXTS_MAX];
    size_t text_count;
    size_t byte_count;
    unsigned use_count;
    unsigned last_id;
    bool is_checking; /* a group's lines are read, not applied */
    const struct override *override;
};

/* The word for what is expected behind the last word of a line. */
static int expected(struct parser *parser, const struct dp_line *line, const char *what)
{
    const struct dp_word *last = &line->words[line->count - 1];

    return dp_text_wrong(parser->error, line, last->column + (unsigned)last->length, "expected %s",
                         what);
}

/* Texts */

static int add_text(struct parser *parser, const struct dp_text *text, const struct dp_text **added)
{
    struct loaded *loaded = dp_arena_take(parser->arena, sizeof(*loaded));

    if (!loaded)
        return dp_text_no_memory(parser->error);
    loaded->text = *text;
    dp_sha256_of(text->data, text->size, loaded->sha256);
    parser->texts[parser->text_count++] = loaded;
    *added = &loaded->text;
    return 0;
}

/* A text counts for the hash from its first use on, in that order. */
static void use_text(struct parser *parser, const struct dp_text *text)
{
    size_t i;

    for (i = 0; i < parser->text_count && &parser->texts[i]->text != text; i++)
        ;
    if (i < parser->text_count)
        parser->texts[i]->is_used = true;
}

static int say_not_found(struct parser *parser, const struct dp_line *line,
                         const struct dp_word *word, int result)
{
    if (result == -ENOMEM)
        return dp_text_no_memory(parser->error);
    if (result == -EFBIG)
        return dp_text_wrong(parser->error, line, word->column, "'%.*s' is larger than %d KiB",
                             DP_WORD_ARGS(word), DP_TEXT_BYTES_MAX / 1024);
    if (result == -ENOENT && dp_word_find(word, "/") == word->length)
        return dp_text_wrong(parser->error, line, word->column,
                             "there is no built-in policy '%.*s'; a file is named with a slash, "
                             "as ./%.*s",
                             DP_WORD_ARGS(word), DP_WORD_ARGS(word));
    return dp_text_wrong(parser->error, line, word->column, "cannot read '%.*s': %s",
                         DP_WORD_ARGS(word), strerrordesc_np(-result));
}

/* Get a text by the name that a line has for it: each text once. */
static int load_text(struct parser *parser, const struct dp_line *line, const struct dp_word *word,
                     const struct dp_text **found)
{
    char name[DP_LINE_BYTES_MAX + 1];
    struct dp_text text;
    size_t i;
    int result;

    (void)snprintf(name, sizeof(name), "%.*s", (int)word->length, word->text);
    result = parser->source->find(parser->source, parser->arena, line->frame->text, name, &text);
    if (result != 0)
        return say_not_found(parser, line, word, result);
    for (i = 0; i < parser->text_count; i++) {
        *found = &parser->texts[i]->text;
        if (strcmp((*found)->name, text.name) == 0)
            return 0;
    }
    if (parser->text_count == TEXTS_MAX)
        return dp_text_wrong(parser->error, line, word->column, "more than %d texts", TEXTS_MAX);
    parser->byte_count += text.size;
    if (parser->byte_count > DP_TEXT_BYTES_MAX)
        return dp_text_wrong(parser->error, line, word->column,
                             "the texts are larger than %d KiB together", DP_TEXT_BYTES_MAX / 1024);
    result = dp_text_check(&text, parser->error);
    return result != 0 ? result : add_text(parser, &text, found);
}

static int read_lines(struct parser *parser, const struct dp_frame *frame, size_t offset,
                      unsigned first_line);

/* Read a text, or a part of it, on behalf of a line. */
static int enter(struct parser *parser, const struct dp_line *line, const struct dp_word *word,
                 const struct dp_text *text, size_t start, unsigned first_line)
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
    if (++parser->use_count > USES_MAX)
        return dp_text_wrong(parser->error, line, word->column, "`use` more than %d times",
                             USES_MAX);
    use_text(parser, text);
    return read_lines(parser, &frame, start, first_line);
}

/* Groups */

static struct group *find_group(const struct parser *parser, const struct dp_word *word)
{
    struct group *group;

    for (group = parser->groups; group && !dp_word_is(word, group->name); group = group->next)
        ;
    return group;
}

static int enter_group(struct parser *parser, const struct dp_line *line,
                       const struct dp_word *word)
{
    const struct group *group = find_group(parser, word);

    if (!group)
        return dp_text_wrong(parser->error, line, word->column,
                             "unknown group '%.*s'; expected a built-in one as @memory, or one "
                             "that a `group` line above makes",
                             DP_WORD_ARGS(word));
    if (parser->is_checking)
        return 0;
    return enter(parser, line, word, group->text, group->start, group->first_line);
}

/* Calls */

/* One call of a line, without conditions. */
static int answer_call(struct parser *parser, const struct dp_line *line,
                       const struct dp_word *word, int number, enum dp_answer answer, int errnum)
{
    const struct override *override = parser->override;

    if (parser->is_checking)
        return 0;
    if (override)
        return dp_rules_answer(&parser->rules, override->line, override->column, number,
                               override->answer, override->errnum);
    return dp_rules_answer(&parser->rules, line, word->column, number, answer, errnum);
}

static int find_call(struct parser *parser, const struct dp_line *line, const struct dp_word *word,
                     int *number)
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
static int answer_group(struct parser *parser, const struct dp_line *line,
                        const struct dp_word *word, enum dp_answer answer, int errnum)
{
    struct override override = {line, word->column, answer, errnum};
    const struct override *outer = parser->override;
    int result;

    if (!outer)
        parser->override = &override;
    result = enter_group(parser, line, word);
    parser->override = outer;
    return result;
}

/* All words from the first on are calls or groups. */
static int answer_words(struct parser *parser, const struct dp_line *line, unsigned first,
                        enum dp_answer answer, int errnum)
{
    unsigned i;

    if (line->count <= first)
        return expected(parser, line, "the name of a system call or of a group");
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
            result = find_call(parser, line, word, &number);
            if (result == 0)
                result = answer_call(parser, line, word, number, answer, errnum);
        }
        if (result != 0)
            return result;
    }
    return 0;
}

static struct dp_condition_reader condition_reader(struct parser *parser,
                                                   const struct dp_line *line)
{
    return (struct dp_condition_reader){line, parser->error, parser->sets, NULL};
}

/* The cases of one call that the line allows. */
static int allow_cases(struct parser *parser, const struct dp_line *line,
                       const struct dp_word *word, int number, unsigned first_condition)
{
    struct dp_condition_reader reader = condition_reader(parser, line);
    struct dp_choices choices = {.count = 1};
    unsigned i;

    choices.alternatives[0] = (struct dp_alternative){.answer = DP_ANSWER_ALLOW};
    for (i = first_condition; i < line->count; i++) {
        int result = dp_condition_read(&reader, &line->words[i], number, &choices);

        if (result != 0)
            return result;
    }
    if (reader.used && !parser->is_checking)
        use_text(parser, reader.used);
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

static int allow_call(struct parser *parser, const struct dp_line *line, const struct dp_word *word,
                      unsigned first_condition)
{
    int number;
    int result;

    if (word->text[0] == '@')
        return dp_text_wrong(parser->error, line, word->column,
                             "a group says itself what it allows: write `use %.*s`",
                             DP_WORD_ARGS(word));
    result = find_call(parser, line, word, &number);
    if (result != 0)
        return result;
    if (first_condition == line->count)
        return answer_call(parser, line, word, number, DP_ANSWER_ALLOW, 0);
    return allow_cases(parser, line, word, number, first_condition);
}

static int read_allow(struct parser *parser, const struct dp_line *line)
{
    unsigned first_condition = 1;
    unsigned i;

    while (first_condition < line->count && !dp_word_is_condition(&line->words[first_condition]))
        first_condition++;
    if (first_condition == 1)
        return expected(parser, line, "the name of a system call");
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

static int read_kill(struct parser *parser, const struct dp_line *line)
{
    return answer_words(parser, line, 1, DP_ANSWER_KILL, 0);
}

static int read_enosys(struct parser *parser, const struct dp_line *line)
{
    return answer_words(parser, line, 1, DP_ANSWER_ENOSYS, 0);
}

static int read_errno_name(struct parser *parser, const struct dp_line *line, unsigned index,
                           int *errnum)
{
    if (line->count <= index)
        return expected(parser, line, "the name of an error, as EPERM");
    for (*errnum = 1; *errnum < 134; ++*errnum) {
        const char *name = strerrorname_np(*errnum);

        if (name && dp_word_is(&line->words[index], name))
            return 0;
    }
    return dp_text_wrong(parser->error, line, line->words[index].column,
                         "unknown error '%.*s'; expected a name as EPERM",
                         DP_WORD_ARGS(&line->words[index]));
}

static int read_errno(struct parser *parser, const struct dp_line *line)
{
    int errnum;
    int result = read_errno_name(parser, line, 1, &errnum);

    return result != 0 ? result : answer_words(parser, line, 2, DP_ANSWER_ERRNO, errnum);
}

/* A power of two, as masks cannot tell others apart. */
static int read_witness_size(struct parser *parser, const struct dp_line *line,
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
static int read_witness(struct parser *parser, const struct dp_line *line)
{
    struct dp_condition_reader reader = condition_reader(parser, line);
    struct dp_argument argument;
    uint64_t size = 0;
    int number;
    int result;

    if (line->count != 5 || !dp_word_is(&line->words[3], "from"))
        return dp_text_wrong(parser->error, line, line->words[0].column,
                             "expected `witness CALL ARGUMENT from SIZE`, as in `witness mmap "
                             "length from 1M`");
    result = find_call(parser, line, &line->words[1], &number);
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

static int read_otherwise(struct parser *parser, const struct dp_line *line)
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

/* `use` */

static bool is_reading_group(const struct dp_frame *frame)
{
    return frame->start > 0;
}

static int read_use(struct parser *parser, const struct dp_line *line)
{
    unsigned i;

    if (line->count < 2)
        return expected(parser, line, "the name of a policy or of a group");
    for (i = 1; i < line->count; i++) {
        const struct dp_word *word = &line->words[i];
        const struct dp_text *text;
        int result;

        if (word->text[0] == '@') {
            result = enter_group(parser, line, word);
        } else if (parser->is_checking || is_reading_group(line->frame)) {
            result = dp_text_wrong(parser->error, line, word->column,
                                   "a group can use groups only, and '%.*s' is none",
                                   DP_WORD_ARGS(word));
        } else {
            result = load_text(parser, line, word, &text);
            if (result == 0)
                result = enter(parser, line, word, text, 0, 1);
        }
        if (result != 0)
            return result;
    }
    return 0;
}

/* Named sets of flags */

static struct dp_flag_set *find_own_set(const struct parser *parser, const struct dp_line *line,
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

static int make_set(struct parser *parser, const struct dp_line *line, enum dp_kind kind,
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
static int read_flags(struct parser *parser, const struct dp_line *line)
{
    struct dp_condition_reader reader = condition_reader(parser, line);
    struct dp_argument argument;
    struct dp_flag_set *set = NULL;
    unsigned i;
    int number;
    int result;

    if (line->count < 5 || line->words[1].text[0] != '@' || line->words[1].length < 2)
        return dp_text_wrong(parser->error, line, line->words[0].column,
                             "expected `flags @NAME CALL ARGUMENT FLAGS...`");
    result = find_call(parser, line, &line->words[2], &number);
    if (result == 0)
        result = dp_condition_read_argument(&reader, &line->words[3], number, &argument);
    if (result == 0)
        result = make_set(parser, line, argument.kind, &set);
    for (i = 4; i < line->count && result == 0; i++)
        result = dp_condition_read_flags(&reader, &line->words[i], argument.kind, &set->bits);
    return result;
}

/* Settings */

static int read_view(struct parser *parser, const struct dp_line *line)
{
    return dp_settings_read_view(&parser->settings, line);
}

static int read_environment(struct parser *parser, const struct dp_line *line)
{
    return dp_settings_read_environment(&parser->settings, line);
}

static int read_limit(struct parser *parser, const struct dp_line *line)
{
    return dp_settings_read_limit(&parser->settings, line);
}

static int read_start(struct parser *parser, const struct dp_line *line)
{
    return dp_settings_read_start(&parser->settings, line);
}

static int read_layers(struct parser *parser, const struct dp_line *line)
{
    return dp_settings_read_layers(&parser->settings, line);
}

static int read_exec(struct parser *parser, const struct dp_line *line)
{
    return dp_settings_read_exec(&parser->settings, line);
}

/* Lines */

struct statement {
    const char *word;
    int (*read)(struct parser *parser, const struct dp_line *line);
    bool is_for_groups;
};

static const struct statement statements[] = {
    {"use", read_use, true},
    {"allow", read_allow, true},
    {"errno", read_errno, true},
    {"kill", read_kill, true},
    {"enosys", read_enosys, true},
    {"witness", read_witness, true},
    {"otherwise", read_otherwise, false},
    {"flags", read_flags, false},
    {"exec", read_exec, false},
    {"show", read_view, false},
    {"directory", read_view, false},
    {"device", read_view, false},
    {"proc", read_view, false},
    {"environment", read_environment, false},
    {"limit", read_limit, false},
    {"start-in", read_start, false},
    {"layers", read_layers, false},
};

static int read_statement(struct parser *parser, const struct dp_line *line)
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
                         "otherwise, exec, show, directory, device, proc, environment, limit, "
                         "start-in, layers, flags or group",
                         DP_WORD_ARGS(word));
}

static int define_group(struct parser *parser, const struct dp_line *line, size_t start,
                        struct group **made)
{
    const struct dp_word *word = &line->words[1];
    struct group *group;

    if (line->count != 2 || word->text[0] != '@' || word->length < 2)
        return dp_text_wrong(parser->error, line, 1, "expected `group @NAME`");
    group = find_group(parser, word);
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

static void add_group(struct parser *parser, struct group *group)
{
    struct dp_word name = {group->name, strlen(group->name), 1};

    if (find_group(parser, &name))
        return;
    group->next = parser->groups;
    parser->groups = group;
}

/*
 * Lines from "group" to "end" are kept for later, and checked now: a mistake in
 * a group is found even where nothing uses it. The group gets its name at its
 * end, so that it cannot use itself.
 */
static int read_group(struct parser *parser, struct dp_line *line, size_t *offset)
{
    const struct dp_text *text = line->frame->text;
    unsigned opened_at = line->number;
    struct group *group = NULL;
    int result = define_group(parser, line, *offset, &group);

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
            add_group(parser, group);
            return line->count == 1 ? 0 : expected(parser, line, "`end` alone on its line");
        }
        parser->is_checking = true;
        result = read_statement(parser, line);
        parser->is_checking = false;
        if (result != 0)
            return result;
    }
    return dp_text_wrong(parser->error, line, 1, "the group of line %u has no `end`", opened_at);
}

static int read_lines(struct parser *parser, const struct dp_frame *frame, size_t offset,
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
static int read_groups(struct parser *parser)
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
        result = add_text(parser, &text, &frame.text);
    return result != 0 ? result : read_lines(parser, &frame, 0, 1);
}

static int read_main(struct parser *parser, const char *name, const char *data, size_t size)
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
        result = add_text(parser, &text, &frame.text);
    if (result != 0)
        return result;
    use_text(parser, frame.text);
    return read_lines(parser, &frame, 0, 1);
}

/*
 * The hash of one text is its own. With others: that of the list of all hashes,
 * a line each; the main text first, the others as they were loaded.
 */
static void hash_texts(const struct parser *parser, size_t main_index, char sha256[65])
{
    struct dp_sha256 hash;
    size_t count = 0;
    size_t i;

    dp_sha256_init(&hash);
    dp_sha256_add(&hash, parser->texts[main_index]->sha256, 64);
    dp_sha256_add(&hash, "\n", 1);
    for (i = 0; i < parser->text_count; i++) {
        if (i == main_index || !parser->texts[i]->is_used)
            continue;
        dp_sha256_add(&hash, parser->texts[i]->sha256, 64);
        dp_sha256_add(&hash, "\n", 1);
        count++;
    }
    dp_sha256_finish(&hash, sha256);
    if (count == 0)
        memcpy(sha256, parser->texts[main_index]->sha256, 65);
}

static int parse(struct parser *parser, struct dp_policy *policy, const char *name,
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
    hash_texts(parser, main_index, made.sha256);
    *policy = made;
    return 0;
}

int dp_policy_parse_from(const struct dp_text_source *source, struct dp_policy *policy,
                         struct dp_arena **arena, const char *name, const char *text, size_t size,
                         struct dp_policy_error *error)
{
    struct dp_policy_error unused;
    struct dp_arena *made = dp_arena_make();
    struct parser *parser = calloc(1, sizeof(*parser));
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
