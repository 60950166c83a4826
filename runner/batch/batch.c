/* SPDX-License-Identifier: MIT */
/* batch.c - the command `dualpipe batch`: see batch.h. */
#include "batch.h"

#include "../commands.h"
#include "../doctor/pointer.h"
#include "../host_files.h"
#include "../program.h"
#include "../signals.h"
#include "../words.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* So many ids are remembered, to find those that come again. */
#define IDS_MAX ((size_t)1 << 20)
#define LOCK_ATTEMPTS 100
#define LOCK_PAUSE_NS 20000000

int64_t batch_now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int batch_fail(struct batch *batch, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    progress_clear(&batch->progress);
    say("%s", text);
    batch->has_failed = true;
    return -1;
}

static int fail_with(struct batch *batch, const struct dualpipe_error *error)
{
    char text[1024];

    return batch_fail(batch, "%s", text_with_doctor(error, text, sizeof(text)));
}

static int open_input(struct batch *batch)
{
    const char *path = batch->options.input_path;
    int status;

    if (strcmp(path, "-") != 0) {
        status = output_open(&batch->input, "FILE", path, true);
        return status < 0
                   ? batch_fail(batch, "%s: %s; nothing was run", path, strerrordesc_np(-status))
                   : 0;
    }
    if (batch->closed & (1u << STDIN_FILENO))
        return batch_fail(batch, "standard input is closed; name a FILE of jobs");
    output_adopt(&batch->input, "FILE", "standard input", STDIN_FILENO);
    if (isatty(STDIN_FILENO) && batch->options.run.talk >= 0)
        say("reading jobs from the terminal, one JSON object a line; Ctrl-D ends them");
    return 0;
}

/* A file for results is one batch's at a time. One that was killed a moment ago
 * may not be gone altogether. */
static int lock(int fd)
{
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
    int attempts;

    for (attempts = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; attempts++) {
        if (errno != EWOULDBLOCK || attempts == LOCK_ATTEMPTS)
            return -1;
        (void)nanosleep(&pause, NULL);
    }
    return 0;
}

static int open_file(struct batch *batch, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);

    if (fd < 0 && !batch->options.resume_path) /* a pipe or device that cannot be read */
        fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return batch_fail(batch, "%s: %s; nothing was run", path, strerrordesc_np(errno));
    output_adopt(&batch->output, "--out", path, fd);
    batch->output.is_ours = true;
    if (batch->options.resume_path && !batch->output.is_regular)
        return batch_fail(batch, "--resume %s: it is not a regular file; name one", path);
    if (batch->output.is_regular && lock(fd) < 0)
        return batch_fail(batch, "%s: another batch writes to it; name another file", path);
    return 0;
}

static int open_output(struct batch *batch)
{
    const char *path = batch->options.out_path;

    if (strcmp(path, "-") == 0) {
        if (batch->closed & (1u << STDOUT_FILENO))
            return batch_fail(batch, "standard output is closed; name a file with --out");
        output_adopt(&batch->output, "--out", "standard output", STDOUT_FILENO);
    } else if (open_file(batch, path) < 0) {
        return -1;
    }
    if (output_is_same(&batch->input, &batch->output))
        return batch_fail(batch, "%s: jobs are read from the same file; name another with --out",
                          batch->output.path);
    return 0;
}

/* What the file holds is cut or gone on with only when all else is well. */
static int start_output(struct batch *batch)
{
    const char *path = batch->options.out_path;
    int status = 0;

    if (!batch->options.resume_path) {
        status = output_empty(&batch->output);
    } else {
        status = resume_read(&batch->resume, batch->output.fd);
        if (status == -EBADMSG)
            return batch_fail(batch,
                              "--resume %s: line %zu is no result of a batch; nothing was "
                              "changed: name the file that a batch wrote",
                              path, batch->resume.wrong_line);
    }
    if (status < 0)
        return batch_fail(batch, "%s: %s; nothing was run", path, strerrordesc_np(-status));
    if (batch->resume.cut_bytes > 0 && batch->options.run.talk >= 0)
        say("%s: its last line was not whole, and is cut off; its job runs again", path);
    return 0;
}

