/* SPDX-License-Identifier: MIT */
/* sheet_fuzz.c - libFuzzer on what is written for a warm box: every argument and every
 * variable lies in the sheet, whole, or nothing is written at all. Words between NULs;
 * the first byte says how many of them are variables. */
#include "fuzz.h"

#include "environment.h"
#include "warm.h"

#define WORDS_MAX 4096

static struct dualpipe_policy *policy;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    MUST(dualpipe_policy_load(&policy, "native", NULL) == 0);
    return 0;
}

static const char *text_at(const struct dp_sheet *sheet, uint64_t address)
{
    const uint64_t offset = address - DP_SHEET_ADDRESS;

    MUST(address >= DP_SHEET_ADDRESS + offsetof(struct dp_sheet, texts));
    MUST(offset < DP_SHEET_BYTES);
    MUST(memchr((const char *)sheet + offset, '\0', DP_SHEET_BYTES - offset));
    return (const char *)sheet + offset;
}

static void check_sheet(const struct dp_sheet *sheet, const struct dualpipe_job *job)
{
    size_t count = 0;
    size_t i;

    for (; job->argv[count]; count++)
        MUST(strcmp(text_at(sheet, sheet->arguments[count]), job->argv[count]) == 0);
    MUST(count < DP_SHEET_ARGUMENTS && sheet->arguments[count] == 0);
    for (i = 0; sheet->environment[i]; i++)
        (void)text_at(sheet, sheet->environment[i]);
    for (count = 0; job->env[count];)
        count++;
    for (size_t at = 0; at < count; at++) /* at the end, behind the policy's */
        MUST(strcmp(text_at(sheet, sheet->environment[i - count + at]), job->env[at]) == 0);
    MUST(strnlen(sheet->program, sizeof(sheet->program)) < sizeof(sheet->program));
}

/* Each word as often as the second byte says: there is a bound to their number. */
static void split(struct fuzz_bytes *bytes, char *text, const char **argv, const char **env)
{
    const unsigned variables = fuzz_byte(bytes);
    const unsigned times = 1 + fuzz_byte(bytes);
    const char *end = text + bytes->size;
    size_t arguments = 0;
    size_t others = 0;

    memcpy(text, bytes->data, bytes->size);
    for (const char *word = text; word < end; word += strlen(word) + 1)
        for (unsigned i = 0; i < times && arguments + others < WORDS_MAX; i++) {
            if (others < variables * times)
                env[others++] = word;
            else
                argv[arguments++] = word;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char **words = calloc(2 * WORDS_MAX + 2, sizeof(*words));
    char *text = calloc(1, size + 1);
    struct fuzz_bytes bytes = {data, size};
    struct dp_warm warm = {.setup.policy = policy};
    const struct dualpipe_job job = {.argv = words, .env = words + WORDS_MAX + 1};
    int result;

    MUST(words && text);
    split(&bytes, text, words, words + WORDS_MAX + 1);
    warm.sheet = calloc(1, DP_SHEET_BYTES);
    MUST(warm.sheet);
    result = dp_warm_write_sheet(&warm, text, &job);
    MUST(result == 0 || result == -E2BIG);
    if (result == 0)
        check_sheet(warm.sheet, &job);
    free(warm.sheet);
    free(text);
    free(words);
    return 0;
}
