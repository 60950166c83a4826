/* SPDX-License-Identifier: MIT */
/* traces.c - see traces.h. */
#include "traces.h"

#include <sys/socket.h>
#include <sys/syscall.h>

static bool lets_through(enum dp_answer answer)
{
    return answer == DP_ANSWER_ALLOW || answer == DP_ANSWER_WITNESS;
}

static const struct dp_call *find_call(const struct dp_policy *policy, int number)
{
    for (size_t i = 0; i < policy->call_count; i++)
        if (policy->calls[i].number == number)
            return &policy->calls[i];
    return NULL;
}

/* Whatever its arguments are: "otherwise" lets nothing through. */
static bool is_possible(const struct dp_policy *policy, int number)
{
    const struct dp_call *call = find_call(policy, number);

    if (!call)
        return false;
    if (lets_through(call->answer))
        return true;
    for (unsigned i = 0; i < call->alternative_count; i++)
        if (lets_through(policy->alternatives[call->first_alternative + i].answer))
            return true;
    return false;
}

/* The domain is an int: its low half counts. */
static bool is_unix_only(const struct dp_alternative *alternative)
{
    for (unsigned i = 0; i < alternative->condition_count; i++) {
        const struct dp_condition *condition = &alternative->conditions[i];

        if (condition->argument == 0 && (uint32_t)condition->mask == UINT32_MAX &&
            (uint32_t)condition->value == AF_UNIX)
            return true;
    }
    return false;
}

static bool has_other_sockets(const struct dp_policy *policy)
{
    const struct dp_call *call = find_call(policy, SYS_socket);

    if (!call)
        return false;
    if (lets_through(call->answer))
        return true;
    for (unsigned i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *alternative =
            &policy->alternatives[call->first_alternative + i];

        if (lets_through(alternative->answer) && !is_unix_only(alternative))
            return true;
    }
    return false;
}

bool dp_traces_for_good(const struct dp_policy *policy)
{
    static const int calls[] = {
        SYS_bind,   SYS_connect,     SYS_listen, SYS_add_key,         SYS_request_key,
        SYS_keyctl, SYS_unshare,     SYS_setns,  SYS_mount,           SYS_io_uring_setup,
        SYS_bpf,    SYS_userfaultfd, SYS_clone3, SYS_perf_event_open,
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (is_possible(policy, calls[i]))
            return true;
    return has_other_sockets(policy);
}

bool dp_traces_in_ipc(const struct dp_policy *policy)
{
    return is_possible(policy, SYS_shmget) || is_possible(policy, SYS_semget) ||
           is_possible(policy, SYS_msgget) || is_possible(policy, SYS_mq_open);
}
