/* SPDX-License-Identifier: MIT */
/*
 * run.c - `dualpipe run`: one program in a fresh box.
 *
 * Reports are opened before all else, so that whatever goes wrong is told in
 * them. Nothing that a file held is cut before all files could be opened and
 * were found to be different ones.
 */
#include "collect.h"
#include "commands.h"
#include "doctor/pointer.h"
#include "dualpipe.h"
#include "host_files.h"
#include "options.h"
#include "output.h"
#include "policy_load.h"
#include "program.h"
#include "retry.h"
#include "signals.h"
#include "summary.h"
#include "words.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a run has open, the streams at the places of their descriptors. */
enum place {
    PLACE_STDIN = STDIN_FILENO,
    PLACE_STDOUT = STDOUT_FILENO,
    PLACE_STDERR = STDERR_FILENO,
    PLACE_REPORT,
    PLACE_REPORT_FD,
    PLACE_META,
    PLACE_COUNT,
};

struct run {
    struct run_options options;
    unsigned closed; /* which of the caller's standard descriptors were */
    struct output outputs[PLACE_COUNT];
    struct start_point starts[PLACE_STDERR + 1]; /* for --retry-noisy */
    struct collector collector;
    struct dualpipe_policy *policy;
    int cancel_fd;
    char program[PATH_MAX];
    struct dualpipe_result result;
    bool is_our_error; /* result.error was made here, for its own wording */
};

/* An error of the command's own: option and value are its subject. Returns -1. */
static int fail(struct run *run, const char *option, const char *value, int errnum,
                const char *advice)
{
    struct dualpipe_error *error = &run->result.error;

    *error = (struct dualpipe_error){.step = DUALPIPE_STEP_READ_JOB, .errnum = errnum, .layer = -1};
    (void)snprintf(error->subject, sizeof(error->subject), "%s %s", option, value);
    (void)snprintf(error->advice, sizeof(error->advice), "%s", advice);
    run->is_our_error = true;
    return -1;
}

/* Take a standard descriptor of the caller's, or leave the place empty. */
static void adopt_standard(struct run *run, enum place place, const char *option, int fd)
{
    if (!(run->closed & (1u << fd)))
        output_adopt(&run->outputs[place], option, "-", fd);
}

/* Open what an option names. "-" is the caller's own. */
static int open_named(struct run *run, enum place place, const char *option, const char *path)
{
    int standard = place <= PLACE_STDERR ? (int)place : STDOUT_FILENO;
    struct stat opened;
    int status;

    if (strcmp(path, "-") == 0) {
        adopt_standard(run, place, option, standard);
        if (run->outputs[place].fd >= 0 || place <= PLACE_STDERR)
            return 0;
        return fail(run, option, path, EBADF, "standard output is closed");
    }
    status = output_open(&run->outputs[place], option, path, place == PLACE_STDIN);
    if (status == 0 && place == PLACE_STDIN && fstat(run->outputs[place].fd, &opened) == 0 &&
        S_ISDIR(opened.st_mode))
        status = -EISDIR;
    return status < 0 ? fail(run, option, path, -status, "nothing was run") : 0;
}

/* All that can be opened is, even when one cannot: it then tells of the other. */
static int open_reports(struct run *run)
{
    const struct run_options *options = &run->options;
    int status = 0;

    if (options->report_fd >= 0 && options->report_fd <= STDERR_FILENO &&
        (run->closed & (1u << options->report_fd)))
        status = fail(run, "--report-fd", "", EBADF, "this descriptor is not open");
    else if (options->report_fd >= 0)
        output_adopt(&run->outputs[PLACE_REPORT_FD], "--report-fd", "", options->report_fd);
    if (options->meta_path && open_named(run, PLACE_META, "--meta", options->meta_path) < 0)
        status = -1;
    if (options->report_path && open_named(run, PLACE_REPORT, "--report", options->report_path) < 0)
        status = -1;
    return status;
}

static int open_streams(struct run *run)
{
    const struct run_options *options = &run->options;

    const char *input = options->stdin_path ? options->stdin_path : "-";
    const char *output = options->stdout_path ? options->stdout_path : "-";
    const char *errors = options->stderr_path ? options->stderr_path : "-";

    if (open_named(run, PLACE_STDIN, "--stdin", input) < 0)
        return -1;
    if (open_named(run, PLACE_STDOUT, "--stdout", output) < 0)
        return -1;
    return options->stderr_to_stdout ? 0 : open_named(run, PLACE_STDERR, "--stderr", errors);
}

