/* SPDX-License-Identifier: MIT */
/* policy_parse_fuzz.c - libFuzzer on the policy parser; what parses is written out
 * and has to parse again. Run it as: policy_parse_fuzz -max_total_time=60 corpus/policy */
#include "arena.h"
#include "policy.h"
#include "policy_parse.h"
#include "policy_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Built-in texts only: a fuzzer shall not open files. */
static int find_text(const struct dp_text_source *source, struct dp_arena *arena,
                     const struct dp_text *user, const char *name, struct dp_text *text)
{
    size_t i;

    (void)source;
    (void)arena;
    (void)user;
    for (i = 0; i < dp_builtin_policy_count; i++) {
        const struct dp_builtin_policy *builtin = &dp_builtin_policies[i];

        if (strcmp(builtin->policy.name, name) != 0)
            continue;
        *text = (struct dp_text){builtin->policy.name, builtin->text, strlen(builtin->text)};
        return 0;
    }
    return -ENOENT;
}

static int parse(struct dp_policy *policy, struct dp_arena **arena, const char *text, size_t size)
{
    const struct dp_text_source source = {find_text, NULL};
    struct dp_policy_error error;

    return dp_policy_parse_from(&source, policy, arena, "fuzz", text, size, &error);
}

static void write_and_read(const struct dp_policy *policy)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct dp_arena *arena;
    struct dp_policy again;

    if (!out)
        return;
    dp_write_expanded(out, policy);
    if (fclose(out) != 0 || parse(&again, &arena, text, size) != 0)
        abort(); /* what we write we can read */
    dp_arena_free(arena);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct dp_policy policy;
    struct dp_arena *arena;

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (parse(&policy, &arena, text, size) == 0) {
        write_and_read(&policy);
        dp_arena_free(arena);
    }
    free(text);
    return 0;
}