static int check_host(struct batch *batch)
{
    const struct run_options *options = &batch->options.run;
    struct host_fault fault;
    int fd;

    if (host_files_check(options, &fault) < 0)
        return batch_fail(batch, "%s %s: %s; %s", fault.option, fault.path,
                          strerrordesc_np(fault.errnum), fault.advice);
    if (!options->stdin_path)
        return 0;
    if (strcmp(options->stdin_path, "-") == 0)
        return batch_fail(batch, "--stdin -: every job reads it from its start; name a file");
    fd = open(options->stdin_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return batch_fail(batch, "--stdin %s: %s; name a file that is there", options->stdin_path,
                          strerrordesc_np(errno));
    (void)close(fd);
    return 0;
}

/* Of a list as "0-3,5"; 0 where it is none, which the library says better. */
static unsigned count_listed(const char *list)
{
    unsigned long count = 0;

    for (;;) {
        char *end;
        unsigned long first = strtoul(list, &end, 10);
        unsigned long last = *end == '-' ? strtoul(end + 1, &end, 10) : first;

        if (end == list || last < first || last - first >= CPU_SETSIZE || count > CPU_SETSIZE)
            return 0;
        count += last - first + 1;
        if (*end != ',')
            return *end ? 0 : (unsigned)count;
        list = end + 1;
    }
}

/* As many boxes as CPUs: those of --cpus, or the caller's. */
static unsigned count_cpus(const char *cpus)
{
    const char *list = cpus;
    cpu_set_t set;
    unsigned count = 0;

    if (list && strncmp(list, "spread", 6) == 0)
        list = list[6] == ':' ? list + 7 : NULL;
    if (list)
        count = count_listed(list);
    if (count > 0)
        return count;
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

static enum dualpipe_freshness freshness_named(const char *name)
{
    int level;

    for (level = 1; name && level < DUALPIPE_FRESHNESS_COUNT; level++) {
        if (strcmp(dualpipe_freshness_name((enum dualpipe_freshness)level), name) == 0)
            return (enum dualpipe_freshness)level;
    }
    return DUALPIPE_FRESHNESS_DEFAULT;
}

/* For jobs that are to be forks of it: a job may ask for that, too. */
static int find_interpreter(struct batch *batch, struct dualpipe_pool_options *pools,
                            struct dualpipe_error *error)
{
    static const char *const words[] = {"python3", NULL};
    const int status = program_find(words[0], batch->interpreter, sizeof(batch->interpreter));

    if (status < 0) {
        *error = (struct dualpipe_error){
            .step = DUALPIPE_STEP_OPEN_PROGRAM, .errnum = -status, .layer = -1};
        (void)snprintf(error->subject, sizeof(error->subject), "%s", words[0]);
        (void)snprintf(error->advice, sizeof(error->advice),
                       "--warm starts it ahead of the jobs: install it, or leave --warm out");
        return status;
    }
    pools->interpreter = words;
    pools->interpreter_program = batch->interpreter;
    return 0;
}

/* Limits come with each job: those of the command line are not for compile steps. */
static int open_pools(struct batch *batch)
{
    const struct batch_options *options = &batch->options;
    struct dualpipe_error error = {.layer = -1};
    struct dualpipe_pool_options pools = {
        .size = sizeof(pools),
        .freshness = freshness_named(options->freshness),
        .cpus = options->run.cpus,
    };

    pools.policy = policies_get(&batch->policies, options->run.policy, &error);
    if (!pools.policy)
        return fail_with(batch, &error);
    pools.boxes = options->jobs ? options->jobs : count_cpus(options->run.cpus);
    if (find_interpreter(batch, &pools, &error) < 0 && options->warm)
        return fail_with(batch, &error);
    return pools_open(&batch->pools, &pools, options->warm, &error) < 0 ? fail_with(batch, &error)
                                                                        : 0;
}

/* From where a regular file stands: its caller may have read from it. Else 0. */
static int64_t bytes_left(const struct output *input)
{
    off_t start = input->is_regular ? lseek(input->fd, 0, SEEK_CUR) : -1;
    struct stat status;

    if (start < 0 || fstat(input->fd, &status) < 0 || status.st_size < start)
        return 0;
    return status.st_size - start;
}

static int prepare(struct batch *batch)
{
    const struct dualpipe_error *error = &batch->options.run.error;
    int status = signals_catch(&batch->signal_fd);

    if (status < 0)
        return batch_fail(batch, "signals: %s", strerrordesc_np(-status));
    if (error->errnum != 0) {
        (void)batch_fail(batch, "%s: %s", error->subject, error->advice);
        say("Try 'dualpipe batch --help'");
        return -1;
    }
    if (open_input(batch) < 0 || open_output(batch) < 0 || check_host(batch) < 0 ||
        open_pools(batch) < 0 || start_output(batch) < 0)
        return -1;
    lines_init(&batch->lines, batch->input.fd, LINE_BYTES_MAX);
    batch->ids.count_max = IDS_MAX;
    outbox_init(&batch->outbox, &batch->output, batch->options.ordered);
    progress_init(&batch->progress, batch->options.run.talk < 0, batch_now_us());
    batch->progress.bytes_total = bytes_left(&batch->input);
    return 0;
}

/* What nobody should have to find out later. */
static void say_what_is_wrong(struct batch *batch)
{
    const struct progress *progress = &batch->progress;
    size_t unwritten = batch->outbox.waiting;

    if (batch->duplicates > 0 && batch->options.run.talk >= 0)
        say("%zu jobs have the id of one before them; their results say which one they are "
            "(repeat)",
            batch->duplicates);
    if (batch->resume.faults > 0)
        (void)batch_fail(batch, "%s: %zu of its earlier results have no verdict",
                         batch->output.path, batch->resume.faults);
    if (batch->signals > 0)
        (void)batch_fail(batch, "interrupted after %zu jobs%s", progress->done - unwritten,
                         batch->output.is_ours ? "; --resume goes on from there" : "");
    if (batch->dropped + unwritten > 0)
        (void)batch_fail(batch, "%zu jobs under way were given up, without a result",
                         batch->dropped + unwritten);
    if (progress->faults + progress->bad_lines + progress->verdicts[DUALPIPE_CANCELLED] > 0)
        batch->has_failed = true;
}

static void finish(struct batch *batch)
{
    int status;

    progress_clear(&batch->progress);
    say_what_is_wrong(batch);
    status = output_close(&batch->output);
    if (status < 0)
        (void)batch_fail(batch, "%s: %s", batch->options.out_path, strerrordesc_np(-status));
    if (batch->options.run.talk >= 0 &&
        (batch->has_failed || batch->options.run.talk > 0 || isatty(STDERR_FILENO)))
        progress_say(&batch->progress, batch_now_us());
}

static void release(struct batch *batch)
{
    pools_close(&batch->pools);
    outbox_release(&batch->outbox);
    lines_release(&batch->lines);
    workplace_remove(&batch->workplace);
    policies_release(&batch->policies);
    resume_release(&batch->resume);
    ids_release(&batch->ids);
    (void)output_close(&batch->input);
    (void)output_close(&batch->output);
    batch_options_release(&batch->options);
}

int command_batch(int argc, char **argv, unsigned closed)
{
    struct batch batch = {
        .closed = closed,
        .input = OUTPUT_NONE,
        .output = OUTPUT_NONE,
        .signal_fd = -1,
        .outbox.own_fd = -1,
    };

    workplace_init(&batch.workplace, "dualpipe-batch-");
    if (batch_options_read(&batch.options, argc, argv) == 0 && batch.options.run.help) {
        batch_options_release(&batch.options);
        return help_print_batch();
    }
    if (prepare(&batch) == 0) {
        batch_loop(&batch);
        finish(&batch);
    }
    release(&batch);
    return batch.has_failed ? EXIT_NO_VERDICT : 0;
}
