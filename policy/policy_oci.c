/* SPDX-License-Identifier: MIT */
/* policy_oci.c - a policy as the seccomp JSON that container engines read. */
#include "filter.h"
#include "policy_cases.h"
#include "policy_write.h"
#include "syscall_table.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/syscall.h>

struct rules {
    FILE *out;
    unsigned count;
};

static void begin_rule(struct rules *rules, const char *action, int errnum)
{
    fprintf(rules->out, "%s\n    {\"action\": \"SCMP_ACT_%s\"", rules->count++ > 0 ? "," : "",
            action);
    if (errnum > 0)
        fprintf(rules->out, ", \"errnoRet\": %d", errnum);
    fprintf(rules->out, ", \"names\": [");
}

/* Calls with one answer and no cases. The engine itself has to start the program. */
static void write_oci_answer(struct rules *rules, const struct dp_policy *policy,
                             enum dp_answer wanted, int wanted_errnum)
{
    static const char *const actions[] = {"KILL_PROCESS", "ERRNO", "ERRNO", "ALLOW", "ALLOW"};
    static const uint64_t none[6];
    bool is_begun = false;
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        const struct dp_call *call = dp_policy_find_call(policy, number);
        int errnum = 0;
        enum dp_answer answer = dp_policy_decide(policy, number, none, &errnum);
        const bool is_exec = number == SYS_execve || number == SYS_execveat;

        if (!dp_syscall_is_known(number) || (call && call->alternative_count > 0))
            continue;
        if (is_exec)
            answer = DP_ANSWER_ALLOW;
        if (answer != wanted || (answer == DP_ANSWER_ERRNO && errnum != wanted_errnum))
            continue;
        if (!is_begun)
            begin_rule(rules, actions[wanted], wanted == DP_ANSWER_ENOSYS ? ENOSYS : wanted_errnum);
        fprintf(rules->out, "%s\"%s\"", is_begun ? ", " : "", dualpipe_syscall_name(number));
        is_begun = true;
    }
    if (is_begun)
        fprintf(rules->out, "]}");
}

static void write_oci_cases(struct rules *rules, const struct dp_policy *policy,
                            const struct dp_call *call)
{
    unsigned i;
    unsigned j;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *one = dp_case_at(policy, call, i);

        if (dp_case_is_told_by_another(policy, call, i))
            continue;
        begin_rule(rules, "ALLOW", 0);
        fprintf(rules->out, "\"%s\"], \"args\": [", dualpipe_syscall_name(call->number));
        for (j = 0; j < one->condition_count; j++) {
            const struct dp_condition *condition = &one->conditions[j];
            const bool is_whole = condition->mask == UINT64_MAX;

            fprintf(rules->out,
                    "%s{\"index\": %u, \"value\": %" PRIu64 ", \"valueTwo\": %" PRIu64
                    ", \"op\": \"SCMP_CMP_%s\"}",
                    j > 0 ? ", " : "", condition->argument,
                    is_whole ? condition->value : condition->mask, is_whole ? 0 : condition->value,
                    is_whole ? "EQ" : "MASKED_EQ");
        }
        fprintf(rules->out, "]}");
    }
}

/*
 * Of an errno for a call that has cases, engines make a rule without conditions,
 * which libseccomp would prefer to the cases; so those calls get the default.
 */
void dp_write_oci(FILE *out, const struct dp_policy *policy)
{
    struct rules rules = {out, 0};
    int errnum;
    size_t i;

    fprintf(out, "{\n  \"defaultAction\": \"SCMP_ACT_%s\",\n",
            policy->otherwise == DP_ANSWER_KILL ? "KILL_PROCESS" : "ERRNO");
    if (policy->otherwise != DP_ANSWER_KILL)
        fprintf(out, "  \"defaultErrnoRet\": %d,\n",
                policy->otherwise == DP_ANSWER_ERRNO ? policy->otherwise_errnum : ENOSYS);
    fprintf(out, "  \"architectures\": [\"SCMP_ARCH_X86_64\"],\n  \"syscalls\": [");
    write_oci_answer(&rules, policy, DP_ANSWER_ALLOW, 0);
    for (i = 0; i < policy->call_count; i++)
        write_oci_cases(&rules, policy, &policy->calls[i]);
    write_oci_answer(&rules, policy, DP_ANSWER_ENOSYS, 0);
    for (errnum = 1; errnum < DP_ERRORS; errnum++)
        write_oci_answer(&rules, policy, DP_ANSWER_ERRNO, errnum);
    if (policy->otherwise != DP_ANSWER_KILL)
        write_oci_answer(&rules, policy, DP_ANSWER_KILL, 0);
    fprintf(out, "\n  ]\n}\n");
}
