/* SPDX-License-Identifier: MIT */
/* expect_fuzz.c - libFuzzer on the comparison of a batch's outputs, byte by byte as they
 * come, against a plain one of whole texts; and on base64 there and back. */
#include "fuzz.h"

#include "batch/base64.h"
#include "batch/comparison.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The words, one space behind each. */
static char *words_of(const char *text, size_t size, size_t *length)
{
    char *made = malloc(2 * size + 2);
    size_t at = 0;

    MUST(made);
    for (size_t i = 0; i < size; i++) {
        if (!is_space(text[i]))
            made[at++] = text[i];
        else if (at > 0 && made[at - 1] != ' ')
            made[at++] = ' ';
    }
    if (at > 0 && made[at - 1] != ' ')
        made[at++] = ' ';
    *length = at;
    return made;
}

/* Lines without white space at their ends, and without empty ones at the end. */
static char *lines_of(const char *text, size_t size, size_t *length)
{
    char *made = malloc(size + 2);
    size_t at = 0;
    size_t start = 0;

    MUST(made);
    for (size_t i = 0; i <= size; i++) {
        if (i < size && text[i] != '\n') {
            made[at++] = text[i];
            continue;
        }
        while (at > start && is_space(made[at - 1]))
            at--;
        made[at++] = '\n';
        start = at;
    }
    while (at > 0 && made[at - 1] == '\n')
        at--;
    *length = at;
    return made;
}

static bool is_same(enum compare how, const char *one, size_t one_size, const char *other,
                    size_t other_size)
{
    char *(*const normal)(const char *, size_t, size_t *) =
        how == COMPARE_LINES ? lines_of : words_of;
    size_t lengths[2];
    char *texts[2];
    bool same;

    if (how == COMPARE_EXACT)
        return one_size == other_size && memcmp(one, other, one_size) == 0;
    texts[0] = normal(one, one_size, &lengths[0]);
    texts[1] = normal(other, other_size, &lengths[1]);
    same = lengths[0] == lengths[1] && memcmp(texts[0], texts[1], lengths[0]) == 0;
    free(texts[0]);
    free(texts[1]);
    return same;
}

static void compare(enum compare how, uint8_t piece, const struct fuzz_bytes *expected,
                    const struct fuzz_bytes *output)
{
    char *one = fuzz_text(expected->data, expected->size);
    char *other = fuzz_text(output->data, output->size);
    struct comparison comparison;
    const size_t step = 1 + piece;

    MUST(comparison_init(&comparison, how, one, expected->size) == 0);
    for (size_t at = 0; at < output->size; at += step)
        comparison_add(&comparison, other + at,
                       output->size - at < step ? output->size - at : step);
    MUST(comparison_holds(&comparison) == is_same(how, one, expected->size, other, output->size));
    comparison_restart(&comparison);
    comparison_add(&comparison, one, expected->size);
    MUST(comparison_holds(&comparison));
    comparison_release(&comparison);
    free(one);
    free(other);
}

static void check_base64(const struct fuzz_bytes *bytes)
{
    unsigned char *decoded = malloc(bytes->size / 4 * 3 + 1);
    char *text = fuzz_text(bytes->data, bytes->size);
    const ssize_t count = base64_decode(text, bytes->size, decoded);
    char *again = NULL;
    size_t length = 0;
    FILE *file;

    if (count >= 0) {
        file = open_memstream(&again, &length);
        MUST(file);
        base64_write(file, decoded, (size_t)count);
        MUST(fclose(file) == 0);
        MUST(length == bytes->size && memcmp(again, text, length) == 0);
    }
    free(again);
    free(decoded);
    free(text);
}

/* HOW PIECE EXPECTED 0xff OUTPUT */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const uint8_t how = fuzz_byte(&bytes);
    const uint8_t piece = fuzz_byte(&bytes);
    const struct fuzz_bytes expected = fuzz_until(&bytes, 0xff);

    compare((enum compare)(how % 3), piece, &expected, &bytes);
    check_base64(&bytes);
    return 0;
}
