/* SPDX-License-Identifier: MIT */
/* language.c - see language.h. */
#include "language.h"

#include "dualpipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK_SEARCHED 65536

extern const char languages_text[];

struct place {
    const char *name;
    unsigned line;
    char **error;
};

static int fail(const struct place *place, const char *what, const char *word)
{
    *place->error = text_print("%s, line %u: %s%s", place->name, place->line, what, word);
    return -1;
}

static void release_language(struct language *language)
{
    free(language->name);
    free(language->title);
    free(language->mark);
    free(language->compile.policy);
    free(language->run.policy);
    texts_release(&language->also);
    texts_release(&language->extensions);
    texts_release(&language->compile.words);
    texts_release(&language->run.words);
    texts_release(&language->version);
    texts_release(&language->mains);
    texts_release(&language->environment);
    *language = (struct language){0};
}

static struct language *start_language(struct languages *languages, const char *name)
{
    struct language *language = NULL;

    for (size_t i = 0; i < languages->count; i++) {
        if (strcmp(languages->items[i].name, name) == 0)
            language = &languages->items[i];
    }
    if (language)
        release_language(language);
    else
        language = GROW(languages->items, languages->count);
    *language = (struct language){.name = text_copy(name), .title = text_copy(name)};
    return language;
}

static int set_command(const struct place *place, struct command *command,
                       const struct texts *words)
{
    if (words->count < 3)
        return fail(place, words->items[0], " needs a policy and a command");
    free(command->policy);
    texts_release(&command->words);
    command->policy = text_copy(words->items[1]);
    for (size_t i = 2; i < words->count; i++)
        texts_add(&command->words, words->items[i]);
    return 0;
}

static int set_size(const struct place *place, int64_t *size, const char *limit,
                    const struct texts *words)
{
    struct dualpipe_limits limits = {0};

    if (words->count != 2 || dualpipe_limits_set(&limits, limit, words->items[1]) < 0)
        return fail(place, words->items[0], " needs one amount, as 64M or 16");
    *size = limits.memory_bytes ? limits.memory_bytes : limits.processes;
    return *size > 0 ? 0 : fail(place, words->items[0], " cannot be unlimited");
}

static void add_rest(struct texts *texts, const struct texts *words)
{
    for (size_t i = 1; i < words->count; i++)
        texts_add(texts, words->items[i]);
}

static int set_title(struct language *language, const struct texts *words)
{
    char *title = text_copy("");

    for (size_t i = 1; i < words->count; i++) {
        char *longer = text_print("%s%s%s", title, i > 1 ? " " : "", words->items[i]);

        free(title);
        title = longer;
    }
    free(language->title);
    language->title = title;
    return 0;
}

static int set_mark(const struct place *place, struct language *language, const struct texts *words)
{
    if (words->count != 2)
        return fail(place, words->items[0], " needs one text, in quotes where it has blanks");
    free(language->mark);
    language->mark = text_copy(words->items[1]);
    return 0;
}

static int set_line(const struct place *place, struct language *language, const struct texts *words)
{
    const struct {
        const char *key;
        struct texts *texts;
    } lists[] = {{"also", &language->also},
                 {"extensions", &language->extensions},
                 {"version", &language->version},
                 {"main", &language->mains},
                 {"environment", &language->environment}};
    const char *key = words->items[0];

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (strcmp(key, lists[i].key) == 0) {
            add_rest(lists[i].texts, words);
            return words->count > 1 ? 0 : fail(place, key, " needs a value");
        }
    }
    if (strcmp(key, "title") == 0)
        return set_title(language, words);
    if (strcmp(key, "mark") == 0)
        return set_mark(place, language, words);
    if (strcmp(key, "no-commands") == 0) {
        language->is_known_only = true;
        return words->count == 1 ? 0 : fail(place, key, " takes no value");
    }
    if (strcmp(key, "compile") == 0)
        return set_command(place, &language->compile, words);
    if (strcmp(key, "run") == 0)
        return set_command(place, &language->run, words);
    if (strcmp(key, "source-limit") == 0)
        return set_size(place, &language->source_bytes, "memory", words);
    if (strcmp(key, "memory-extra") == 0)
        return set_size(place, &language->memory_extra_bytes, "memory", words);
    if (strcmp(key, "processes") == 0)
        return set_size(place, &language->processes, "processes", words);
    return fail(place, "a language has no key ", key);
}

