/* SPDX-License-Identifier: MIT */
/* listener_fuzz.c - libFuzzer on the answers at a filter's listener. The kernel's part is
 * played here: any call, of any architecture, with any arguments, some of which point
 * to bytes. Each call gets one answer; only a call that the policy has witnessed goes
 * on; nothing of what a target tells gets into a report as it is. */
#include "fuzz.h"

#include "run.h"

#include <jansson.h>
#include <linux/audit.h>

#define POLICY_MAX 16

static struct dualpipe_policy *policies[POLICY_MAX];
static size_t policy_count;

/* The call that waits now, and what became of it. */
static struct fuzz_bytes calls;
static struct seccomp_notif current;
static char *memory; /* that arguments may point to */
static size_t memory_size;
static unsigned answers;
static unsigned answered;
static uint64_t last_id;
static const struct dp_run *answering;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name;

    (void)argc;
    (void)argv;
    while (policy_count < POLICY_MAX && (name = dualpipe_policy_builtin(policy_count)) != NULL)
        MUST(dualpipe_policy_load(&policies[policy_count++], name, NULL) == 0);
    return 0;
}

/* The one before has its answer, or ended the run. */
static void check_last(void)
{
    MUST(answers == answered || (answers + 1 == answered && answering->facts.violation));
}

int dp_notify_receive(int listener, union dp_notification *notification)
{
    uint8_t points;

    (void)listener;
    check_last();
    if (calls.size == 0)
        return -EAGAIN;
    points = fuzz_byte(&calls);
    memset(&current, 0, sizeof(current));
    fuzz_take(&calls, &current.data, sizeof(current.data));
    if (points & 128)
        current.data.arch = AUDIT_ARCH_X86_64;
    if (points & 64)
        current.data.nr = (int)((unsigned)current.data.nr % 512);
    for (int i = 0; i < 6; i++)
        if (points >> i & 1)
            current.data.args[i] = (uintptr_t)memory + current.data.args[i] % (memory_size + 1);
    current.id = ++last_id;
    current.pid = (uint32_t)getpid();
    answered++;
    memset(notification, 0, sizeof(*notification));
    notification->call = current;
    return 0;
}

int dp_notify_is_alive(int listener, uint64_t id)
{
    (void)listener;
    return id == current.id && id % 7 != 0; /* now and then, it has died */
}

int dp_notify_refuse(int listener, uint64_t id, int errnum)
{
    (void)listener;
    MUST(id == current.id && errnum > 0 && errnum < 4096);
    answers++;
    return 0;
}

int dp_notify_return_zero(int listener, uint64_t id)
{
    (void)listener;
    (void)id;
    MUST(!"a call returned zero that was never made");
    return 0;
}

int dp_notify_put(int listener, uint64_t id, int fd, int number, bool closes_on_exec)
{
    (void)listener;
    (void)id;
    (void)fd;
    (void)number;
    (void)closes_on_exec;
    MUST(!"a descriptor was put into a running target");
    return 0;
}

int dp_notify_continue_exec(int listener, uint64_t id)
{
    (void)listener;
    (void)id;
    MUST(!"a second exec was let go on");
    return 0;
}

int dp_notify_continue_witnessed(int listener, uint64_t id)
{
    int errnum;

    (void)listener;
    MUST(id == current.id && current.data.arch == AUDIT_ARCH_X86_64);
    MUST(((unsigned)current.data.nr & 0x40000000U) == 0);
    MUST(dp_policy_decide(&answering->setup.policy->policy, current.data.nr,
                          (const uint64_t *)current.data.args, &errnum) == DP_ANSWER_WITNESS);
    answers++;
    return 0;
}

static void check_report(const struct dp_run *run)
{
    struct dualpipe_result result = {0};
    char *text = NULL;
    ssize_t length;
    json_t *json;

    dp_run_result(run, &result);
    MUST((result.refused.count > 0) == (result.refused_text[0] != '\0'));
    MUST((result.verdict == DUALPIPE_VIOLATION) == run->facts.violation);
    for (const char *at = result.refused_text; *at; at++)
        MUST(*at >= 0x20 && *at < 0x7f);
    for (const char *at = result.reason; *at; at++)
        MUST(*at >= 0x20 && *at < 0x7f);
    length = dualpipe_report(&result, DUALPIPE_FORMAT_JSON, &text);
    json = json_loadb(text, (size_t)length, 0, NULL);
    MUST(json);
    json_decref(json);
    free(text);
}

static void set_up(struct dp_run *run, uint8_t policy, uint8_t how)
{
    dp_run_init(run);
    run->setup.policy = policies[policy % policy_count];
    run->setup.limits.memory_bytes = how & 4 ? DUALPIPE_UNLIMITED : INT64_C(1) << (20 + how % 40);
    run->job.on_refusal = (enum dualpipe_on_refusal)(how % 3);
    run->box.target = getpid();
    run->box.target_proc = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    run->box.exec_is_open = false;
    run->has_report = true;
    answers = answered = 0;
    last_id = 0;
    answering = run;
}

/* POLICY HOW LENGTH, so many bytes that arguments may point to, then calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dp_run *run = calloc(1, sizeof(*run));

    MUST(run);
    calls = (struct fuzz_bytes){data, size};
    set_up(run, fuzz_byte(&calls), fuzz_byte(&calls));
    memory_size = fuzz_byte(&calls) % (calls.size + 1);
    memory = fuzz_text(calls.data, memory_size);
    calls.data += memory_size;
    calls.size -= memory_size;
    while (calls.size > 0 && !run->facts.violation)
        MUST(dp_run_answer_calls(run) == 0);
    check_last();
    check_report(run);
    free(memory);
    dp_run_release(run);
    free(run);
    return 0;
}
