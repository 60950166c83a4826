/* SPDX-License-Identifier: MIT */
/* languages_fuzz.c - libFuzzer on tables of languages, on patterns of paths, and on flags
 * as a shell splits them. */
#include "fuzz.h"

#include "judge/glob.h"
#include "language.h"

static void check_languages(const struct languages *languages)
{
    for (size_t i = 0; i < languages->count; i++) {
        const struct language *language = &languages->items[i];

        MUST(language->name && language->title &&
             (language->is_known_only || language->run.words.count > 0));
        MUST(languages_find(languages, language->name));
        MUST(language->source_bytes >= 0 && language->processes >= -1);
        for (size_t k = 0; k < language->extensions.count; k++)
            (void)languages_of_file(languages, language->extensions.items[k], "#!python2\n", 10);
    }
}

/* PATTERN, a newline, PATH. */
static void check_pattern(const struct fuzz_bytes *input)
{
    struct fuzz_bytes bytes = *input;
    const struct fuzz_bytes first = fuzz_until(&bytes, '\n');
    char *pattern = fuzz_text(first.data, first.size);
    char *path = fuzz_text(bytes.data, bytes.size);

    if (strlen(pattern) < 200 && strlen(path) < 64) {
        (void)glob_matches(pattern, path);
        if (!strpbrk(pattern, "*{}?[]\\") && pattern[0])
            MUST(glob_matches(pattern, pattern));
    }
    free(pattern);
    free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fuzz_bytes bytes = {data, size};
    char *text = fuzz_text(data, size);
    struct languages languages = {0};
    struct texts words = {0};
    char *error = NULL;

    if (languages_read(&languages, text, "fuzz", &error) == 0) {
        MUST(!error);
        check_languages(&languages);
    } else {
        MUST(error);
    }
    languages_release(&languages);
    (void)texts_split(&words, text);
    texts_release(&words);
    check_pattern(&bytes);
    free(error);
    free(text);
    return 0;
}
