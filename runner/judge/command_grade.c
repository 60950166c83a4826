/* SPDX-License-Identifier: MIT */
/* command_grade.c - `dualpipe grade`: a class of students, a row for each. */
#include "command_judge.h"

#include "judgement_json.h"
#include "judgement_release.h"
#include "judging.h"
#include "outputs.h"
#include "resume.h"

#include "../commands.h"
#include "../signals.h"
#include "../words.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STUDENTS_MAX 100000

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static int list_students(const char *path, struct texts *names)
{
    DIR *listing = opendir(path);
    const struct dirent *entry;

    if (!listing) {
        say("%s: %s", path, strerrordesc_np(errno));
        return -1;
    }
    while (names->count < STUDENTS_MAX && (entry = readdir(listing))) {
        if (entry->d_name[0] != '.')
            texts_add(names, entry->d_name);
    }
    (void)closedir(listing);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof(names->items[0]), compare_names);
    if (names->count > 0)
        return 0;
    say("%s: there is no submission in it", path);
    return -1;
}

/* Students hand in what they like: a link of theirs is not followed. */
static bool is_submission(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

static void grade_one(struct judging *judging, const char *directory, const char *name,
                      struct judge_submission *made)
{
    char *path = text_print("%s/%s", directory, name);

    if (is_submission(path)) {
        judging_submission(judging, path, NULL, made);
        free(made->file);
        made->file = NULL;
    } else {
        *made = (struct judge_submission){
            .verdict = JUDGE_COMPILE_ERROR,
            .reason = text_copy("it is neither a regular file nor a folder"),
            .memory_peak_bytes = DUALPIPE_UNKNOWN,
            .agrees = true,
        };
    }
    made->file = text_copy(name);
    free(path);
}

/* Returns 0, or -1: it could not be kept. What was judged by then counts. */
static int grade_all(struct judging *judging, const struct texts *names, struct resume *resume)
{
    struct judgement *judgement = &judging->judgement;
    const char *directory = judging->options->operands[1];
    int result = 0;

    judging->submission_count = names->count;
    for (size_t i = 0; i < names->count && result == 0 && !judging_is_cancelled(judging); i++) {
        struct judge_submission made;

        judging->submission_number = i + 1;
        if (!resume_take(resume, names->items[i], &made)) {
            grade_one(judging, directory, names->items[i], &made);
            if (!judging_is_cancelled(judging) && made.verdict != JUDGE_JUDGE_ERROR)
                result = resume_add(resume, judgement, &made);
        }
        *GROW(judgement->submissions, judgement->submission_count) = made;
    }
    return result;
}

static int status_of(const struct judgement *judgement, size_t student_count)
{
    for (size_t i = 0; i < judgement->submission_count; i++) {
        const enum judge_verdict verdict = judgement->submissions[i].verdict;

        if (verdict == JUDGE_JUDGE_ERROR || verdict == JUDGE_SKIPPED)
            return EXIT_NO_VERDICT;
    }
    return judgement->submission_count == student_count ? 0 : EXIT_NO_VERDICT;
}

static int run_opened(struct judging *judging, const struct judge_options *options,
                      struct resume *resume)
{
    struct texts names = {0};
    struct progress progress;
    int status = EXIT_NO_VERDICT;

    progress_start(&progress, STDERR_FILENO, options->talk < 0);
    judging->progress = &progress;
    if (list_students(options->operands[1], &names) == 0) {
        const int result = grade_all(judging, &names, resume);

        status = result < 0 ? EXIT_NO_VERDICT : status_of(&judging->judgement, names.count);
    }
    progress_clear(&progress);
    judging->progress = NULL;
    texts_release(&names);
    return status;
}

static int run(const struct judge_options *options, int cancel_fd)
{
    struct resume resume = {0};
    struct judge_outputs outputs;
    struct judging judging;
    int status = EXIT_NO_VERDICT;

    if (judge_outputs_open(&outputs, options) < 0 ||
        resume_open(&resume, options->resume_path) < 0) {
        judge_outputs_close(&outputs);
        return EXIT_NO_VERDICT;
    }
    if (judging_start(&judging, options, cancel_fd) == 0)
        status = run_opened(&judging, options, &resume);
    else
        say_lines(judging.judgement.error);
    if (judging_is_cancelled(&judging)) {
        say("interrupted");
        status = EXIT_NO_VERDICT;
    }
    if (judge_outputs_write(&outputs, options, &judging.judgement, "student") < 0)
        status = EXIT_NO_VERDICT;
    judge_outputs_close(&outputs);
    resume_close(&resume);
    judging_end(&judging);
    return status;
}

int command_grade(int argc, char **argv)
{
    struct judge_options options;
    int status = EXIT_NO_VERDICT;
    int cancel_fd = -1;

    if (judge_options_read(&options, argc, argv) < 0) {
        say("Try 'dualpipe grade --help'");
    } else if (options.help) {
        status = grade_help();
    } else if (options.operand_count != 2 || options.verify) {
        say("a problem and one directory of submissions are to be named");
        say("Try 'dualpipe grade --help'");
    } else if (signals_catch(&cancel_fd) == 0) {
        options.all = true;
        status = run(&options, cancel_fd);
    }
    judge_options_release(&options);
    return status;
}
