/* SPDX-License-Identifier: MIT */
/* policy.c - policies for the library's users: built-in ones, and files. */
#include "policy.h"
#include "arena.h"
#include "policy_builtin.h"
#include "policy_parse.h"
#include "policy_write.h"
#include "text_stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct dp_builtin_policy *find_builtin(const char *name)
{
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        if (strcmp(dp_builtin_policies[i].policy.name, name) == 0)
            return &dp_builtin_policies[i];
    }
    return NULL;
}

static int find_builtin_text(const char *name, struct dp_text *text)
{
    const struct dp_builtin_policy *builtin = find_builtin(name);

    if (strcmp(name, DP_GROUPS_NAME) == 0) {
        *text = (struct dp_text){DP_GROUPS_NAME, dp_builtin_groups, dp_builtin_groups_size};
        return 0;
    }
    if (!builtin)
        return -ENOENT;
    *text = (struct dp_text){builtin->policy.name, builtin->text, strlen(builtin->text)};
    return 0;
}

/* A path is taken from the directory of the file that uses it. */
static char *join(struct dp_arena *arena, const struct dp_text *user, const char *name)
{
    const char *slash = user ? strrchr(user->name, '/') : NULL;
    size_t directory = slash && name[0] != '/' ? (size_t)(slash - user->name) + 1 : 0;
    size_t size;
    char *path;

    while (strncmp(name, "./", 2) == 0 && directory > 0)
        name += 2;
    size = directory + strlen(name) + 1;
    path = dp_arena_take(arena, size);
    if (path)
        (void)snprintf(path, size, "%.*s%s", (int)directory, directory > 0 ? user->name : "", name);
    return path;
}

/* A name with a slash is a file; any other is built in. */
static int find_text(const struct dp_text_source *source, struct dp_arena *arena,
                     const struct dp_text *user, const char *name, struct dp_text *text)
{
    char *path;

    (void)source;
    if (!strchr(name, '/'))
        return find_builtin_text(name, text);
    path = join(arena, user, name);
    return path ? dp_text_read_file(text, arena, path) : -ENOMEM;
}

int dp_policy_parse(struct dp_policy *policy, struct dp_arena **arena, const char *name,
                    const char *text, size_t size, struct dp_policy_error *error)
{
    static const struct dp_text_source source = {find_text, NULL};

    return dp_policy_parse_from(&source, policy, arena, name, text, size, error);
}

static void copy_cut(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);

    memcpy(to, from, length);
    to[length] = '\0';
}

/* Put words into the public error. Returns the negative errno value. */
static int fail(struct dualpipe_error *error, enum dualpipe_step step, int result,
                const char *subject, const char *advice)
{
    size_t size;

    if (!error)
        return result;
    size = error->size;
    *error = (struct dualpipe_error){.size = size, .step = step, .errnum = -result, .layer = -1};
    error->retryable = result == -ENOMEM;
    copy_cut(error->subject, sizeof(error->subject), subject);
    copy_cut(error->advice, sizeof(error->advice), advice);
    return result;
}

static int fail_to_parse(struct dualpipe_error *error, int result,
                         const struct dp_policy_error *found)
{
    (void)fail(error, DUALPIPE_STEP_READ_POLICY, result, found->file, found->message);
    if (error) {
        error->line = found->line;
        error->column = found->column;
    }
    return result;
}

static int fail_to_prove(struct dualpipe_error *error, int result, const char *name,
                         const struct dp_mismatch *mismatch)
{
    const char *call = dualpipe_syscall_name(mismatch->number);
    char subject[sizeof(error->subject)];

    if (mismatch->expected == mismatch->found) {
        (void)snprintf(subject, sizeof(subject), "%s: %s has too many cases", name,
                       call ? call : "a call");
        return fail(error, DUALPIPE_STEP_BUILD_FILTER, -E2BIG, subject,
                    "no difference was found, but some hundred cases of one call cannot be proved: "
                    "use fewer, or allow it in all cases");
    }
    (void)snprintf(subject, sizeof(subject), "%s: the filter is wrong at %s (call %d)", name,
                   call ? call : "a number without a name", mismatch->number);
    return fail(error, DUALPIPE_STEP_BUILD_FILTER, result, subject,
                "please report this with the policy and the version of libseccomp; fewer "
                "conditions on that call may avoid it");
}

static int compile(struct dualpipe_policy *policy, const char *name, struct dualpipe_error *error)
{
    struct dp_mismatch mismatch;
    int result = dp_filter_build(&policy->filter, &policy->policy);

    if (result == -E2BIG)
        return fail(error, DUALPIPE_STEP_BUILD_FILTER, result, name,
                    "the policy needs more than the 4096 instructions that the kernel takes");
    if (result < 0)
        return fail(error, DUALPIPE_STEP_BUILD_FILTER, result, name,
                    "libseccomp could not compile the policy");
    result = dp_filter_prove(&policy->filter, &policy->policy, &mismatch);
    return result < 0 ? fail_to_prove(error, result, name, &mismatch) : 0;
}

static int read_and_parse(struct dualpipe_policy *policy, const char *path,
                          struct dualpipe_error *error)
{
    struct dp_arena *file = dp_arena_make();
    struct dp_policy_error found;
    struct dp_text text;
    int result = file ? dp_text_read_file(&text, file, path) : -ENOMEM;