/* One file in two roles would be cut, or mixed up. What the caller has open
 * itself may be one file, as with 2>&1. A report must not be lost to it either,
 * so it is closed unwritten. */
static int check_different(struct run *run)
{
    enum place one;
    enum place other;

    for (one = 0; one < PLACE_COUNT; one++) {
        for (other = one + 1; other < PLACE_COUNT; other++) {
            struct output *first = &run->outputs[one];
            struct output *second = &run->outputs[other];

            if (!output_is_same(first, second) || (!first->is_ours && !second->is_ours))
                continue;
            (void)fail(run, second->option, second->path, EINVAL,
                       one == PLACE_STDOUT && other == PLACE_STDERR
                           ? "it is the file of --stdout, too; write --stderr-to-stdout"
                           : "another stream or report has the same file; name another");
            (void)output_close(second);
            if (one >= PLACE_REPORT)
                (void)output_close(first);
            return -1;
        }
    }
    return 0;
}

static int empty_outputs(struct run *run)
{
    enum place place;

    for (place = PLACE_STDOUT; place < PLACE_COUNT; place++) {
        const struct output *output = &run->outputs[place];
        int status = output_empty(output);

        if (status < 0)
            return fail(run, output->option, output->path, -status, "nothing was run");
    }
    return 0;
}

static int check_host_files(struct run *run)
{
    struct host_fault fault;

    if (host_files_check(&run->options, &fault) == 0)
        return 0;
    return fail(run, fault.option, fault.path, fault.errnum, fault.advice);
}

static int find_program(struct run *run)
{
    const char *name = run->options.program[0];
    struct dualpipe_error *error = &run->result.error;
    int status = program_find(name, run->program, sizeof(run->program));

    if (status == 0)
        return 0;
    *error = (struct dualpipe_error){.step = DUALPIPE_STEP_EXEC, .errnum = -status, .layer = -1};
    (void)snprintf(error->subject, sizeof(error->subject), "%s", name);
    if (!strchr(name, '/'))
        (void)snprintf(error->advice, sizeof(error->advice),
                       "it was looked for in PATH; write ./NAME for one in this directory");
    return -1;
}

/* What is collected would take the place of a report or an output stream. */
static int check_collections(struct run *run)
{
    size_t i;
    enum place place;

    for (i = 0; i < run->options.collection_count; i++) {
        const char *host = run->options.collections[i].host;
        struct stat status;

        if (stat(host, &status) < 0)
            continue;
        for (place = 0; place < PLACE_COUNT; place++) {
            const struct output *output = &run->outputs[place];

            if (output->fd >= 0 && output->is_regular && output->device == status.st_dev &&
                output->inode == status.st_ino)
                return fail(run, "--collect", host, EINVAL,
                            "a stream or report has the same file; name another");
        }
    }
    return 0;
}

static int start_collecting(struct run *run)
{
    size_t failed;
    int status;

    if (check_collections(run) < 0)
        return -1;
    status = collector_start(&run->collector, &run->options, &failed);
    if (status == 0)
        return 0;
    return fail(run, "--collect", run->options.collections[failed].host, -status,
                "no regular file can be put there");
}

/* What --retry-noisy has to set back for another attempt. */
static int note_starts(struct run *run)
{
    static const char *const names[] = {"standard input", "standard output", "standard error"};
    enum place place;

    if (!run->options.retry_noisy)
        return 0;
    for (place = PLACE_STDIN; place <= PLACE_STDERR; place++) {
        const char *why =
            retry_note(&run->starts[place], &run->outputs[place], place == PLACE_STDIN);

        if (why)
            return fail(run, "--retry-noisy", names[place], EINVAL, why);
    }
    return 0;
}

