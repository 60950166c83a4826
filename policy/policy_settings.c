/* SPDX-License-Identifier: MIT */
/* policy_settings.c - all that a text says beside system calls. */
#include "policy_settings.h"
#include "amount.h"
#include "arena.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ALL_LAYERS (DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_COUNT) - 1)

void dp_settings_init(struct dp_settings *settings, struct dp_arena *arena,
                      struct dp_policy_error *error)
{
    memset(settings, 0, sizeof(*settings));
    settings->error = error;
    settings->arena = arena;
    settings->directory = "/";
    /* An ordinary user often has no cgroup. */
    settings->layers = ALL_LAYERS & ~DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP);
    settings->limits = (struct dualpipe_limits){
        .cpu_us = DUALPIPE_SECONDS(10),
        .wall_us = DUALPIPE_SECONDS(30),
        .idle_us = DUALPIPE_UNLIMITED,
        .memory_bytes = DUALPIPE_MEBIBYTES(256),
        .output_bytes = DUALPIPE_MEBIBYTES(64),
        .file_bytes = DUALPIPE_MEBIBYTES(64),
        .stack_bytes = 0, /* as memory */
        .open_files = 3,
        .processes = 1,
        .disk_bytes = DUALPIPE_MEBIBYTES(64),
    };
}

/* Returns the word behind the statement's own, which has to be the only one. */
static int read_only_word(struct dp_settings *settings, const struct dp_line *line,
                          const char *what, const struct dp_word **word)
{
    const struct dp_word *last = &line->words[line->count - 1];

    if (line->count < 2)
        return dp_text_wrong(settings->error, line, last->column + (unsigned)last->length,
                             "expected %s", what);
    if (line->count > 2)
        return dp_text_wrong(settings->error, line, line->words[2].column,
                             "'%.*s' is one word too many: expected %s, and no more",
                             DP_WORD_ARGS(&line->words[2]), what);
    *word = &line->words[1];
    return 0;
}

static bool is_clean_path(const struct dp_word *path)
{
    size_t i;

    if (path->length < 2 || path->text[0] != '/' || path->text[path->length - 1] == '/')
        return false;
    for (i = 0; i < path->length; i++) {
        struct dp_word part = dp_word_tail(path, i + 1);
        size_t length = dp_word_find(&part, "/");

        if (path->text[i] != '/')
            continue;
        part = dp_word_head(&part, length);
        if (length == 0 || dp_word_is(&part, ".") || dp_word_is(&part, ".."))
            return false;
    }
    return true;
}

static int check_path(struct dp_settings *settings, const struct dp_line *line,
                      const struct dp_word *path)
{
    if (is_clean_path(path))
        return 0;
    if (dp_word_is(path, "/"))
        return dp_text_wrong(settings->error, line, path->column,
                             "the root itself is no path to show: name what is needed");
    return dp_text_wrong(settings->error, line, path->column,
                         "expected an absolute path without '.', '..', '//' and a '/' at its end");
}

/* A tmpfs of no size at all would be one without a bound. */
static int read_own_size(struct dp_settings *settings, const struct dp_line *line,
                         const struct dp_word *word, int64_t *size_bytes)
{
    char amount[48];

    if (*size_bytes > 0)
        return dp_text_wrong(settings->error, line, word->column,
                             "'%.*s' is a second size; a directory has one", DP_WORD_ARGS(word));
    (void)snprintf(amount, sizeof(amount), "%.*s", (int)word->length, word->text);
    if (word->length < sizeof(amount) && dp_amount_size(amount, size_bytes) == 0 && *size_bytes > 0)
        return 0;
    *size_bytes = 0;
    return dp_text_wrong(settings->error, line, word->column,
                         "'%.*s' is no size of a directory; expected one as 64M, or none where it "
                         "shares the disk limit",
                         DP_WORD_ARGS(word));
}

static int read_view_words(struct dp_settings *settings, const struct dp_line *line,
                           struct dp_view *view)
{
    bool may_be_optional = view->kind == DP_VIEW_SHOW || view->kind == DP_VIEW_DEVICE;
    bool may_be_executable = view->kind == DP_VIEW_SHOW || view->kind == DP_VIEW_DIRECTORY;
    bool may_have_size = view->kind == DP_VIEW_DIRECTORY;
    unsigned i;
    int result = 0;

