/* SPDX-License-Identifier: MIT */
/*
 * judging.c - a problem made ready, and submissions judged one after the other.
 *
 * The cases of one submission are handed to as many threads as were asked for.
 * What is left out after a failure depends on the order of the cases alone, never
 * on which thread was faster.
 */
#include "judging.h"

#include "judgement_release.h"
#include "policies.h"
#include "scoring.h"
#include "scratch.h"
#include "time_limit.h"
#include "toolchain.h"

#include "../words.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WALL_EXTRA_US DUALPIPE_SECONDS(5)
#define POOL_CASES_LEAST 4
#define LANGUAGES_MAX ((size_t)1 << 20)

bool judging_is_cancelled(const struct judging *judging)
{
    struct pollfd look = {.fd = judging->cancel_fd, .events = POLLIN};

    return judging->cancel_fd >= 0 && poll(&look, 1, 0) > 0;
}

static int fail(struct judging *judging, char *why)
{
    if (judging->judgement.error)
        free(why);
    else
        judging->judgement.error = why;
    return -1;
}

static int read_languages(struct judging *judging)
{
    const char *path = judging->options->languages_path;
    char *error = NULL;
    char *text;
    size_t size = 0;
    FILE *file;
    int result;

    if (languages_read_builtin(&judging->languages, &error) < 0)
        return fail(judging, error);
    if (!path)
        return 0;
    file = fopen(path, "re");
    if (!file)
        return fail(judging, text_print("--languages %s: %s", path, strerrordesc_np(errno)));
    text = allocate(LANGUAGES_MAX + 1);
    size = fread(text, 1, LANGUAGES_MAX, file);
    (void)fclose(file);
    text[size] = '\0';
    result = languages_read(&judging->languages, text, path, &error);
    free(text);
    return result < 0 ? fail(judging, error) : 0;
}

static struct build_order checker_order(const struct judging *judging)
{
    const struct problem *problem = &judging->problem;

    return (struct build_order){
        .takes_scripts = true,
        .compile_us = problem->compile_us,
        .compile_memory_bytes = problem->compile_memory_bytes,
        .cancel_fd = &judging->cancel_fd,
    };
}

/* Headers beside a checker of one file, testlib.h above all. */
static void add_headers(struct sources *sources, const char *path)
{
    char *directory = text_cut(path, (size_t)(base_name(path) - path));
    struct sources all;
    char *error = NULL;

    if (sources_read(&all, NULL, directory[0] ? directory : ".", PROGRAM_BYTES_MAX, &error) == 0) {
        for (size_t i = 0; i < all.count; i++) {
            const char *ending = strrchr(all.files[i].name, '.');

            if (!ending || (strcmp(ending, ".h") != 0 && strcmp(ending, ".hpp") != 0) ||
                sources->count == SOURCES_MAX)
                continue;
            *GROW(sources->files, sources->count) = all.files[i];
            all.files[i] = (struct source){0};
        }
    }
    sources_release(&all);
    free(error);
    free(directory);
}

/* Compile a validator, checker or interactor: of the package, or a host's file. */
static int build_checker(struct judging *judging, struct built *built, bool is_of_package,
                         const char *path)
{
    const struct build_order order = checker_order(judging);
    struct judge_compile compile = {0};
    struct sources sources;
    char *reason = NULL;
    enum build_outcome outcome;

    if (sources_read(&sources, is_of_package ? &judging->problem : NULL, path, PROGRAM_BYTES_MAX,
                     &reason) < 0) {
        sources_release(&sources);
        fail(judging, text_print("the program %s cannot be read: %s", path, reason));
        free(reason);
        return -1;
    }
    if (is_of_package)
        sources_replace_constants(&sources, &judging->problem);
    else if (sources.count == 1)
        add_headers(&sources, path);
    outcome = build(built, &judging->languages, &sources, &order, &compile, &reason);
    sources_release(&sources);
    if (outcome != BUILD_OK)
        fail(judging, text_print("the program %s could not be built: %s%s%.2000s", path,
                                 reason ? reason : "", compile.messages ? "\n" : "",
                                 compile.messages ? compile.messages : ""));
    free(reason);
    free(compile.command);
    free(compile.messages);
    return outcome == BUILD_OK ? 0 : -1;
}