    if (result < 0) {
        result = fail(error, DUALPIPE_STEP_READ_POLICY, result, path,
                      result == -EFBIG ? "a policy may have 256 KiB"
                                       : "a policy is a regular file that you may read");
    } else {
        result =
            dp_policy_parse(&policy->policy, &policy->arena, path, text.data, text.size, &found);
        if (result < 0)
            result = fail_to_parse(error, result, &found);
        else
            policy->text = dp_arena_copy(policy->arena, text.data, text.size);
        if (result == 0 && !policy->text)
            result = fail(error, DUALPIPE_STEP_READ_POLICY, -ENOMEM, path, "");
    }
    dp_arena_free(file);
    return result;
}

static int load_file(struct dualpipe_policy **policy, const char *path,
                     struct dualpipe_error *error)
{
    struct dualpipe_policy *made = calloc(1, sizeof(*made));
    int result;

    if (!made)
        return fail(error, DUALPIPE_STEP_READ_POLICY, -ENOMEM, path, "");
    result = read_and_parse(made, path, error);
    if (result == 0)
        result = compile(made, path, error);
    if (result == 0)
        *policy = made;
    else
        dualpipe_policy_free(made);
    return result;
}

/* The policy and the filter stay where they are, in constant memory. */
static int load_builtin(struct dualpipe_policy **policy, const struct dp_builtin_policy *builtin,
                        struct dualpipe_error *error)
{
    struct dualpipe_policy *made = calloc(1, sizeof(*made));

    if (!made)
        return fail(error, DUALPIPE_STEP_READ_POLICY, -ENOMEM, builtin->policy.name, "");
    made->policy = builtin->policy;
    made->filter = builtin->filter;
    made->text = builtin->text;
    *policy = made;
    return 0;
}

static int fail_to_find(struct dualpipe_error *error, const char *name)
{
    char advice[192] = "built in are";
    size_t length = strlen(advice);
    size_t i;

    for (i = 0; i < dp_builtin_policy_count && length < sizeof(advice); i++)
        length += (size_t)snprintf(advice + length, sizeof(advice) - length, "%s %s",
                                   i > 0 ? "," : "", dp_builtin_policies[i].policy.name);
    if (length < sizeof(advice))
        (void)snprintf(advice + length, sizeof(advice) - length,
                       "; a file is named with a slash, as ./my.policy");
    return fail(error, DUALPIPE_STEP_READ_POLICY, -ENOENT, name, advice);
}

int dualpipe_policy_load(struct dualpipe_policy **policy, const char *name_or_path,
                         struct dualpipe_error *error)
{
    const struct dp_builtin_policy *builtin;

    if (!policy || !name_or_path)
        return fail(error, DUALPIPE_STEP_READ_POLICY, -EINVAL, "", "name a policy");
    if (strchr(name_or_path, '/'))
        return load_file(policy, name_or_path, error);
    builtin = find_builtin(name_or_path);
    if (builtin)
        return load_builtin(policy, builtin, error);
    return fail_to_find(error, name_or_path);
}

void dualpipe_policy_free(struct dualpipe_policy *policy)
{
    if (!policy)
        return;
    if (policy->arena)
        dp_filter_release(&policy->filter);
    dp_arena_free(policy->arena);
    free(policy);
}

const char *dualpipe_policy_builtin(size_t index)
{
    return index < dp_builtin_policy_count ? dp_builtin_policies[index].policy.name : NULL;
}

static int write_form(FILE *out, const struct dualpipe_policy *policy,
                      enum dualpipe_policy_form form)
{
    switch (form) {
    case DUALPIPE_POLICY_TEXT:
        fputs(policy->text, out);
        return 0;
    case DUALPIPE_POLICY_EXPANDED:
        dp_write_expanded(out, &policy->policy);
        return 0;
    case DUALPIPE_POLICY_TABLE:
        dp_write_table(out, &policy->policy, &policy->filter);
        return dp_filter_prove(&policy->filter, &policy->policy, NULL);
    case DUALPIPE_POLICY_OCI:
        dp_write_oci(out, &policy->policy);
        return 0;
    default:
        return -EINVAL;
    }
}

/* Returns the length of what was written to the stream, which is closed. */
static ssize_t hand_out(struct dp_text_stream *stream, int result, char **text)
{
    char *made = NULL;
    const ssize_t length = dp_text_stream_close(stream, &made);

    if (result == 0 && length >= 0) {
        *text = made;
        return length;
    }
    free(made);
    return result < 0 ? result : length;
}

ssize_t dualpipe_policy_write(const struct dualpipe_policy *policy, enum dualpipe_policy_form form,
                              char **text)
{
    struct dp_text_stream stream;

    if (!policy || !text)
        return -EINVAL;
    if (dp_text_stream_open(&stream) < 0)
        return -ENOMEM;
    return hand_out(&stream, write_form(stream.file, policy, form), text);
}

ssize_t dualpipe_policy_diff(const struct dualpipe_policy *before,
                             const struct dualpipe_policy *after, char **text)
{
    struct dp_text_stream stream;

    if (!before || !after || !text)
        return -EINVAL;
    if (dp_text_stream_open(&stream) < 0)
        return -ENOMEM;
    dp_write_difference(stream.file, &before->policy, &after->policy);
    return hand_out(&stream, 0, text);
}