    for (i = 2; i < line->count && result == 0; i++) {
        const struct dp_word *word = &line->words[i];

        if (may_be_optional && dp_word_is(word, "optional"))
            view->optional = true;
        else if (may_be_executable && dp_word_is(word, "executable"))
            view->executable = true;
        else if (may_have_size && word->text[0] >= '0' && word->text[0] <= '9')
            result = read_own_size(settings, line, word, &view->size_bytes);
        else
            result = dp_text_wrong(settings->error, line, word->column, "unexpected '%.*s'%s%s%s",
                                   DP_WORD_ARGS(word),
                                   may_have_size ? "; a size as 64M may stand here" : "",
                                   may_be_optional ? "; 'optional' may stand here" : "",
                                   may_be_executable ? "; 'executable' may stand here" : "");
    }
    return result;
}

static int put_view(struct dp_settings *settings, const struct dp_line *line,
                    const struct dp_view *view)
{
    size_t i;
    int result;

    for (i = 0; i < settings->view_count; i++) {
        if (strcmp(settings->views[i].path, view->path) == 0)
            break;
    }
    if (i == DP_VIEWS_MAX)
        return dp_text_wrong(settings->error, line, 1, "more than %d paths", DP_VIEWS_MAX);
    result = dp_text_may_replace(settings->error, line, line->words[1].column,
                                 &settings->view_marks[i], view->path);
    if (result != 0)
        return result;
    settings->views[i] = *view;
    settings->view_marks[i] = dp_mark_of(line);
    settings->view_count += i == settings->view_count;
    return 0;
}

static enum dp_view_kind kind_of_view(const struct dp_word *word)
{
    if (dp_word_is(word, "directory"))
        return DP_VIEW_DIRECTORY;
    if (dp_word_is(word, "device"))
        return DP_VIEW_DEVICE;
    return DP_VIEW_SHOW;
}

int dp_settings_read_view(struct dp_settings *settings, const struct dp_line *line)
{
    struct dp_view view = {.kind = kind_of_view(&line->words[0])};
    int result;

    if (dp_word_is(&line->words[0], "proc")) {
        if (line->count > 1)
            return dp_text_wrong(settings->error, line, line->words[1].column,
                                 "`proc` stands alone: it is always at /proc");
        view.kind = DP_VIEW_PROC;
        view.path = "/proc";
        return put_view(settings, line, &view);
    }
    if (line->count < 2)
        return dp_text_wrong(settings->error, line,
                             line->words[0].column + (unsigned)line->words[0].length,
                             "expected an absolute path");
    result = check_path(settings, line, &line->words[1]);
    if (result == 0)
        result = read_view_words(settings, line, &view);
    if (result != 0)
        return result;
    view.path = dp_arena_copy(settings->arena, line->words[1].text, line->words[1].length);
    return view.path ? put_view(settings, line, &view) : dp_text_no_memory(settings->error);
}

/* Returns the variable with the same name as "NAME=value", or where a new one
 * goes. */
static size_t find_env(const struct dp_settings *settings, const struct dp_word *word,
                       size_t name_length)
{
    size_t i;

    for (i = 0; i < settings->env_count; i++) {
        if (strncmp(settings->env[i], word->text, name_length + 1) == 0)
            break;
    }
    return i;
}

int dp_settings_read_environment(struct dp_settings *settings, const struct dp_line *line)
{
    const struct dp_word *word = NULL;
    size_t length;
    size_t i;
    int result = read_only_word(settings, line, "NAME=value, without blanks", &word);

    if (result != 0)
        return result;
    length = dp_word_find(word, "=");
    if (length == 0 || length == word->length)
        return dp_text_wrong(settings->error, line, word->column, "expected NAME=value");
    i = find_env(settings, word, length);
    if (i == DP_ENV_MAX)
        return dp_text_wrong(settings->error, line, 1, "more than %d variables", DP_ENV_MAX);
    result = dp_text_may_replace(settings->error, line, word->column, &settings->env_marks[i],
                                 "this variable");
    if (result != 0)
        return result;
    settings->env[i] = dp_arena_copy(settings->arena, word->text, word->length);
    if (!settings->env[i])
        return dp_text_no_memory(settings->error);
    settings->env_marks[i] = dp_mark_of(line);
    settings->env_count += i == settings->env_count;
    return 0;
}

/* As Python writes them: json, os.path. */
static bool is_module_name(const struct dp_word *word)
{
    size_t i;

    for (i = 0; i < word->length; i++) {
        const char c = word->text[i];
        const bool is_first = i == 0 || word->text[i - 1] == '.';
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!is_letter && (is_first || ((c < '0' || c > '9') && c != '.')))
            return false;
    }
    return word->length > 0 && word->text[word->length - 1] != '.';
}