int judging_build_program(struct judging *judging, struct built *built, const char *path)
{
    return build_checker(judging, built, true, path);
}

static bool is_word(const char *text, const char *word)
{
    return text && strcmp(text, word) == 0;
}

/* Where the next of the checkers is to be built. */
static struct built *add_checker(struct judging *judging)
{
    struct built *added = GROW(judging->checkers, judging->checker_count);

    *added = (struct built){0};
    return added;
}

/* All validators of a package are run, and each of them must accept. */
static int build_validators(struct judging *judging)
{
    const struct texts *paths = &judging->problem.output_validators;

    judging->checker_kind = CHECK_VALIDATOR;
    for (size_t i = 0; i < paths->count; i++) {
        if (build_checker(judging, add_checker(judging), true, paths->items[i]) < 0)
            return -1;
    }
    return 0;
}

static int choose_checker(struct judging *judging)
{
    const struct judge_options *options = judging->options;
    const char *checker = options->checker;
    const bool is_icpc = is_word(options->checker_style, "icpc");

    if (options->interactor) {
        judging->problem.kind |= JUDGE_INTERACTIVE;
        judging->checker_kind = is_icpc ? CHECK_VALIDATOR : CHECK_TESTLIB;
        if (build_checker(judging, add_checker(judging), false, options->interactor) < 0)
            return -1;
    }
    if (is_word(checker, "exact")) {
        judging->checker_kind = CHECK_EXACT;
    } else if (checker && !is_word(checker, "tokens")) {
        judging->has_extra_checker = options->interactor != NULL;
        judging->checker_kind = is_icpc ? CHECK_VALIDATOR : CHECK_TESTLIB;
        return build_checker(judging,
                             options->interactor ? &judging->extra_checker : add_checker(judging),
                             false, checker);
    } else if (!options->interactor && !checker && judging->problem.output_validators.count > 0) {
        return build_validators(judging);
    }
    return 0;
}

static int64_t given(int64_t option, int64_t otherwise)
{
    return option ? option : otherwise;
}

static void set_limits(struct judging *judging)
{
    const struct problem *problem = &judging->problem;
    const struct dualpipe_limits *asked = &judging->options->limits;
    struct dualpipe_limits *limits = &judging->limits;
    int64_t wall_us;

    *limits = *asked;
    limits->cpu_us = given(asked->cpu_us, (int64_t)(problem->time_limit_s * 1e6));
    wall_us = limits->cpu_us == DUALPIPE_UNLIMITED ? DUALPIPE_UNLIMITED
                                                   : 2 * limits->cpu_us + WALL_EXTRA_US;
    limits->wall_us = given(asked->wall_us, wall_us);
    limits->memory_bytes = given(asked->memory_bytes, problem->memory_bytes);
    limits->output_bytes = given(asked->output_bytes, problem->output_bytes);
    judging->judgement.problem.limits = *limits;
}

void judging_tell_warnings(struct judging *judging, size_t first)
{
    const struct texts *warnings = &judging->problem.warnings;
    struct judge_problem *told = &judging->judgement.problem;

    for (size_t i = first; i < warnings->count; i++)
        *GROW(told->warnings, told->warning_count) = text_copy(warnings->items[i]);
}

static void tell_problem(struct judging *judging)
{
    const struct problem *problem = &judging->problem;
    struct judge_problem *told = &judging->judgement.problem;

    told->path = text_copy(problem->path);
    told->name = text_copy(problem->name);
    told->format = text_copy(format_name(problem->format));
    told->kind = problem->kind;
    if (problem->group_count > 0)
        told->max_score = scoring_max(problem);
    judging_tell_warnings(judging, 0);
}

