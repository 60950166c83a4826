/* SPDX-License-Identifier: MIT */
/* loop.c - the loop of a batch: see batch.h. */
#include "batch.h"
#include "result.h"
#include "steps.h"

#include "../words.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bounds on what is under way: on jobs, and on the bytes of their lines and results,
 * but for one job that may be larger. */
#define JOBS_UNDER_WAY(boxes) (64 + 16 * (size_t)(boxes))
#define BYTES_UNDER_WAY ((size_t)64 << 20)
#define DUPLICATES_SAID_MAX 5
/* A host that makes no boxes makes none for the jobs to come either. */
#define FAULTS_IN_A_ROW_MAX 100
#define BAR_EVERY_MS 200
#define FULL_POOL_PAUSE_US DUALPIPE_MILLISECONDS(10)

static void account(struct batch *batch, struct job *job, size_t bytes)
{
    batch->bytes_under_way -= job->bytes;
    job->bytes = bytes;
    batch->bytes_under_way += bytes;
}

static void cancel(struct batch *batch)
{
    batch->phase = PHASE_CANCELLING;
    pools_cancel(&batch->pools);
}

/* Could no box be made, whatever the job was? */
static bool is_fault_of_box(const struct job *job)
{
    switch (job->run.result.error.step) {
    case DUALPIPE_STEP_READ_JOB:
    case DUALPIPE_STEP_READ_POLICY:
    case DUALPIPE_STEP_OPEN_PROGRAM:
    case DUALPIPE_STEP_COPY_FILE:
    case DUALPIPE_STEP_EXEC:
    case DUALPIPE_STEP_COLLECT:
        return false;
    default:
        return job_outcome(job) == OUTCOME_FAULT;
    }
}

/* Once for each line of the doctor's: the results have the rest. */
static void point_at_fault(struct batch *batch, const struct job *job)
{
    const struct dualpipe_error *error = &job->run.result.error;
    char text[1024];

    if (batch->options.run.talk < 0 || !is_fault_of_box(job) ||
        !is_new_to_doctor(&batch->pointers, error))
        return;
    progress_clear(&batch->progress);
    say("line %zu: %s", job->line, text_with_doctor(error, text, sizeof(text)));
}

static void count_faults(struct batch *batch, const struct job *job)
{
    char text[512];

    batch->faults_in_a_row = is_fault_of_box(job) ? batch->faults_in_a_row + 1 : 0;
    if (batch->faults_in_a_row != FAULTS_IN_A_ROW_MAX || batch->phase != PHASE_READING)
        return;
    batch->phase = PHASE_FINISHING;
    (void)batch_fail(batch, "line %zu, and %d jobs before it: %s", job->line,
                     FAULTS_IN_A_ROW_MAX - 1,
                     dualpipe_error_text(&job->run.result.error, text, sizeof(text)));
    (void)batch_fail(batch, "stopped, as no boxes can be made; 'dualpipe doctor' says more");
}

/* It is over: its line waits to be written, and all else of it is freed. */
static void finish_job(struct batch *batch, struct job *job)
{
    step_clean_up(job);
    job->text = result_line(job, &job->text_size);
    if (!job->text) {
        (void)batch_fail(batch, "line %zu: there is no memory for its result", job->line);
        cancel(batch);
        return;
    }
    progress_count(&batch->progress, job);
    point_at_fault(batch, job);
    count_faults(batch, job);
    job_shrink(job);
    account(batch, job, job->text_size);
    outbox_put(&batch->outbox, job);
}

/* What was cancelled is left for --resume. In order, it is still expected. */
static void drop_job(struct batch *batch, struct job *job)
{
    step_clean_up(job);
    batch->dropped++;
    batch->under_way--;
    account(batch, job, 0);
    if (!batch->options.ordered)
        job_free(job);
}

static void wait_for_retry(struct batch *batch, struct job *job)
{
    job->retry = batch->retries;
    batch->retries = job;
}

static void submit(struct batch *batch, struct job *job)
{
    const struct surroundings surroundings = {&batch->options, &batch->workplace};
    struct policy_pool *pool = pools_for(&batch->pools, job->run.policy, job->run.warm);
    struct dualpipe_job request;
    int status;

    if (!pools_have_room(&batch->pools, pool)) {
        job->due_us = 0;
        wait_for_retry(batch, job);
        return;
    }
    if (step_prepare(job, &surroundings, &request) < 0) {
        if (step_give_up(job, batch_now_us()) == STEP_AGAIN)
            wait_for_retry(batch, job);
        else
            finish_job(batch, job);
        return;
    }
    status = pools_submit(&batch->pools, pool, &request, job);
    if (status == 0)
        return;
    job_step(job)->attempts--;
    if (status == -EAGAIN) {
        job->due_us = batch_now_us() + FULL_POOL_PAUSE_US;
        wait_for_retry(batch, job);
        return;
    }
    (void)job_fail(job, -status, "the pool of boxes", "%s", "");
    job->run.result.error.step = DUALPIPE_STEP_SUPERVISE;
    finish_job(batch, job);
}

