/* SPDX-License-Identifier: MIT */
/* validator_fuzz.c - libFuzzer on the default output validator: its arguments, an output
 * and an answer. An output that is the answer itself holds; one that does not hold has
 * a difference that can be told. ARGUMENTS 0xff OUTPUT 0xff ANSWER */
#include "fuzz.h"

#include "default_validator.h"

#include "allocate.h"

static void compare(const struct comparison *comparison, const struct fuzz_bytes *output,
                    const struct fuzz_bytes *answer)
{
    char *one = fuzz_text(output->data, output->size);
    char *other = fuzz_text(answer->data, answer->size);
    struct judge_difference difference = {0};
    const bool holds =
        comparison_holds(comparison, one, output->size, other, answer->size, &difference);
    char *words;

    if (!holds) {
        MUST(difference.line > 0);
        words = difference_in_words(&difference);
        MUST(words && words[0]);
        free(words);
    }
    difference_release(&difference);
    free(one);
    free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const struct fuzz_bytes first = fuzz_until(&bytes, 0xff);
    const struct fuzz_bytes output = fuzz_until(&bytes, 0xff);
    char *text = fuzz_text(first.data, first.size);
    struct comparison comparison;
    struct judge_difference difference = {0};
    struct texts arguments = {0};
    char *error = NULL;

    (void)texts_split(&arguments, text);
    if (comparison_read(&comparison, (const char *const *)arguments.items, arguments.count,
                        &error) == 0) {
        compare(&comparison, &output, &bytes);
        comparison.exact = size & 1;
        MUST(comparison_holds(&comparison, (const char *)output.data, output.size,
                              (const char *)output.data, output.size, &difference));
        difference_release(&difference);
    } else {
        MUST(error);
    }
    texts_release(&arguments);
    free(error);
    free(text);
    return 0;
}