static int start(struct judging *judging)
{
    struct problem *problem = &judging->problem;

    if (problem_read(problem, judging->options->operands[0]) < 0)
        return fail(judging, text_print("%s: %s", problem->path, problem->error));
    if (read_languages(judging) < 0 || choose_checker(judging) < 0)
        return -1;
    judging->has_static_validator = problem->static_validator != NULL;
    if (problem->static_validator &&
        judging_build_program(judging, &judging->static_validator, problem->static_validator) < 0)
        return -1;
    judging->has_grader = problem->grader != NULL;
    if (problem->grader && judging_build_program(judging, &judging->grader, problem->grader) < 0)
        return -1;
    if (problem->format == FORMAT_FOLDER && !judging->options->limits.cpu_us)
        problem->time_limit_s = 10; /* as the policy `native` has it */
    if (judging->options->validates_input && judging_validate_input(judging) < 0)
        return -1;
    if (problem->time_limit_s <= 0 && !judging->options->limits.cpu_us &&
        !(problem->kind & JUDGE_SUBMIT_ANSWER)) {
        char *error = NULL;

        if (time_limit_find(judging, &error) < 0)
            return fail(judging, error);
    }
    set_limits(judging);
    return 0;
}

int judging_start(struct judging *judging, const struct judge_options *options, int cancel_fd)
{
    int result;

    *judging = (struct judging){
        .options = options, .cancel_fd = cancel_fd, .problem.fd = -1, .goes_on = options->all};
    result = scratch_start();
    if (result < 0)
        return fail(judging, text_print("no directory could be made in TMPDIR or /tmp: %s",
                                        strerrordesc_np(-result)));
    result = start(judging);
    tell_problem(judging);
    return result;
}

void judging_end(struct judging *judging)
{
    for (size_t i = 0; i < judging->checker_count; i++)
        built_release(&judging->checkers[i]);
    free(judging->checkers);
    if (judging->has_extra_checker)
        built_release(&judging->extra_checker);
    if (judging->has_static_validator)
        built_release(&judging->static_validator);
    if (judging->has_grader)
        built_release(&judging->grader);
    languages_release(&judging->languages);
    problem_release(&judging->problem);
    judgement_release(&judging->judgement);
    policies_release();
    scratch_end();
}

/* The cases of one submission, on their way to the threads. */
struct dispatch {
    struct judging *judging;
    const struct built *built;
    struct judge_submission *submission;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t next;
    size_t done_count;
    bool *is_done;
    size_t first_failed;
    bool stops_early;
};

static bool all_done_before(const struct dispatch *dispatch, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (!dispatch->is_done[i])
            return false;
    }
    return true;
}

/* The next case to be run, in order, or SIZE_MAX. Under the lock. */
static size_t take_case(struct dispatch *dispatch)
{
    const struct problem *problem = &dispatch->judging->problem;
    struct judge_submission *submission = dispatch->submission;

    while (dispatch->next < submission->case_count) {
        const size_t index = dispatch->next++;
        char *why = NULL;

        if (judging_is_cancelled(dispatch->judging)) {
            submission->cases[index].reason = text_copy("interrupted");
        } else if (dispatch->stops_early && index > dispatch->first_failed) {
            submission->cases[index].reason = text_copy("not run: an earlier case failed");
        } else {
            while (scoring_must_wait(problem, index) && !all_done_before(dispatch, index))
                (void)pthread_cond_wait(&dispatch->changed, &dispatch->lock);
            if (scoring_wants_case(problem, submission->cases, index, &why))
                return index;
            submission->cases[index].reason = why;
        }
        dispatch->is_done[index] = true;
        (void)pthread_cond_broadcast(&dispatch->changed);
    }
    return SIZE_MAX;
}

static void *work(void *argument)
{
    struct dispatch *dispatch = argument;
    size_t index;

    (void)pthread_mutex_lock(&dispatch->lock);
    while ((index = take_case(dispatch)) != SIZE_MAX) {
        struct judge_case *made = &dispatch->submission->cases[index];

        (void)pthread_mutex_unlock(&dispatch->lock);
        case_judge(dispatch->judging, dispatch->built, &dispatch->judging->problem.tests[index],
                   made);
        (void)pthread_mutex_lock(&dispatch->lock);
        dispatch->is_done[index] = true;
        dispatch->done_count++;
        if (made->verdict != JUDGE_ACCEPTED && index < dispatch->first_failed)
            dispatch->first_failed = index;
        judging_show(dispatch->judging, dispatch->submission, dispatch->done_count);
        (void)pthread_cond_broadcast(&dispatch->changed);
    }
    (void)pthread_mutex_unlock(&dispatch->lock);
    return NULL;
}

