/* SPDX-License-Identifier: MIT */
/* checker_fuzz.c - libFuzzer on what a validator or a checker answers: its exit, what it
 * wrote to standard error, the files that it left. HOW STATUS, then texts between 0xff:
 * standard error, judgemessage.txt, teammessage.txt, score.txt, score_multiplier.txt */
#include "fuzz.h"

#include "../../runner/judge/check.c"

static char root[FUZZ_PATH];
static const char *const names[] = {"judgemessage.txt", "teammessage.txt", "score.txt",
                                    "score_multiplier.txt"};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static void remove_files(void)
{
    const int directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    for (size_t i = 0; i < NAME_COUNT; i++)
        unlinkat(directory, names[i], 0);
    close(directory);
}

static void remove_root(void)
{
    remove_files();
    rmdir(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_directory(root);
    atexit(remove_root);
    return 0;
}

static void put_files(struct fuzz_bytes *bytes, uint8_t how)
{
    const int directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    MUST(directory >= 0);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        const struct fuzz_bytes part = fuzz_until(bytes, 0xff);

        if (how >> i & 1)
            fuzz_put(directory, names[i], part.data, part.size);
    }
    close(directory);
}

static struct dualpipe_result result_of(uint8_t how, uint8_t status)
{
    struct dualpipe_result result = {.has_status = true, .reason = "it ended"};

    result.status = how & 64 ? status & 0x7f : status << 8;
    result.verdict = how & 128                    ? DUALPIPE_TIME_LIMIT
                     : WIFSIGNALED(result.status) ? DUALPIPE_SIGNALLED
                     : result.status == 0         ? DUALPIPE_OK
                                                  : DUALPIPE_NONZERO_EXIT;
    return result;
}

static void check_score(const struct judge_case *made)
{
    if (made->score.known)
        MUST(made->score.points >= -1e300 && made->score.points <= 1e300);
    if (made->has_multiplier)
        MUST(made->multiplier >= 0 && made->multiplier <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const uint8_t how = fuzz_byte(&bytes);
    const uint8_t status = fuzz_byte(&bytes);
    const struct fuzz_bytes first = fuzz_until(&bytes, 0xff);
    char *said = fuzz_text(first.data, first.size);
    const struct dualpipe_result result = result_of(how, status);
    struct judging judging = {.problem.kind = JUDGE_SCORING};
    struct judge_case made = {0};

    judging.problem.format = how & 32 ? FORMAT_2025_09 : FORMAT_LEGACY;
    checker_verdict(&judging, how & 16 ? CHECK_TESTLIB : CHECK_VALIDATOR, &result, said, &made);
    MUST(made.verdict == JUDGE_ACCEPTED || made.verdict == JUDGE_WRONG_ANSWER ||
         made.verdict == JUDGE_JUDGE_ERROR);
    MUST(made.reason);
    check_score(&made);
    if (!(how & 16)) {
        put_files(&bytes, how);
        feedback_read(&judging, root, made.verdict == JUDGE_ACCEPTED, &made);
        check_score(&made);
        remove_files();
    }
    free(made.message);
    free(made.team_message);
    free(made.reason);
    free(said);
    return 0;
}