/* Which one of its name it is; names that come twice are told of. */
static void note_id(struct batch *batch, struct job *job)
{
    const struct job_key key = {.id = job->id, .id_size = job->id_size};

    job->repeat = ids_add(&batch->ids, &key);
    if (job->repeat < 2)
        return;
    batch->duplicates++;
    if (batch->duplicates > DUPLICATES_SAID_MAX || batch->options.run.talk < 0)
        return;
    progress_clear(&batch->progress);
    say("line %zu: the id \"%.*s\" came before%s", job->line,
        job->id_size > 64 ? 64 : (int)job->id_size, job->id,
        batch->duplicates == DUPLICATES_SAID_MAX ? "; further ones are only counted" : "");
}

static bool was_done_before(const struct batch *batch, const struct job *job)
{
    struct job_key key = {.number = job->line};

    if (job->id) {
        key.id = job->id;
        key.id_size = job->id_size;
        key.number = job->repeat > 0 ? job->repeat : 1;
    }
    return ids_have(&batch->resume.done, &key);
}

static bool is_blank(const struct line *line)
{
    size_t i;

    for (i = 0; i < line->size; i++) {
        if (line->text[i] != ' ' && line->text[i] != '\t' && line->text[i] != '\r')
            return false;
    }
    return true;
}

static void start_job(struct batch *batch, struct job *job, int64_t line_bytes)
{
    if (job->id)
        note_id(batch, job);
    if (was_done_before(batch, job)) {
        batch->progress.skipped++;
        batch->progress.bytes_skipped += line_bytes;
        job_free(job);
        return;
    }
    batch->under_way++;
    batch->bytes_under_way += job->bytes;
    outbox_expect(&batch->outbox, job);
    if (job->has_error)
        finish_job(batch, job);
    else
        submit(batch, job);
}

static void take_line(struct batch *batch, const struct line *line, bool is_too_long)
{
    int64_t passed_before = batch->progress.bytes_passed;
    struct job *job;

    batch->progress.bytes_passed = batch->lines.passed;
    if (!is_too_long && is_blank(line))
        return;
    job = job_make(batch->lines.number);
    if (!job) {
        (void)batch_fail(batch, "line %zu: there is no memory for it", batch->lines.number);
        batch->phase = PHASE_FINISHING;
        return;
    }
    if (is_too_long)
        (void)job_fail(job, E2BIG, "the line",
                       "a job may have %zu MiB; put what is large into files",
                       LINE_BYTES_MAX >> 20);
    else
        job_read(job, line->text, line->size, &batch->options, &batch->policies);
    start_job(batch, job, batch->lines.passed - passed_before);
}

/* Returns false where there is no line now. */
static bool take_next_line(struct batch *batch)
{
    struct line line;
    int status;

    switch (lines_next(&batch->lines, &line)) {
    case LINE_THERE:
        take_line(batch, &line, false);
        return true;
    case LINE_TOO_LONG:
        take_line(batch, &line, true);
        return true;
    case LINE_END:
        batch->phase = PHASE_FINISHING;
        return false;
    default:
        break;
    }
    if (batch->is_dry)
        return false;
    batch->is_dry = true; /* a second read(2) might block */
    status = lines_read(&batch->lines);
    if (status == 0)
        return true;
    batch->phase = PHASE_FINISHING;
    (void)batch_fail(batch, "%s: %s; read up to line %zu", batch->input.path,
                     strerrordesc_np(-status), batch->lines.number);
    return false;
}

/* A job was read that its pool cannot take yet: those behind it wait as well. */
static bool is_waiting_for_room(const struct batch *batch)
{
    const struct job *job;

    for (job = batch->retries; job; job = job->retry) {
        if (job->due_us == 0)
            return true;
    }
    return false;
}

static bool may_take_line(const struct batch *batch)
{
    return batch->phase == PHASE_READING && pools_have_room(&batch->pools, NULL) &&
           !is_waiting_for_room(batch) &&
           batch->under_way < JOBS_UNDER_WAY(batch->pools.options.boxes) &&
           (batch->under_way == 0 || batch->bytes_under_way < BYTES_UNDER_WAY);
}

static void take_result(struct batch *batch, struct job *job, const struct dualpipe_result *result)
{
    if (batch->phase == PHASE_CANCELLING && result->verdict == DUALPIPE_CANCELLED) {
        drop_job(batch, job);
        return;
    }
    switch (step_finish(job, result, batch_now_us())) {
    case STEP_AGAIN:
        wait_for_retry(batch, job);
        break;
    case STEP_GO_ON:
        if (batch->phase == PHASE_CANCELLING)
            drop_job(batch, job);
        else
            submit(batch, job);
        break;
    default:
        finish_job(batch, job);
    }
}