static int add_preload(struct dp_settings *settings, const struct dp_line *line,
                       const struct dp_word *word)
{
    size_t i;

    if (!is_module_name(word))
        return dp_text_wrong(settings->error, line, word->column,
                             "'%.*s' is no name of a module; expected one as json or os.path",
                             DP_WORD_ARGS(word));
    for (i = 0; i < settings->preload_count; i++) {
        if (dp_word_is(word, settings->preload[i]))
            return 0;
    }
    if (i == DP_PRELOAD_MAX)
        return dp_text_wrong(settings->error, line, word->column, "more than %d modules",
                             DP_PRELOAD_MAX);
    settings->preload[i] = dp_arena_copy(settings->arena, word->text, word->length);
    if (!settings->preload[i])
        return dp_text_no_memory(settings->error);
    settings->preload_count++;
    return 0;
}

/* Each line adds to those before it: to have imported more forbids nothing. */
int dp_settings_read_preload(struct dp_settings *settings, const struct dp_line *line)
{
    unsigned i;
    int result = 0;

    if (line->count < 2)
        return dp_text_wrong(settings->error, line,
                             line->words[0].column + (unsigned)line->words[0].length,
                             "expected `preload MODULE...`");
    for (i = 1; i < line->count && result == 0; i++)
        result = add_preload(settings, line, &line->words[i]);
    return result;
}

static const char *const limit_names[DP_LIMIT_COUNT] = {
    "time",      "wall",  "idle",       "memory",    "output",
    "file-size", "stack", "open-files", "processes", "disk",
};

static int find_limit(struct dp_settings *settings, const struct dp_line *line, size_t *index)
{
    for (*index = 0; *index < DP_LIMIT_COUNT; ++*index) {
        if (line->count > 1 && dp_word_is(&line->words[1], limit_names[*index]))
            return 0;
    }
    return dp_text_wrong(settings->error, line, line->count > 1 ? line->words[1].column : 1,
                         "expected `limit NAME AMOUNT` with time, wall, idle, memory, output, "
                         "file-size, stack, open-files, processes or disk");
}

static int set_limit(struct dp_settings *settings, const struct dp_line *line, const char *name)
{
    const struct dp_word *word = &line->words[2];
    char amount[48];
    int result;

    if (strcmp(name, "stack") == 0 && dp_word_is(word, "memory")) {
        settings->limits.stack_bytes = 0;
        return 0;
    }
    (void)snprintf(amount, sizeof(amount), "%.*s", (int)word->length, word->text);
    result = word->length < sizeof(amount) ? dualpipe_limits_set(&settings->limits, name, amount)
                                           : -ERANGE;
    if (result == -ERANGE)
        return dp_text_wrong(settings->error, line, word->column,
                             "'%.*s' is zero or too large; expected an amount, or `unlimited`",
                             DP_WORD_ARGS(word));
    if (result != 0)
        return dp_text_wrong(settings->error, line, word->column,
                             "'%.*s' is no amount of %s; expected one as 2s, 500ms (times), 64M "
                             "(sizes), 16 (counts), or `unlimited`",
                             DP_WORD_ARGS(word), name);
    return 0;
}

int dp_settings_read_limit(struct dp_settings *settings, const struct dp_line *line)
{
    size_t i;
    int result = find_limit(settings, line, &i);

    if (result != 0)
        return result;
    if (line->count != 3)
        return dp_text_wrong(settings->error, line, line->words[line->count > 3 ? 3 : 1].column,
                             "expected `limit %s AMOUNT`, in three words", limit_names[i]);
    result = dp_text_may_replace(settings->error, line, line->words[1].column,
                                 &settings->limit_marks[i], limit_names[i]);
    if (result != 0)
        return result;
    settings->limit_marks[i] = dp_mark_of(line);
    return set_limit(settings, line, limit_names[i]);
}

int dp_settings_read_start(struct dp_settings *settings, const struct dp_line *line)
{
    const struct dp_word *word = NULL;
    int result = read_only_word(settings, line, "a directory to start in", &word);

    if (result == 0 && !dp_word_is(word, "/"))
        result = check_path(settings, line, word);
    if (result == 0)
        result = dp_text_may_replace(settings->error, line, word->column, &settings->directory_mark,
                                     "start-in");
    if (result != 0)
        return result;
    settings->directory_mark = dp_mark_of(line);
    settings->directory = dp_arena_copy(settings->arena, word->text, word->length);
    return settings->directory ? 0 : dp_text_no_memory(settings->error);
}