/* Cases behind the first failure that were under way already count for nothing:
 * with one thread they would not have been run. */
static void forget_late_cases(struct dispatch *dispatch)
{
    struct judge_submission *submission = dispatch->submission;

    for (size_t i = dispatch->first_failed; dispatch->stops_early && i + 1 < submission->case_count;
         i++) {
        struct judge_case *late = &submission->cases[i + 1];

        late->verdict = JUDGE_SKIPPED;
        late->was_run = late->had_interactor = false;
        late->score = (struct judge_score){0};
        difference_release(&late->difference);
        free(late->message);
        free(late->team_message);
        free(late->standard_error);
        late->message = late->team_message = late->standard_error = NULL;
        free(late->reason);
        late->reason = text_copy("not run: an earlier case failed");
    }
}

static void run_cases(struct judging *judging, const struct built *built,
                      struct judge_submission *submission)
{
    struct dispatch dispatch = {
        .judging = judging,
        .built = built,
        .submission = submission,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .is_done = allocate(submission->case_count * sizeof(bool)),
        .first_failed = SIZE_MAX,
        .stops_early = !judging->goes_on && scoring_stops_early(&judging->problem),
    };
    const unsigned jobs = judging->options->jobs;
    pthread_t *threads = allocate(jobs * sizeof(*threads));
    unsigned count = 0;

    for (; count + 1 < jobs && count + 1 < submission->case_count; count++) {
        if (pthread_create(&threads[count], NULL, work, &dispatch) != 0)
            break;
    }
    (void)work(&dispatch);
    for (unsigned i = 0; i < count; i++)
        (void)pthread_join(threads[i], NULL);
    if (dispatch.first_failed != SIZE_MAX)
        forget_late_cases(&dispatch);
    free(dispatch.is_done);
    free(threads);
}

static void make_cases(const struct judging *judging, struct judge_submission *submission)
{
    const struct problem *problem = &judging->problem;

    submission->case_count = problem->test_count;
    submission->cases = allocate(problem->test_count * sizeof(*submission->cases));
    for (size_t i = 0; i < problem->test_count; i++) {
        submission->cases[i].name = text_copy(problem->tests[i].name);
        submission->cases[i].group = text_copy(problem->groups[problem->tests[i].group].name);
        submission->cases[i].passes = 1;
    }
}

static void settle(struct judge_submission *submission, enum judge_verdict verdict, char *reason)
{
    submission->verdict = verdict;
    submission->reason = reason;
}

static bool language_is_allowed(const struct problem *problem, const struct language *language)
{
    for (size_t i = 0; i < problem->languages.count; i++) {
        const char *name = problem->languages.items[i];
        bool is_it =
            strcasecmp(language->name, name) == 0 || strcasecmp(language->title, name) == 0;

        for (size_t k = 0; k < language->also.count; k++)
            is_it = is_it || strcasecmp(language->also.items[k], name) == 0;
        if (is_it)
            return true;
    }
    return problem->languages.count == 0;
}

/* Sources into something that runs. Returns true, or false and the verdict. */
static bool compile(struct judging *judging, struct sources *sources, const struct example *example,
                    struct built *built, struct judge_submission *submission)
{
    static const enum judge_verdict verdicts[] = {
        [BUILD_FAILED] = JUDGE_COMPILE_ERROR,
        [BUILD_NO_TOOLCHAIN] = JUDGE_SKIPPED,
        [BUILD_BROKEN] = JUDGE_JUDGE_ERROR,
    };
    struct problem *problem = &judging->problem;
    struct build_order order = {
        .language = example && example->language ? example->language : judging->options->language,
        .entry_point = example ? example->entry_point : NULL,
        .compile_us = problem->compile_us,
        .compile_memory_bytes = problem->compile_memory_bytes,
        .cancel_fd = &judging->cancel_fd,
    };
    const struct language *language;
    enum build_outcome outcome;
    char *reason = NULL;

