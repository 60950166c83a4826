/* SPDX-License-Identifier: MIT */
/* options_fuzz.c - libFuzzer on the command line of `run`: words between NULs, as a
 * wrapper of somebody else's might put them together. */
#include "fuzz.h"

#include "../../runner/options.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    char *argv[WORDS_MAX + 1] = {NULL};
    struct run_options options;
    int count = 0;
    int result;

    for (char *word = text; word < text + size && count < WORDS_MAX; word += strlen(word) + 1)
        argv[count++] = word;
    result = run_options_read(&options, count, argv);
    MUST(result == 0 || (result == -1 && options.error.errnum != 0 && options.error.advice[0]));
    if (result == 0 && !options.help)
        MUST(options.program && options.program[0]);
    run_options_release(&options);
    free(text);
    return 0;
}