static int read_line(struct languages *languages, struct language **language,
                     const struct place *place, const char *line)
{
    struct texts words = {0};
    int result = 0;

    if (texts_split(&words, line) < 0)
        result = fail(place, "a quote that is not closed", "");
    else if (words.count > 0 && strcmp(words.items[0], "language") == 0)
        *language = words.count == 2 ? start_language(languages, words.items[1]) : NULL;
    else if (words.count > 0 && *language)
        result = set_line(place, *language, &words);
    if (result == 0 && words.count > 0 && !*language)
        result = fail(place, "a table begins with: language NAME", "");
    texts_release(&words);
    return result;
}

static int check_all(const struct languages *languages, const char *name, char **error)
{
    for (size_t i = 0; i < languages->count; i++) {
        const struct language *language = &languages->items[i];

        const bool can_run = language->run.words.count > 0 || language->is_known_only;

        if (can_run && language->extensions.count > 0)
            continue;
        *error = text_print("%s: the language %s has no %s line", name, language->name,
                            can_run ? "extensions" : "run");
        return -1;
    }
    return 0;
}

int languages_read(struct languages *languages, const char *text, const char *name, char **error)
{
    struct place place = {.name = name, .error = error};
    struct language *language = NULL;
    int result = 0;

    while (*text && result == 0) {
        const size_t length = strcspn(text, "\n");
        char *line = text_cut(text, length);
        const char *start = line + strspn(line, " \t");

        place.line++;
        if (*start && *start != '#')
            result = read_line(languages, &language, &place, start);
        free(line);
        text += length + (text[length] == '\n');
    }
    return result < 0 ? result : check_all(languages, name, error);
}

int languages_read_builtin(struct languages *languages, char **error)
{
    return languages_read(languages, languages_text, "the built-in table of languages", error);
}

void languages_release(struct languages *languages)
{
    for (size_t i = 0; i < languages->count; i++)
        release_language(&languages->items[i]);
    free(languages->items);
    *languages = (struct languages){0};
}

const struct language *languages_find(const struct languages *languages, const char *name)
{
    for (size_t i = 0; i < languages->count; i++) {
        const struct language *language = &languages->items[i];

        if (strcasecmp(language->name, name) == 0 || strcasecmp(language->title, name) == 0)
            return language;
        for (size_t k = 0; k < language->also.count; k++) {
            if (strcasecmp(language->also.items[k], name) == 0)
                return language;
        }
    }
    return NULL;
}

bool language_has_file(const struct language *language, const char *file)
{
    const char *ending = strrchr(file, '.');

    for (size_t k = 0; ending && k < language->extensions.count; k++) {
        if (strcmp(language->extensions.items[k], ending) == 0)
            return true;
    }
    return false;
}

/* "#!" is one of the first line alone, as in "#!/usr/bin/env python2". */
static bool has_mark(const struct language *language, const char *bytes, size_t size)
{
    const char *mark = language->mark;
    const char *line_end = size > 0 ? memchr(bytes, '\n', size) : NULL;

    if (strncmp(mark, "#!", 2) == 0) {
        if (size < 2 || memcmp(bytes, "#!", 2) != 0)
            return false;
        mark += 2;
        size = line_end ? (size_t)(line_end - bytes) : size;
    }
    return memmem(bytes, size < MARK_SEARCHED ? size : MARK_SEARCHED, mark, strlen(mark)) != NULL;
}

const struct language *languages_of_file(const struct languages *languages, const char *file,
                                         const char *bytes, size_t size)
{
    const struct language *plain = NULL;
    const struct language *marked = NULL;

    for (size_t i = 0; i < languages->count; i++) {
        const struct language *language = &languages->items[i];

        if (!language_has_file(language, file))
            continue;
        if (language->mark && has_mark(language, bytes, size))
            return language;
        if (!plain && !language->mark)
            plain = language;
        if (!marked && language->mark)
            marked = language;
    }
    return plain ? plain : marked;
}
