/* SPDX-License-Identifier: MIT */
/* job_line_fuzz.c - libFuzzer on one line of a batch: it becomes a job that says what
 * to run, or one that says what is wrong with it. */
#include "fuzz.h"

#include "batch/job.h"

static struct policies policies;

/* One that a line names is found by that name only once: else it would grow. */
static void forget_policies(void)
{
    if (policies.count > 64)
        policies_release(&policies);
}

static void check_step(const struct step *step)
{
    MUST(step->argv && step->argv[0]);
    MUST(step->policy && step->env);
    MUST(step->limits.cpu_us >= -1 && step->limits.wall_us >= -1 &&
         step->limits.memory_bytes >= -1);
}

static void check_job(const struct job *job)
{
    if (job->has_error) {
        MUST(job->run.result.error.errnum != 0);
        return;
    }
    check_step(&job->run);
    if (job->compile)
        check_step(job->compile);
    MUST(!job->input || job->input_fd < 0);
    for (size_t i = 0; i < job->file_count; i++)
        MUST(job->files[i].name && job->files[i].name[0] != '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const none[] = {NULL};
    struct batch_options options = {
        .run = {.policy = "native", .env = (const char **)(uintptr_t)none, .report_fd = -1},
        .keep_bytes = 4096,
    };
    char *text = fuzz_text(data, size);
    struct job *job = job_make(1);

    MUST(job);
    job_read(job, text, size, &options, &policies);
    check_job(job);
    job_free(job);
    free(text);
    forget_policies();
    return 0;
}