/* Everything that can fail before the box is made. */
static int prepare(struct run *run)
{
    int status = signals_catch(&run->cancel_fd);

    if (status < 0)
        return fail(run, "signals", "INT, TERM, HUP", -status, "nothing was run");
    if (open_reports(run) < 0)
        return -1;
    if (run->options.error.errnum != 0) {
        run->result.error = run->options.error;
        run->is_our_error = true;
        return -1;
    }
    if (open_streams(run) < 0 || check_different(run) < 0 || empty_outputs(run) < 0)
        return -1;
    if (note_starts(run) < 0)
        return -1;
    if (find_program(run) < 0 || check_host_files(run) < 0 ||
        policy_load(&run->policy, run->options.policy, &run->result.error) < 0)
        return -1;
    return start_collecting(run);
}

static struct dualpipe_stream as_stream(const struct output *output)
{
    if (output->fd < 0)
        return (struct dualpipe_stream){.route = DUALPIPE_ROUTE_DISCARD};
    return (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = output->fd};
}

/* A command line that is cut short would not be one that works: where it has no
 * room in the error it is only said. */
static void advise_on_script(struct run *run)
{
    struct dualpipe_error *error = &run->result.error;
    char advice[2 * PATH_MAX] = "";

    (void)program_advice(run->program, advice, sizeof(advice));
    if (!advice[0])
        return;
    if (strlen(advice) < sizeof(error->advice)) {
        memcpy(error->advice, advice, strlen(advice) + 1);
        return;
    }
    say("%s", advice);
    (void)snprintf(error->advice, sizeof(error->advice),
                   "it is a script; run its interpreter, and put the script in with --file");
}

/* As it all was before the first attempt. Returns 0, or -1 and the error. */
static int start_over(struct run *run)
{
    enum place place;

    for (place = PLACE_STDIN; place <= PLACE_STDERR; place++) {
        const struct output *output = &run->outputs[place];
        int status = retry_rewind(&run->starts[place], output, place == PLACE_STDIN);

        if (status < 0)
            return fail(run, output->option, output->path, -status, "it could not be set back");
    }
    collector_release(&run->collector);
    return start_collecting(run);
}

/* A failure is never repeated. Returns what dualpipe_run() does. */
static int run_job(struct run *run, struct dualpipe_job *job, struct dualpipe_error *error)
{
    unsigned attempts = 1;
    int status = dualpipe_run(job, &run->result, error);

    while (status == 0 && run->options.retry_noisy && attempts < RETRY_ATTEMPTS &&
           retry_is_due(&run->result)) {
        run->result = (struct dualpipe_result){.size = sizeof(run->result), .error.layer = -1};
        status = start_over(run);
        if (status < 0) {
            *error = run->result.error;
            return status;
        }
        job->collects = run->collector.collects;
        job->collect_count = run->collector.count;
        attempts++;
        status = dualpipe_run(job, &run->result, error);
    }
    run->result.attempts = attempts;
    return status;
}

/* Runs the job: run->result then says how it ended, or why it could not. */
static void execute(struct run *run)
{
    const struct run_options *options = &run->options;
    struct dualpipe_job job = {
        .size = sizeof(job),
        .env = options->env,
        .policy = run->policy,
        .limits = options->limits,
        .standard_input = as_stream(&run->outputs[PLACE_STDIN]),
        .standard_output = as_stream(&run->outputs[PLACE_STDOUT]),
        .standard_error = as_stream(&run->outputs[PLACE_STDERR]),
        .files = options->files,
        .file_count = options->file_count,
        .binds = options->binds,
        .bind_count = options->bind_count,
        .collects = run->collector.collects,
        .collect_count = run->collector.count,
        .without = options->without,
        .require = options->require,
        .on_refusal = options->on_refusal,
        .cpus = options->cpus,
        .cancel_fd = &run->cancel_fd,
    };
    struct dualpipe_error error = {.size = sizeof(error), .layer = -1};
    int status;

    if (options->stderr_to_stdout)
        job.standard_error = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_STDOUT};
    options->program[0] = run->program; /* what was found is what is executed */
    job.argv = (const char *const *)options->program;
    status = run_job(run, &job, &error);
    if (status == 0)
        return;
    if (error.errnum == 0)
        error.errnum = -status;
    run->result.error = error;
    if (error.errnum == ENOEXEC)
        advise_on_script(run);
}

