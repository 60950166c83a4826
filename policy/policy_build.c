/* SPDX-License-Identifier: MIT */
/*
 * policy_build.c - compiles and proves the built-in policies at build time.
 *
 *     dualpipe_policy_build OUTPUT.c DIRECTORY NAME...
 *
 * reads DIRECTORY/NAME.policy and DIRECTORY/groups.policy and writes the
 * policies, their filters and their texts as constant data. It fails where a
 * text is wrong or a filter does not do what its text says.
 */
#include "arena.h"
#include "policy.h"
#include "policy_parse.h"

#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts of one directory, by their names without ".policy". */
static int find_text(const struct dp_text_source *source, struct dp_arena *arena,
                     const struct dp_text *user, const char *name, struct dp_text *text)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s.policy", (const char *)source->data, name);

    (void)user;
    if (length < 0 || (size_t)length >= sizeof(path))
        return -ENAMETOOLONG;
    return dp_text_read_file(text, arena, path);
}

/* As an array of numbers: no limit of the compiler's on strings applies. */
static void write_text(FILE *out, const char *name, const struct dp_text *text)
{
    size_t i;

    fprintf(out, "%s[] = {", name);
    for (i = 0; i < text->size; i++)
        fprintf(out, "%s%d,", i % 20 == 0 ? "\n    " : " ", text->data[i]);
    fprintf(out, "%s0,\n};\n", text->size % 20 == 0 ? "\n    " : " ");
}

static void write_string(FILE *out, const char *string)
{
    fputc('"', out);
    for (; *string; string++) {
        if (*string == '"' || *string == '\\' || *string == '?' || *string < ' ')
            fprintf(out, "\\%03o", (unsigned)(unsigned char)*string);
        else
            fputc(*string, out);
    }
    fputc('"', out);
}

static void write_condition(FILE *out, const struct dp_condition *condition)
{
    fprintf(out, "{%u, UINT64_C(0x%" PRIx64 "), UINT64_C(0x%" PRIx64 ")},", condition->argument,
            condition->mask, condition->value);
}

/* An array may not be empty: each has one more element than it needs. */
static void write_rules(FILE *out, size_t index, const struct dp_policy *policy)
{
    size_t i;
    unsigned j;

    fprintf(out, "\nstatic const struct dp_alternative alternatives_%zu[] = {\n", index);
    for (i = 0; i < policy->alternative_count; i++) {
        const struct dp_alternative *alternative = &policy->alternatives[i];

        fprintf(out, "    {%d, %u, {", (int)alternative->answer, alternative->condition_count);
        for (j = 0; j < alternative->condition_count; j++)
            write_condition(out, &alternative->conditions[j]);
        fprintf(out, "%s}},\n", j == 0 ? "{0, 0, 0}" : "");
    }
    fprintf(out, "    {0, 0, {{0, 0, 0}}},\n};\n");
    fprintf(out, "\nstatic const struct dp_call calls_%zu[] = {\n", index);
    for (i = 0; i < policy->call_count; i++) {
        const struct dp_call *call = &policy->calls[i];

        fprintf(out, "    {%d, %d, %d, %u, %u}, /* %s */\n", call->number, (int)call->answer,
                call->errnum, call->first_alternative, call->alternative_count,
                dualpipe_syscall_name(call->number));
    }
    fprintf(out, "    {0, 0, 0, 0, 0},\n};\n");
}

static void write_settings(FILE *out, size_t index, const struct dp_policy *policy)
{
    size_t i;

    fprintf(out, "\nstatic const struct dp_view views_%zu[] = {\n", index);
    for (i = 0; i < policy->view_count; i++) {
        fprintf(out, "    {%d, ", (int)policy->views[i].kind);
        write_string(out, policy->views[i].path);
        fprintf(out, ", %d, %d, %" PRId64 "},\n", policy->views[i].optional,
                policy->views[i].executable, policy->views[i].size_bytes);
    }
    fprintf(out, "    {0, NULL, 0, 0, 0},\n};\n");
    fprintf(out, "\nstatic const char *const env_%zu[] = {\n", index);
    for (i = 0; i < policy->env_count; i++) {
        fprintf(out, "    ");
        write_string(out, policy->env[i]);
        fprintf(out, ",\n");
    }
    fprintf(out, "    NULL,\n};\n");
    fprintf(out, "\nstatic const char *const preload_%zu[] = {\n", index);
    for (i = 0; i < policy->preload_count; i++) {
        fprintf(out, "    ");
        write_string(out, policy->preload[i]);
        fprintf(out, ",\n");
    }
    fprintf(out, "    NULL,\n};\n");
}