    language = build_find_language(&judging->languages, sources, order.language, &reason);
    if (!language) {
        settle(submission, JUDGE_COMPILE_ERROR, reason);
        return false;
    }
    order.language = language->name;
    submission->language = text_copy(language->name);
    if (judging->options->report_path || judging->options->html_path ||
        judging->options->report_lines_path || judging->options->junit_path)
        submission->language_version = toolchain_version(language);
    if (!language_is_allowed(problem, language)) {
        settle(submission, JUDGE_COMPILE_ERROR,
               text_print("the problem does not take %s", language->title));
        return false;
    }
    if (sources_include(sources, problem, language, &reason) < 0) {
        settle(submission, JUDGE_JUDGE_ERROR, reason);
        return false;
    }
    outcome = build(built, &judging->languages, sources, &order, &submission->compile, &reason);
    if (outcome == BUILD_OK)
        return true;
    settle(submission, judging_is_cancelled(judging) ? JUDGE_SKIPPED : verdicts[outcome], reason);
    return false;
}

static int64_t code_limit(const struct judging *judging, const struct example *example)
{
    const char *name =
        example && example->language ? example->language : judging->options->language;
    const struct language *language = name ? languages_find(&judging->languages, name) : NULL;

    return language && language->source_bytes ? language->source_bytes
                                              : judging->problem.code_bytes;
}

/* A pool costs as much as some runs. Pairs have their own way of starting; what may
 * write has copies of its files. */
static bool wants_pool(const struct judging *judging)
{
    const struct problem *problem = &judging->problem;

    return problem->test_count >= POOL_CASES_LEAST && !problem->allows_writing &&
           !(problem->kind & (JUDGE_INTERACTIVE | JUDGE_SUBMIT_ANSWER)) &&
           !judging->options->limits.disk_bytes;
}

/* Sources, or answers, into what the cases are judged by. Returns true, or false
 * and the verdict. */
static bool make_ready(struct judging *judging, const char *place, const struct example *example,
                       struct built *built, struct judge_submission *submission)
{
    struct problem *problem = &judging->problem;
    const bool is_answers = (problem->kind & JUDGE_SUBMIT_ANSWER) != 0;
    struct sources sources = {0};
    char *error = NULL;
    bool is_ready = false;

    if (is_answers) {
        if (answers_take(judging, place, example, built, &error) == 0)
            return true;
    } else if (sources_read(&sources, example ? problem : NULL, place, code_limit(judging, example),
                            &error) == 0) {
        if (example)
            sources_replace_constants(&sources, problem);
        is_ready = compile(judging, &sources, example, built, submission);
    }
    sources_release(&sources);
    /* What cannot be read is no submission: there is nothing to blame. */
    if (error && !example && access(place, R_OK) != 0)
        settle(submission, JUDGE_SKIPPED, error);
    else if (error)
        settle(submission, is_answers ? JUDGE_WRONG_ANSWER : JUDGE_COMPILE_ERROR, error);
    return is_ready;
}

void judging_submission(struct judging *judging, const char *path, const struct example *example,
                        struct judge_submission *submission)
{
    const struct problem *problem = &judging->problem;
    const struct grader grader = {.ask = grader_ask, .argument = judging};
    char *place = example ? text_print("submissions/%s", example->path) : text_copy(path);
    struct built built = {0};

    *submission = (struct judge_submission){
        .file = text_copy(example ? example->path : path),
        .memory_peak_bytes = DUALPIPE_UNKNOWN,
        .agrees = true,
    };
    make_cases(judging, submission);
    judging_show(judging, submission, 0);
    if (make_ready(judging, place, example, &built, submission)) {
        if (wants_pool(judging))
            box_open_pool(&built, &judging->limits, judging->options->jobs, judging->options->cpus);
        run_cases(judging, &built, submission);
        scoring_finish(problem, judging->has_grader ? &grader : NULL, submission);
    }
    built_release(&built);
    free(place);
}