static int read_layer_names(struct dp_settings *settings, const struct dp_line *line,
                            unsigned first, uint32_t *layers)
{
    unsigned i;

    *layers = 0;
    for (i = first; i < line->count; i++) {
        int layer = 0;

        while (layer < DUALPIPE_LAYER_COUNT &&
               !dp_word_is(&line->words[i], dualpipe_layer_name((enum dualpipe_layer)layer)))
            layer++;
        if (layer == DUALPIPE_LAYER_COUNT)
            return dp_text_wrong(settings->error, line, line->words[i].column,
                                 "unknown layer '%.*s'; expected one as pid-namespace or landlock",
                                 DP_WORD_ARGS(&line->words[i]));
        *layers |= DUALPIPE_LAYER_BIT(layer);
    }
    return 0;
}

int dp_settings_read_layers(struct dp_settings *settings, const struct dp_line *line)
{
    bool is_all = line->count > 1 && dp_word_is(&line->words[1], "all");
    uint32_t layers;
    int result;

    if (line->count < 2 || (is_all && line->count > 2 && !dp_word_is(&line->words[2], "but")) ||
        (is_all && line->count == 3))
        return dp_text_wrong(settings->error, line, 1,
                             "expected `layers LAYER...`, `layers all` or `layers all but "
                             "LAYER...`");
    result = read_layer_names(settings, line, is_all ? 3 : 1, &layers);
    if (result == 0)
        result = dp_text_may_replace(settings->error, line, 1, &settings->layers_mark, "layers");
    if (result != 0)
        return result;
    settings->layers_mark = dp_mark_of(line);
    settings->layers = is_all ? ALL_LAYERS & ~layers : layers;
    return 0;
}

int dp_settings_read_exec(struct dp_settings *settings, const struct dp_line *line)
{
    const struct dp_word *word = NULL;
    int result = read_only_word(settings, line, "`once` or `free`", &word);

    if (result != 0)
        return result;
    if (!dp_word_is(word, "once") && !dp_word_is(word, "free"))
        return dp_text_wrong(settings->error, line, word->column,
                             "unexpected '%.*s'; expected `exec once` or `exec free`",
                             DP_WORD_ARGS(word));
    result = dp_text_may_replace(settings->error, line, 1, &settings->exec_mark, "exec");
    if (result != 0)
        return result;
    settings->exec_mark = dp_mark_of(line);
    settings->exec_free = dp_word_is(word, "free");
    return 0;
}

/* The directories' own sizes are parts of the disk limit. */
static int check_own_sizes(struct dp_settings *settings)
{
    int64_t left = settings->limits.disk_bytes;
    size_t i;

    for (i = 0; i < settings->view_count && left != DUALPIPE_UNLIMITED; i++) {
        const struct dp_view *view = &settings->views[i];

        if (view->size_bytes > left)
            return dp_text_wrong_at(settings->error, &settings->view_marks[i],
                                    "the directories' own sizes are parts of `limit disk`; '%s' "
                                    "has more than is left of it",
                                    view->path);
        left -= view->size_bytes;
    }
    return 0;
}

int dp_settings_finish(struct dp_settings *settings, struct dp_policy *policy)
{
    size_t views_size = settings->view_count * sizeof(*settings->views);
    size_t env_size = settings->env_count * sizeof(*settings->env);
    struct dp_view *views = dp_arena_take(settings->arena, views_size);
    const char **env = dp_arena_take(settings->arena, env_size);
    size_t preload_size = settings->preload_count * sizeof(*settings->preload);
    const char **preload = dp_arena_take(settings->arena, preload_size);

    int result =
        views && env && preload ? check_own_sizes(settings) : dp_text_no_memory(settings->error);

    if (result != 0)
        return result;
    memcpy(views, settings->views, views_size);
    memcpy(env, settings->env, env_size);
    policy->views = views;
    policy->view_count = settings->view_count;
    policy->env = env;
    policy->env_count = settings->env_count;
    memcpy(preload, settings->preload, preload_size);
    policy->preload = preload;
    policy->preload_count = settings->preload_count;
    policy->directory = settings->directory;
    policy->limits = settings->limits;
    policy->layers = settings->layers;
    policy->exec_once = !settings->exec_free;
    return 0;
}