static void write_filter(FILE *out, size_t index, const struct dp_filter *filter)
{
    size_t i;

    fprintf(out, "\nstatic const struct sock_filter instructions_%zu[] = {\n", index);
    for (i = 0; i < filter->count; i++) {
        const struct sock_filter *instruction = &filter->instructions[i];

        fprintf(out, "    {0x%02x, %u, %u, 0x%08x},\n", instruction->code, instruction->jt,
                instruction->jf, instruction->k);
    }
    fprintf(out, "};\n");
}

static void write_limits(FILE *out, const struct dualpipe_limits *limits)
{
    fprintf(out, "        .limits = {\n");
    fprintf(out, "            .cpu_us = %" PRId64 ",\n", limits->cpu_us);
    fprintf(out, "            .wall_us = %" PRId64 ",\n", limits->wall_us);
    fprintf(out, "            .idle_us = %" PRId64 ",\n", limits->idle_us);
    fprintf(out, "            .memory_bytes = %" PRId64 ",\n", limits->memory_bytes);
    fprintf(out, "            .output_bytes = %" PRId64 ",\n", limits->output_bytes);
    fprintf(out, "            .file_bytes = %" PRId64 ",\n", limits->file_bytes);
    fprintf(out, "            .stack_bytes = %" PRId64 ",\n", limits->stack_bytes);
    fprintf(out, "            .open_files = %" PRId64 ",\n", limits->open_files);
    fprintf(out, "            .processes = %" PRId64 ",\n", limits->processes);
    fprintf(out, "            .disk_bytes = %" PRId64 ",\n", limits->disk_bytes);
    fprintf(out, "        },\n");
}

/* The entry of one policy, with pointers to what was written for it. */
static void write_entry(FILE *out, size_t index, const struct dp_policy *policy,
                        const struct dp_filter *filter)
{
    fprintf(out, "    {\n    .policy = {\n        .name = ");
    write_string(out, policy->name);
    fprintf(out, ",\n        .sha256 = \"%s\",\n", policy->sha256);
    fprintf(out, "        .calls = calls_%zu,\n        .call_count = %zu,\n", index,
            policy->call_count);
    fprintf(out, "        .alternatives = alternatives_%zu,\n        .alternative_count = %zu,\n",
            index, policy->alternative_count);
    fprintf(out, "        .otherwise = %d,\n        .otherwise_errnum = %d,\n",
            (int)policy->otherwise, policy->otherwise_errnum);
    fprintf(out, "        .views = views_%zu,\n        .view_count = %zu,\n", index,
            policy->view_count);
    fprintf(out, "        .env = env_%zu,\n        .env_count = %zu,\n", index, policy->env_count);
    fprintf(out, "        .preload = preload_%zu,\n        .preload_count = %zu,\n", index,
            policy->preload_count);
    fprintf(out, "        .directory = ");
    write_string(out, policy->directory);
    fprintf(out, ",\n");
    write_limits(out, &policy->limits);
    fprintf(out, "        .layers = UINT32_C(0x%x),\n        .exec_once = %d,\n    },\n",
            policy->layers, policy->exec_once);
    fprintf(out, "    .filter = {\n        .instructions = instructions_%zu,\n", index);
    fprintf(out, "        .count = %zu,\n        .sha256 = \"%s\",\n    },\n", filter->count,
            filter->sha256);
    fprintf(out, "    .text = text_%zu,\n    },\n", index);
}

struct built {
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_filter filter;
    struct dp_text text;
};

