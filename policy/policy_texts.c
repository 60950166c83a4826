/* SPDX-License-Identifier: MIT */
/* policy_texts.c - the texts of a policy: each found, checked and hashed once. */
#include "arena.h"
#include "policy_parser.h"
#include "sha256.h"

#include <stdio.h>
#include <string.h>

int dp_texts_add(struct dp_parser *parser, const struct dp_text *text, const struct dp_text **added)
{
    struct dp_loaded *loaded = dp_arena_take(parser->arena, sizeof(*loaded));

    if (!loaded)
        return dp_text_no_memory(parser->error);
    loaded->text = *text;
    dp_sha256_of(text->data, text->size, loaded->sha256);
    parser->texts[parser->text_count++] = loaded;
    *added = &loaded->text;
    return 0;
}

/* A text counts for the hash from its first use on, in that order. */
void dp_texts_use(struct dp_parser *parser, const struct dp_text *text)
{
    size_t i;

    for (i = 0; i < parser->text_count && &parser->texts[i]->text != text; i++)
        ;
    if (i < parser->text_count)
        parser->texts[i]->is_used = true;
}

static int say_not_found(struct dp_parser *parser, const struct dp_line *line,
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
int dp_texts_load(struct dp_parser *parser, const struct dp_line *line, const struct dp_word *word,
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
    if (parser->text_count == DP_TEXTS_MAX)
        return dp_text_wrong(parser->error, line, word->column, "more than %d texts", DP_TEXTS_MAX);
    parser->byte_count += text.size;
    if (parser->byte_count > DP_TEXT_BYTES_MAX)
        return dp_text_wrong(parser->error, line, word->column,
                             "the texts are larger than %d KiB together", DP_TEXT_BYTES_MAX / 1024);
    result = dp_text_check(&text, parser->error);
    return result != 0 ? result : dp_texts_add(parser, &text, found);
}

/*
 * The hash of one text is its own. With others: that of the list of all hashes,
 * a line each; the main text first, the others as they were loaded.
 */
void dp_texts_hash(const struct dp_parser *parser, size_t main_index, char sha256[65])
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
