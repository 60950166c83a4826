/* SPDX-License-Identifier: MIT */
/* policy_table.c - each call, its cases and its answers: the table of a proof. */
#include "filter.h"
#include "policy_cases.h"
#include "policy_write.h"
#include "syscall_table.h"

#include <stdio.h>

static void write_row(FILE *out, int number, const char *answer)
{
    fprintf(out, "%3d  %-24s %s\n", number, dualpipe_syscall_name(number), answer);
}

static void write_answer_row(FILE *out, const struct dp_policy *policy, int number,
                             const struct dp_call *call)
{
    static const uint64_t none[6];
    char text[60];
    int errnum = 0;
    enum dp_answer answer = dp_policy_decide(policy, number, none, &errnum);

    if (call && call->alternative_count > 0) { /* the answer where no case holds */
        answer = call->answer;
        errnum = call->errnum;
    }
    switch (answer) {
    case DP_ANSWER_ALLOW:
        (void)snprintf(text, sizeof(text), "allow");
        break;
    case DP_ANSWER_ENOSYS:
        (void)snprintf(text, sizeof(text), "ENOSYS, in the filter");
        break;
    case DP_ANSWER_ERRNO:
        (void)snprintf(text, sizeof(text), "%s, named and counted", dp_error_name(errnum));
        break;
    default:
        (void)snprintf(text, sizeof(text), "named, and the run ends");
        break;
    }
    write_row(out, number, text);
}

static void write_call_rows(FILE *out, const struct dp_policy *policy, int number)
{
    const struct dp_call *call = dp_policy_find_call(policy, number);
    unsigned i;

    for (i = 0; call && i < call->alternative_count; i++) {
        fprintf(out, "%3d  %-24s %s when", number, dualpipe_syscall_name(number),
                dp_case_at(policy, call, i)->answer == DP_ANSWER_WITNESS ? "witness" : "allow");
        dp_write_conditions(out, number, dp_case_at(policy, call, i), -1);
        fputc('\n', out);
    }
    write_answer_row(out, policy, number, call);
}

struct counts {
    unsigned always;
    unsigned sometimes;
    unsigned enosys;
    unsigned error;
    unsigned kill;
};

static void count_call(struct counts *counts, const struct dp_policy *policy, int number)
{
    static const uint64_t none[6];
    const struct dp_call *call = dp_policy_find_call(policy, number);
    int errnum;
    enum dp_answer answer = dp_policy_decide(policy, number, none, &errnum);

    if (call && call->alternative_count > 0)
        counts->sometimes++;
    else if (answer == DP_ANSWER_ALLOW)
        counts->always++;
    else if (answer == DP_ANSWER_ENOSYS)
        counts->enosys++;
    else if (answer == DP_ANSWER_ERRNO)
        counts->error++;
    else
        counts->kill++;
}

void dp_write_table(FILE *out, const struct dp_policy *policy, const struct dp_filter *filter)
{
    struct counts counts = {0};
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        if (!dp_syscall_is_known(number))
            continue;
        write_call_rows(out, policy, number);
        count_call(&counts, policy, number);
    }
    fprintf(out, "     %-24s ENOSYS, in the filter\n", "335 to 423, 450 on");
    fprintf(out, "     %-24s named, and the run ends\n", "i386, x32");
    fprintf(out,
            "\n%u calls allowed, %u in some cases, %u ENOSYS in the filter, %u refused with an "
            "error, %u end the run\n",
            counts.always, counts.sometimes, counts.enosys, counts.error, counts.kill);
    fprintf(out, "proved: %zu instructions, sha256 %s\npolicy: %s, sha256 %s\n", filter->count,
            filter->sha256, policy->name, policy->sha256);
}