static int compile(struct built *built, const char *name)
{
    struct dp_mismatch mismatch;
    int result = dp_filter_build(&built->filter, &built->policy);

    if (result < 0) {
        fprintf(stderr, "%s: cannot compile: %s\n", name, strerror(-result));
        return result;
    }
    result = dp_filter_prove(&built->filter, &built->policy, &mismatch);
    if (result < 0)
        fprintf(stderr, "%s: the filter is wrong at call %d: action 0x%08x, expected 0x%08x\n",
                name, mismatch.number, mismatch.found, mismatch.expected);
    return result;
}

static int build_one(const struct dp_text_source *source, struct dp_arena *arena, const char *name,
                     struct built *built)
{
    struct dp_policy_error error;
    int result = source->find(source, arena, NULL, name, &built->text);

    if (result < 0) {
        fprintf(stderr, "%s.policy: %s\n", name, strerror(-result));
        return result;
    }
    result = dp_policy_parse_from(source, &built->policy, &built->arena, name, built->text.data,
                                  built->text.size, &error);
    if (result < 0) {
        fprintf(stderr, "%s:%u:%u: %s\n", error.file, error.line, error.column, error.message);
        return result;
    }
    return compile(built, name);
}

static int write_groups(FILE *out, const struct dp_text_source *source, struct dp_arena *arena)
{
    struct dp_text text;
    int result = source->find(source, arena, NULL, DP_GROUPS_NAME, &text);

    if (result < 0) {
        fprintf(stderr, "%s.policy: %s\n", DP_GROUPS_NAME, strerror(-result));
        return result;
    }
    write_text(out, "\nconst char dp_builtin_groups", &text);
    fprintf(out, "const size_t dp_builtin_groups_size = %zu;\n", text.size);
    return 0;
}

static void write_one(FILE *out, size_t index, const struct built *built)
{
    char name[64];

    (void)snprintf(name, sizeof(name), "\nstatic const char text_%zu", index);
    write_text(out, name, &built->text);
    write_rules(out, index, &built->policy);
    write_settings(out, index, &built->policy);
    write_filter(out, index, &built->filter);
}

static int write_all(FILE *out, const struct dp_text_source *source, struct dp_arena *arena,
                     struct built *built, char **names, size_t count)
{
    int result = write_groups(out, source, arena);
    size_t i;

    for (i = 0; i < count && result == 0; i++) {
        result = build_one(source, arena, names[i], &built[i]);
        if (result == 0)
            write_one(out, i, &built[i]);
    }
    if (result < 0)
        return result;
    fprintf(out, "\nconst struct dp_builtin_policy dp_builtin_policies[] = {\n");
    for (i = 0; i < count; i++)
        write_entry(out, i, &built[i].policy, &built[i].filter);
    fprintf(out, "};\nconst size_t dp_builtin_policy_count = %zu;\n", count);
    return 0;
}

static int write_file(const char *path, const char *directory, char **names, size_t count)
{
    struct dp_text_source source = {find_text, directory};
    struct dp_arena *arena = dp_arena_make();
    struct built *built = calloc(count + 1, sizeof(*built));
    FILE *out = fopen(path, "w");
    int result = -ENOMEM;
    size_t i;

    if (arena && built && out) {
        fprintf(out, "/* Written by policy_build.c from policy/NAME.policy. */\n");
        fprintf(out, "#include \"policy.h\"\n#include \"policy_builtin.h\"\n");
        result = write_all(out, &source, arena, built, names, count);
    }
    for (i = 0; built && i < count; i++) {
        dp_filter_release(&built[i].filter);
        dp_arena_free(built[i].arena);
    }
    free(built);
    dp_arena_free(arena);
    if (out && ferror(out))
        result = -EIO;
    if (out && fclose(out) != 0)
        result = -EIO;
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: %s OUTPUT.c DIRECTORY NAME...\n", argv[0]);
        return 2;
    }
    /* The kernel that builds need not be the one that runs: assume one that can
     * notify (libseccomp's level 6), instead of asking. */
    if (seccomp_api_set(6) < 0) {
        fprintf(stderr, "libseccomp is too old: 2.5 or newer is needed\n");
        return 1;
    }
    if (write_file(argv[1], argv[2], argv + 3, (size_t)argc - 3) < 0) {
        (void)remove(argv[1]);
        return 1;
    }
    return 0;
}