/* In the words of the command line where the command line was wrong. */
static void say_error(const struct run *run)
{
    const struct dualpipe_error *error = &run->result.error;
    bool is_usage = run->is_our_error && error->errnum == EINVAL;
    char text[1024];

    if (!run->is_our_error) {
        say("%s", dualpipe_error_text(error, text, sizeof(text)));
        point_to_doctor(error);
    } else if (is_usage)
        say("%s: %s", error->subject, error->advice);
    else
        say("%s: %s; %s", error->subject, strerrordesc_np(error->errnum), error->advice);
    if (is_usage)
        say("Try 'dualpipe run --help'");
}

/* A signal that comes while a file is being opened (a pipe without a reader)
 * ends the run before it begins. */
static void note_interruption(struct run *run)
{
    if (!run->is_our_error || run->result.error.errnum != EINTR)
        return;
    run->result.verdict = DUALPIPE_CANCELLED;
    (void)snprintf(run->result.reason, sizeof(run->result.reason),
                   "interrupted before the program was started");
}

/* Returns 0, or -1 and says why. */
static int write_report(struct output *output, const struct dualpipe_result *result,
                        enum dualpipe_format format)
{
    ssize_t length;
    char *text;
    int status;

    if (output->fd < 0)
        return 0;
    length = dualpipe_report(result, format, &text);
    status = length < 0 ? (int)length : output_write(output, text, (size_t)length);
    if (length >= 0)
        free(text);
    if (status == 0)
        status = output_close(output);
    if (status == 0)
        return 0;
    say("%s %s: %s; the report was not written", output->option, output->path,
        strerrordesc_np(-status));
    return -1;
}

static int write_reports(struct run *run)
{
    int status = 0;

    if (write_report(&run->outputs[PLACE_REPORT], &run->result, DUALPIPE_FORMAT_JSON) < 0)
        status = -1;
    if (write_report(&run->outputs[PLACE_REPORT_FD], &run->result, DUALPIPE_FORMAT_JSON) < 0)
        status = -1;
    if (write_report(&run->outputs[PLACE_META], &run->result, DUALPIPE_FORMAT_META) < 0)
        status = -1;
    return status;
}

/* What the target wrote is safe only when its files could be closed. */
static int close_streams(struct run *run)
{
    enum place place;
    int worst = 0;

    for (place = PLACE_STDIN; place <= PLACE_STDERR; place++) {
        struct output *output = &run->outputs[place];
        int status = output_close(output);

        if (status == 0)
            continue;
        say("%s %s: %s", output->option, output->path, strerrordesc_np(-status));
        worst = -1;
    }
    return worst;
}

/* Tell how it went, everywhere it was asked for. Returns the exit status. */
static int finish(struct run *run)
{
    const struct dualpipe_result *result = &run->result;
    int exit_status = result->verdict == DUALPIPE_OK ? 0 : EXIT_OTHER_VERDICT;

    note_interruption(run);
    if (result->verdict == DUALPIPE_INTERNAL_ERROR) {
        say_error(run);
        exit_status = EXIT_NO_VERDICT;
    } else {
        int collected = collector_finish(&run->collector, &run->options);

        if (collected > exit_status)
            exit_status = collected;
    }
    if (close_streams(run) < 0)
        exit_status = EXIT_NO_VERDICT;
    if (write_reports(run) < 0)
        exit_status = EXIT_NO_VERDICT;
    if (result->verdict != DUALPIPE_INTERNAL_ERROR)
        summary_say(result, &run->options, run->policy);
    return exit_status;
}

static void release(struct run *run)
{
    enum place place;

    for (place = 0; place < PLACE_COUNT; place++)
        (void)output_close(&run->outputs[place]);
    collector_release(&run->collector);
    dualpipe_policy_free(run->policy);
    run_options_release(&run->options);
}

int command_run(int argc, char **argv, unsigned closed)
{
    struct run run = {.closed = closed, .cancel_fd = -1};
    enum place place;
    int exit_status;

    for (place = 0; place < PLACE_COUNT; place++)
        run.outputs[place] = (struct output)OUTPUT_NONE;
    run.result.size = sizeof(run.result);
    run.result.error.layer = -1;
    if (run_options_read(&run.options, argc, argv) == 0 && run.options.help) {
        run_options_release(&run.options);
        return help_print_run();
    }
    if (prepare(&run) == 0)
        execute(&run);
    exit_status = finish(&run);
    release(&run);
    return exit_status;
}
