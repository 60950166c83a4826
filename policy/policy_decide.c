/* SPDX-License-Identifier: MIT */
/* policy_decide.c - the answer of a policy to one call: the model of a filter. */
#include "filter.h"
#include "syscall_table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>

static int compare_numbers(const void *key, const void *call)
{
    int number = *(const int *)key;
    int other = ((const struct dp_call *)call)->number;

    return (number > other) - (number < other);
}

const struct dp_call *dp_policy_find_call(const struct dp_policy *policy, int number)
{
    if (policy->call_count == 0)
        return NULL;
    return bsearch(&number, policy->calls, policy->call_count, sizeof(*policy->calls),
                   compare_numbers);
}

static bool holds(const struct dp_alternative *alternative, const uint64_t arguments[6])
{
    unsigned i;

    for (i = 0; i < alternative->condition_count; i++) {
        const struct dp_condition *condition = &alternative->conditions[i];

        if ((arguments[condition->argument] & condition->mask) != condition->value)
            return false;
    }
    return true;
}

static enum dp_answer decide_call(const struct dp_policy *policy, const struct dp_call *call,
                                  const uint64_t arguments[6], int *errnum)
{
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *alternative =
            &policy->alternatives[call->first_alternative + i];

        if (holds(alternative, arguments))
            return alternative->answer;
    }
    *errnum = call->errnum;
    return call->answer;
}

/*
 * The supervisor lets the first program be executed, so it has to see every
 * execveat, and every execve where programs are executed once.
 */
static bool is_always_notified(const struct dp_policy *policy, int number)
{
    return number == SYS_execveat || (number == SYS_execve && policy->exec_once);
}

static enum dp_answer make_notified(enum dp_answer answer, int *errnum)
{
    if (answer == DP_ANSWER_ALLOW || answer == DP_ANSWER_WITNESS)
        return DP_ANSWER_KILL;
    if (answer != DP_ANSWER_ENOSYS)
        return answer;
    *errnum = ENOSYS;
    return DP_ANSWER_ERRNO;
}

enum dp_answer dp_policy_decide(const struct dp_policy *policy, int number,
                                const uint64_t arguments[6], int *errnum)
{
    const struct dp_call *call;
    enum dp_answer answer = policy->otherwise;
    int error = policy->otherwise_errnum;

    if (!dp_syscall_is_known(number))
        return DP_ANSWER_ENOSYS;
    if (number == SYS_exit || number == SYS_exit_group)
        return DP_ANSWER_ALLOW;
    call = dp_policy_find_call(policy, number);
    if (call)
        answer = decide_call(policy, call, arguments, &error);
    if (is_always_notified(policy, number))
        answer = make_notified(answer, &error);
    if (answer == DP_ANSWER_ERRNO)
        *errnum = error;
    return answer;
}
