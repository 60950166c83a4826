/* SPDX-License-Identifier: MIT */
/* end_report_fuzz.c - libFuzzer on init's report that the target is over: whatever it
 * says, there is a verdict that fits it, or an error. What the supervisor knows, then
 * reports, one behind the other. */
#include "fuzz.h"

#include "../../lib/supervise.c"

#include <jansson.h>

static struct dualpipe_policy *policy;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    MUST(dualpipe_policy_load(&policy, "native", NULL) == 0);
    return 0;
}

static void set_up(struct dp_run *run, uint8_t fired, uint8_t what)
{
    dp_run_init(run);
    run->setup.policy = policy;
    run->setup.limits = (struct dualpipe_limits){
        .cpu_us = 1000000,
        .wall_us = what & 1 ? DUALPIPE_UNLIMITED : 3000000,
        .idle_us = DUALPIPE_UNLIMITED,
        .memory_bytes = what & 2 ? DUALPIPE_UNLIMITED : 1 << 26,
        .output_bytes = 1 << 20,
        .stack_bytes = what & 4 ? DUALPIPE_UNLIMITED : 8 << 20,
    };
    run->box.ran = true;
    run->box.opened_us = 1000000000;
    run->started_us = 999000000;
    run->box.target_proc = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    run->killed = fired != 0;
    run->oom_kills_before = -1;
    run->facts.violation = fired & 1;
    run->facts.time_fired = fired & 2;
    run->facts.wall_fired = fired & 4;
    run->facts.memory_fired = fired & 8;
    run->facts.output_fired = fired & 16;
    run->facts.cancelled = fired & 32;
    run->facts.allocation_refused = fired & 64;
}

/* Its end, if it is told. */
static int read_reports(struct dp_run *run, struct fuzz_bytes *bytes)
{
    int ends[2];
    int result = 0;

    MUST(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    MUST(write(ends[1], bytes->data, bytes->size < 4096 ? bytes->size : 4096) >= 0);
    close(ends[1]);
    run->box.status = ends[0];
    for (int i = 0; i < 32 && result == 0; i++)
        result = read_report(run);
    MUST(result != 0); /* at the end of the pipe at the latest */
    if (result > 0)
        look_at_stack(run);
    return result > 0 ? check_report(run) : result;
}

static void check_result(const struct dp_run *run)
{
    struct dualpipe_result result = {0};
    const int status = run->report.wait_status;
    char *text = NULL;
    ssize_t length;
    json_t *json;

    dp_run_result(run, &result);
    MUST(result.verdict > DUALPIPE_INTERNAL_ERROR && result.verdict < DUALPIPE_VERDICT_COUNT);
    if (result.verdict == DUALPIPE_OK)
        MUST(WIFEXITED(status) && WEXITSTATUS(status) == 0 && !run->facts.violation);
    if (result.verdict == DUALPIPE_NONZERO_EXIT)
        MUST(WIFEXITED(status) && WEXITSTATUS(status) != 0);
    if (result.verdict == DUALPIPE_SIGNALLED)
        MUST(WIFSIGNALED(status));
    MUST(result.usage.cpu_us >= 0 && result.usage.wall_us >= 0);
    length = dualpipe_report(&result, DUALPIPE_FORMAT_JSON, &text);
    MUST(length > 0);
    json = json_loadb(text, (size_t)length, 0, NULL);
    MUST(json);
    json_decref(json);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const uint8_t fired = fuzz_byte(&bytes);
    const uint8_t what = fuzz_byte(&bytes);
    struct dp_run *run = calloc(1, sizeof(*run));

    MUST(run);
    set_up(run, fired, what);
    if (read_reports(run, &bytes) == 0)
        check_result(run);
    else
        MUST(run->error.errnum > 0 && run->error.step == DUALPIPE_STEP_SUPERVISE);
    dp_run_release(run);
    free(run);
    return 0;
}