static void take_results(struct batch *batch)
{
    struct dualpipe_result result = {.size = sizeof(result)};
    void *job;

    while (pools_next(&batch->pools, &result, &job)) {
        take_result(batch, job, &result);
        result.size = sizeof(result);
    }
}

/* Those that are due, and when cancelling all. */
static void try_again(struct batch *batch)
{
    struct job *waiting = batch->retries;
    int64_t now = waiting ? batch_now_us() : 0;

    batch->retries = NULL;
    while (waiting) {
        struct job *job = waiting;

        waiting = job->retry;
        if (batch->phase == PHASE_CANCELLING)
            drop_job(batch, job);
        else if (job->due_us > now)
            wait_for_retry(batch, job);
        else
            submit(batch, job);
    }
}

static void lose_output(struct batch *batch, int status)
{
    (void)batch_fail(batch, "%s: %s; results from here on are lost%s", batch->output.path,
                     strerrordesc_np(-status),
                     batch->output.is_ours ? ", go on with --resume when that is mended" : "");
    cancel(batch);
    batch->output_is_broken = true;
}

static void write_results(struct batch *batch)
{
    while (!batch->output_is_broken && outbox_is_waiting(&batch->outbox)) {
        struct job *job;
        int status = outbox_write(&batch->outbox, &job);

        if (status < 0)
            lose_output(batch, status);
        if (!job)
            return;
        batch->under_way--;
        account(batch, job, 0);
        job_free(job);
    }
}

/* The first one lets end what runs, the second one ends it. */
static void take_signals(struct batch *batch)
{
    char bytes[16];
    ssize_t count = read(batch->signal_fd, bytes, sizeof(bytes));

    if (count <= 0)
        return;
    batch->signals += (unsigned)count;
    progress_clear(&batch->progress);
    if (batch->signals > 1 && batch->phase != PHASE_CANCELLING) {
        cancel(batch);
    } else if (batch->phase == PHASE_READING) {
        batch->phase = PHASE_FINISHING;
        if (batch->options.run.talk >= 0)
            say("interrupted: finishing what is under way (%zu jobs); once more ends it at once",
                batch->under_way);
    }
}

/* In milliseconds, as poll(2) takes it. */
static int time_to_wait(const struct batch *batch)
{
    int64_t now = batch_now_us();
    int wait = batch->progress.has_bar ? BAR_EVERY_MS : -1;
    const struct job *job;

    for (job = batch->retries; job; job = job->retry) {
        int64_t left = job->due_us > now ? (job->due_us - now + 999) / 1000 : 1;

        if (job->due_us > 0 && (wait < 0 || left < wait)) /* a result makes room, else */
            wait = (int)left;
    }
    return wait;
}

static void wait_for_more(struct batch *batch)
{
    bool is_reading = may_take_line(batch) && batch->is_dry;
    bool is_writing = !batch->output_is_broken && outbox_is_waiting(&batch->outbox);
    struct pollfd ready[3 + POOLS_MAX] = {
        {.fd = batch->signal_fd, .events = POLLIN},
        {.fd = is_reading ? batch->input.fd : -1, .events = POLLIN},
        {.fd = batch->output_is_broken ? -1 : batch->output.fd, .events = is_writing ? POLLOUT : 0},
    };
    size_t i;

    for (i = 0; i < batch->pools.opened; i++)
        ready[3 + i] =
            (struct pollfd){.fd = dualpipe_pool_fd(batch->pools.each[i].pool), .events = POLLIN};
    (void)poll(ready, 3 + batch->pools.opened, time_to_wait(batch));
    if (ready[1].revents)
        batch->is_dry = false;
    if ((ready[2].revents & (POLLERR | POLLHUP | POLLNVAL)) && !is_writing)
        lose_output(batch, -EPIPE); /* nobody reads any more: do not run on for nobody */
}

static bool is_over(const struct batch *batch)
{
    if (batch->phase == PHASE_READING || batch->pools.count > 0 || batch->retries)
        return false;
    return batch->phase == PHASE_CANCELLING || !outbox_is_waiting(&batch->outbox);
}

void batch_loop(struct batch *batch)
{
    for (;;) {
        take_signals(batch);
        take_results(batch);
        try_again(batch);
        while (may_take_line(batch) && take_next_line(batch))
            ;
        write_results(batch);
        progress_draw(&batch->progress, batch_now_us());
        if (is_over(batch))
            return;
        if (!may_take_line(batch) || batch->is_dry)
            wait_for_more(batch);
    }
}
