/* SPDX-License-Identifier: MIT */
/* bpf_fuzz.c - libFuzzer on the interpreter of filters, and on what follows their paths
 * to prove them: a program that passes the check runs to an answer. */
#include "fuzz.h"

#include "filter.h"

static struct dualpipe_policy *policy;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    MUST(dualpipe_policy_load(&policy, "native", NULL) == 0);
    return 0;
}

/* Where every path was followed and found right, no call may say otherwise. */
static void check_followed(const struct dp_filter *filter, const struct seccomp_data *data)
{
    uint64_t arguments[6];
    struct seccomp_data call = *data;
    int errnum = 0;
    uint32_t action;

    call.nr = (int)((unsigned)data->nr % 400);
    call.arch = 0xc000003e;
    if (dp_filter_follow(filter, &policy->policy, call.nr, arguments) != 0)
        return;
    memcpy(arguments, call.args, sizeof(arguments));
    action = dp_filter_action(dp_policy_decide(&policy->policy, call.nr, arguments, &errnum));
    MUST((dp_filter_run(filter, &call) & SECCOMP_RET_ACTION_FULL) ==
         (action & SECCOMP_RET_ACTION_FULL));
}

/* The filter of a policy with some of its instructions changed, so that what follows
 * its paths gets far: PLACE (two bytes) INSTRUCTION, again and again. */
static void change_filter(struct fuzz_bytes *bytes, struct sock_filter *code, size_t count)
{
    while (bytes->size > 0) {
        uint16_t place;

        fuzz_take(bytes, &place, sizeof(place));
        fuzz_take(bytes, &code[place % count], sizeof(*code));
    }
}

static struct sock_filter *make_filter(struct fuzz_bytes *bytes, struct dp_filter *filter)
{
    const bool is_changed = fuzz_byte(bytes) & 1;
    struct sock_filter *code;

    filter->count = is_changed ? policy->filter.count : bytes->size / sizeof(*code);
    code = calloc(filter->count + 1, sizeof(*code));
    MUST(code);
    if (is_changed) {
        memcpy(code, policy->filter.instructions, filter->count * sizeof(*code));
        change_filter(bytes, code, filter->count);
    } else {
        fuzz_take(bytes, code, filter->count * sizeof(*code));
    }
    filter->instructions = code;
    return code;
}

/* The call, then whether a policy's filter is changed, then instructions. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    struct dp_filter filter = {0};
    struct seccomp_data call;
    struct sock_filter *code;

    fuzz_take(&bytes, &call, sizeof(call));
    code = make_filter(&bytes, &filter);
    if (dp_filter_check(&filter) == 0) {
        (void)dp_filter_run(&filter, &call);
        check_followed(&filter, &call);
    }
    free(code);
    return 0;
}
