/* SPDX-License-Identifier: MIT */
/* verdict.c - see verdict.h. */
#include "verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>

__attribute__((format(printf, 2, 3))) static void because(struct dualpipe_result *result,
                                                          const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(result->reason, sizeof(result->reason), format, arguments);
    va_end(arguments);
}

static bool is_above(int64_t used, int64_t limit)
{
    return limit != DUALPIPE_UNLIMITED && used > limit;
}

static bool ended_badly(const struct dp_facts *facts)
{
    return facts->has_status && facts->status != 0 && !facts->time_fired && !facts->wall_fired &&
           !facts->idle_fired && !facts->output_fired && !facts->cancelled;
}

static bool judge_violation(struct dualpipe_result *result, const struct dp_facts *facts)
{
    const char *name = dualpipe_syscall_name(result->refused.number);

    if (!facts->violation)
        return false;
    result->verdict = DUALPIPE_VIOLATION;
    if (result->refused_text[0])
        because(result, "the policy \"%s\" does not allow %s", result->policy_name,
                result->refused_text);
    else
        because(result, "the policy \"%s\" does not allow the system call %s (number %d)",
                result->policy_name, name ? name : "without a name", (int)result->refused.number);
    return true;
}

static bool judge_memory(struct dualpipe_result *result, const struct dp_facts *facts)
{
    const int64_t limit = result->limits.memory_bytes;

    if (facts->exec_too_large) {
        result->memory_cause = DUALPIPE_MEMORY_EXEC_TOO_LARGE;
        because(result,
                "the program's own data need %" PRId64 " bytes of memory before it starts, "
                "%" PRId64 " are allowed",
                facts->executable_bytes, limit);
    } else if (facts->oom_kills > 0) {
        result->memory_cause = DUALPIPE_MEMORY_OOM_KILL;
        because(result,
                "the kernel killed %" PRId64 " of its processes at the limit of %" PRId64
                " bytes of memory",
                facts->oom_kills, limit);
    } else if (facts->allocation_refused && ended_badly(facts)) {
        result->memory_cause = DUALPIPE_MEMORY_ALLOCATION_FAILED;
        because(result,
                "asked for %" PRId64 " more bytes of memory, did not get them, and failed; "
                "%" PRId64 " are allowed in all",
                facts->allocation_bytes, limit);
    } else if (facts->stack_refused && ended_badly(facts)) {
        result->memory_cause = DUALPIPE_MEMORY_STACK;
        because(result, "needed more than the %" PRId64 " bytes of stack that are allowed",
                result->limits.stack_bytes);
    } else if (facts->memory_fired) {
        result->memory_cause = DUALPIPE_MEMORY_PEAK;
        because(result, "used %" PRId64 " bytes of memory, %" PRId64 " are allowed",
                result->usage.memory_peak_bytes, limit);
    } else {
        return false;
    }
    result->verdict = DUALPIPE_MEMORY_LIMIT;
    return true;
}

static bool judge_time(struct dualpipe_result *result, const struct dp_facts *facts)
{
    if (!facts->time_fired && !is_above(result->usage.cpu_us, result->limits.cpu_us))
        return false;
    result->verdict = DUALPIPE_TIME_LIMIT;
    because(result, "used %.3f s of CPU time, %.3f s are allowed",
            (double)result->usage.cpu_us / 1e6, (double)result->limits.cpu_us / 1e6);
    return true;
}

static bool judge_wall(struct dualpipe_result *result, const struct dp_facts *facts)
{
    if (facts->idle_fired || facts->wall_fired) {
        result->idle = facts->was_asleep;
        if (facts->was_asleep)
            snprintf(result->waiting_for, sizeof(result->waiting_for), "%s", facts->waits_for);
    }
    if (facts->idle_fired) {
        result->verdict = DUALPIPE_WALL_LIMIT;
        because(result, "was idle for %.3f s, which is the limit, waiting for %s",
                (double)result->limits.idle_us / 1e6, facts->waits_for);
        return true;
    }
    if (!facts->wall_fired && !is_above(result->usage.wall_us, result->limits.wall_us))
        return false;
    result->verdict = DUALPIPE_WALL_LIMIT;
    because(result, "ran for %.3f s, %.3f s are allowed (%s%.3f s of CPU time used)",
            (double)result->usage.wall_us / 1e6, (double)result->limits.wall_us / 1e6,
            is_above(result->limits.cpu_us, result->limits.wall_us) ? "less than the CPU limit; "
                                                                    : "",
            (double)result->usage.cpu_us / 1e6);
    return true;
}

static bool judge_output(struct dualpipe_result *result, const struct dp_facts *facts)
{
    if (!facts->output_fired && !result->output_truncated)
        return false;
    result->verdict = DUALPIPE_OUTPUT_LIMIT;
    because(result, "wrote more than the %" PRId64 " bytes of output that are allowed",
            result->limits.output_bytes);
    return true;
}

static bool judge_cancelled(struct dualpipe_result *result, const struct dp_facts *facts)
{
    if (!facts->cancelled)
        return false;
    result->verdict = DUALPIPE_CANCELLED;
    because(result, "the run was cancelled");
    return true;
}

static bool judge_status(struct dualpipe_result *result, const struct dp_facts *facts)
{
    const char *name;

    if (!facts->has_status)
        return false;
    if (WIFSIGNALED(facts->status)) {
        name = dualpipe_signal_name(WTERMSIG(facts->status));
        result->verdict = DUALPIPE_SIGNALLED;
        because(result, "ended by signal %d (%s)", WTERMSIG(facts->status),
                name ? name : "no name");
    } else if (WEXITSTATUS(facts->status) != 0) {
        result->verdict = DUALPIPE_NONZERO_EXIT;
        because(result, "exited with status %d", WEXITSTATUS(facts->status));
    } else {
        result->verdict = DUALPIPE_OK;
        because(result, "exited with status 0");
    }
    return true;
}

void dp_verdict_decide(struct dualpipe_result *result, const struct dp_facts *facts)
{
    static bool (*const judges[])(struct dualpipe_result *, const struct dp_facts *) = {
        judge_violation, judge_memory,    judge_time,   judge_wall,
        judge_output,    judge_cancelled, judge_status,
    };

    result->verdict = DUALPIPE_INTERNAL_ERROR;
    result->has_status = facts->has_status;
    result->status = facts->status;
    /* The output's truncation is a fact of its own, whatever came first. */
    result->output_truncated = is_above(result->usage.stdout_bytes + result->usage.stderr_bytes,
                                        result->limits.output_bytes);
    for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
        if (judges[i](result, facts))
            return;
    because(result, "the run ended without a status");
}
