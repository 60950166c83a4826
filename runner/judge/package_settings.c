/* SPDX-License-Identifier: MIT */
/* package_settings.c - problem.yaml, in all versions of the format. */
#include "problem.h"

#include "node.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS "problem.yaml"
#define TIME_MAX_S 86400.0
#define PASSES_MAX 10000.0

static const char *const keys_2025[] = {"problem_format_version",
                                        "type",
                                        "name",
                                        "uuid",
                                        "version",
                                        "credits",
                                        "source",
                                        "license",
                                        "rights_owner",
                                        "embargo_until",
                                        "limits",
                                        "keywords",
                                        "languages",
                                        "allow_file_writing",
                                        "constants",
                                        NULL};

static const char *const limit_keys_2025[] = {"time_multipliers",
                                              "time_limit",
                                              "time_resolution",
                                              "memory",
                                              "output",
                                              "code",
                                              "compilation_time",
                                              "compilation_memory",
                                              "validation_time",
                                              "validation_memory",
                                              "validation_output",
                                              "validation_passes",
                                              NULL};

static const char *const multiplier_keys_2025[] = {"ac_to_time_limit", "time_limit_to_tle", NULL};

/* Also what its users write beyond the specification, and is heeded here. */
static const char *const keys_legacy[] = {"problem_format_version",
                                          "type",
                                          "name",
                                          "uuid",
                                          "author",
                                          "source",
                                          "source_url",
                                          "license",
                                          "limits",
                                          "rights_owner",
                                          "validation",
                                          "keywords",
                                          "grading",
                                          "constants",
                                          "validator_flags",
                                          "languages",
                                          "allow_file_writing",
                                          NULL};

static const char *const limit_keys_legacy[] = {"time_multiplier",
                                                "time_safety_margin",
                                                "memory",
                                                "output",
                                                "code",
                                                "compilation_time",
                                                "compilation_memory",
                                                "validation_time",
                                                "validation_memory",
                                                "validation_output",
                                                "time_limit",
                                                "time_multipliers",
                                                "time_resolution",
                                                "validation_passes",
                                                NULL};

/* The specification: "Any unknown keys should be treated as an error". */
static int check_keys(struct problem *problem, const char *file, const struct node *map,
                      const char *const *known)
{
    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i += 2) {
        size_t k = 0;

        while (known[k] && strcmp(known[k], map->items[i]->text) != 0)
            k++;
        if (!known[k] && problem->is_draft)
            problem_warn(problem, "%s, line %u: the key \"%s\" is not of 2025-09, and not heeded",
                         file, map->items[i]->line, map->items[i]->text);
        else if (!known[k])
            return problem_fail(problem, "%s, line %u: the format knows no key \"%s\" here", file,
                                map->items[i]->line, map->items[i]->text);
    }
    return 0;
}

/* Legacy packages are full of keys of one tool or another: they are told. */
static void warn_of_keys(struct problem *problem, const struct node *map, const char *const *known)
{
    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i += 2) {
        size_t k = 0;

        while (known[k] && strcmp(known[k], map->items[i]->text) != 0)
            k++;
        if (!known[k])
            problem_warn(problem,
                         "%s, line %u: the format knows no key \"%s\" here: it is not used",
                         SETTINGS, map->items[i]->line, map->items[i]->text);
    }
}

/* What judging can do without. */
static void warn_of_missing(struct problem *problem, const struct node *root)
{
    static const char *const required[] = {"name", "uuid"};

    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        if (node_is_null(node_get(root, required[i])))
            problem_warn(problem, "%s: the format requires the key \"%s\"", SETTINGS, required[i]);
    }
}

static int read_format(struct problem *problem, const struct node *root)
{
    const struct node *node = node_get(root, "problem_format_version");
    const char *version = node_text(node);

    if (!version) {
        problem->format = FORMAT_LEGACY;
        return 0;
    }
    if (strcmp(version, "legacy") == 0) {
        problem->format = FORMAT_LEGACY;
    } else if (strcmp(version, "legacy-icpc") == 0) {
        problem->format = FORMAT_LEGACY_ICPC;
    } else if (strcmp(version, "2025-09") == 0) {
        problem->format = FORMAT_2025_09;
    } else if (strstr(version, "draft")) {
        problem->format = FORMAT_2025_09;
        problem->is_draft = true; /* drafts had other keys */
        problem_warn(problem, "%s, line %u: the draft \"%s\" is read as 2025-09", SETTINGS,
                     node->line, version);
    } else {
        return problem_fail(problem,
                            "%s, line %u: problem_format_version \"%s\" is none of 2025-09, "
                            "legacy, legacy-icpc",
                            SETTINGS, node->line, version);
    }
    return 0;
}

static int add_type(struct problem *problem, const char *type, unsigned line, bool *is_pass_fail)
{
    static const struct {
        const char *name;
        unsigned kind;
    } types[] = {{"pass-fail", JUDGE_PASS_FAIL},
                 {"scoring", JUDGE_SCORING},
                 {"interactive", JUDGE_INTERACTIVE},
                 {"multi-pass", JUDGE_MULTI_PASS},
                 {"submit-answer", JUDGE_SUBMIT_ANSWER}};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(type, types[i].name) != 0)
            continue;
        problem->kind |= types[i].kind;
        *is_pass_fail = *is_pass_fail || types[i].kind == JUDGE_PASS_FAIL;
        return 0;
    }
    return problem_fail(problem, "%s, line %u: there is no type \"%s\"", SETTINGS, line, type);
}

static int read_types(struct problem *problem, const struct node *root)
{
    const struct node *node = node_get(root, "type");
    const unsigned answer_with = JUDGE_SUBMIT_ANSWER | JUDGE_INTERACTIVE;
    const unsigned answer_twice = JUDGE_SUBMIT_ANSWER | JUDGE_MULTI_PASS;
    struct texts types = {0};
    bool is_pass_fail = false;
    int result = 0;

    if (node_texts(node, &types) < 0)
        result =
            problem_fail(problem, "%s: type is neither a text nor a sequence of them", SETTINGS);
    for (size_t i = 0; i < types.count && result == 0; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(types.items[i], types.items[k]) == 0)
                result = problem_fail(problem, "%s, line %u: the type \"%s\" stands there twice",
                                      SETTINGS, node->line, types.items[i]);
        }
        if (result == 0)
            result = add_type(problem, types.items[i], node->line, &is_pass_fail);
    }
    texts_release(&types);
    if (result == 0 && ((is_pass_fail && (problem->kind & JUDGE_SCORING)) ||
                        (problem->kind & answer_with) == answer_with ||
                        (problem->kind & answer_twice) == answer_twice))
        result = problem_fail(problem, "%s, line %u: these types exclude each other", SETTINGS,
                              node->line);
    return result;
}

/* legacy: "custom interactive score". */
static int read_validation(struct problem *problem, const struct node *root)
{
    const char *validation = node_text(node_get(root, "validation"));
    struct texts words = {0};

    if (!validation)
        return 0;
    if (texts_split(&words, validation) < 0 || words.count == 0 ||
        (strcmp(words.items[0], "default") != 0 && strcmp(words.items[0], "custom") != 0)) {
        texts_release(&words);
        return problem_fail(problem, "%s: validation begins with default or custom", SETTINGS);
    }
    problem->is_custom = strcmp(words.items[0], "custom") == 0;
    for (size_t i = 1; i < words.count; i++) {
        if (strcmp(words.items[i], "interactive") == 0)
            problem->kind |= JUDGE_INTERACTIVE;
        else if (strcmp(words.items[i], "multi-pass") == 0 ||
                 strcmp(words.items[i], "multipass") == 0)
            problem->kind |= JUDGE_MULTI_PASS;
        else if (strcmp(words.items[i], "score") != 0)
            problem_warn(problem, "%s: validation has the unknown word \"%s\"", SETTINGS,
                         words.items[i]);
    }
    texts_release(&words);
    return 0;
}

/* Returns -1 where the key is there and is no number in the range. */
static int read_amount(struct problem *problem, const struct node *limits, const char *key,
                       double low, double high, double *amount)
{
    const struct node *node = node_get(limits, key);
    double number;

    if (node_is_null(node))
        return 0;
    if (node_number(node, &number) < 0 || !(number >= low && number <= high))
        return problem_fail(problem, "%s, line %u: limits: %s is no number from %g to %g", SETTINGS,
                            node->line, key, low, high);
    *amount = number;
    return 0;
}

static int read_whole(struct problem *problem, const struct node *limits, const char *key,
                      int64_t unit, double high, int64_t *value)
{
    double amount = 0;

    if (read_amount(problem, limits, key, 1.0, high, &amount) < 0)
        return -1;
    if (problem->format == FORMAT_2025_09 && amount != (double)(int64_t)amount)
        return problem_fail(problem, "%s, line %u: limits: %s is no whole number", SETTINGS,
                            node_get(limits, key)->line, key);
    if (amount > 0)
        *value = (int64_t)(amount * (double)unit);
    return 0;
}

static int read_times(struct problem *problem, const struct node *limits)
{
    const struct node *multipliers = node_get(limits, "time_multipliers");
    double factor = 5;

    if (problem->format != FORMAT_2025_09) {
        problem->ac_to_time_limit = 5;
        problem->time_limit_to_tle = 2;
        if (read_amount(problem, limits, "time_multiplier", 1e-3, 1e6, &factor) < 0)
            return -1;
        problem->ac_to_time_limit = factor;
        if (read_amount(problem, limits, "time_safety_margin", 1e-3, 1e6,
                        &problem->time_limit_to_tle) < 0)
            return -1;
    }
    if (read_amount(problem, multipliers, "ac_to_time_limit", 1, 1e6, &problem->ac_to_time_limit) <
            0 ||
        read_amount(problem, multipliers, "time_limit_to_tle", 1, 1e6,
                    &problem->time_limit_to_tle) < 0)
        return -1;
    if (read_amount(problem, limits, "time_resolution", 1e-3, TIME_MAX_S,
                    &problem->time_resolution_s) < 0)
        return -1;
    return read_amount(problem, limits, "time_limit", 1e-3, TIME_MAX_S, &problem->time_limit_s);
}

static int read_limits(struct problem *problem, const struct node *limits)
{
    const struct {
        const char *key;
        int64_t unit;
        double high;
        int64_t *value;
    } rows[] = {
        {"memory", DUALPIPE_MEBIBYTES(1), 1 << 20, &problem->memory_bytes},
        {"output", DUALPIPE_MEBIBYTES(1), 1 << 14, &problem->output_bytes},
        {"code", 1024, 1 << 20, &problem->code_bytes},
        {"compilation_time", DUALPIPE_SECONDS(1), TIME_MAX_S, &problem->compile_us},
        {"compilation_memory", DUALPIPE_MEBIBYTES(1), 1 << 20, &problem->compile_memory_bytes},
        {"validation_time", DUALPIPE_SECONDS(1), TIME_MAX_S, &problem->validation_us},
        {"validation_memory", DUALPIPE_MEBIBYTES(1), 1 << 20, &problem->validation_memory_bytes},
        {"validation_output", DUALPIPE_MEBIBYTES(1), 1 << 14, &problem->validation_output_bytes},
    };
    int64_t passes = 0;

    if (problem->format != FORMAT_2025_09)
        warn_of_keys(problem, limits, limit_keys_legacy);
    if (node_is_null(limits))
        limits = NULL;
    else if (limits->kind != NODE_MAP)
        return problem_fail(problem, "%s, line %u: limits is no map", SETTINGS, limits->line);
    if (problem->format == FORMAT_2025_09 &&
        (check_keys(problem, SETTINGS, limits, limit_keys_2025) < 0 ||
         check_keys(problem, SETTINGS, node_get(limits, "time_multipliers"), multiplier_keys_2025) <
             0))
        return -1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (read_whole(problem, limits, rows[i].key, rows[i].unit, rows[i].high, rows[i].value) < 0)
            return -1;
    }
    if (read_whole(problem, limits, "validation_passes", 1, PASSES_MAX, &passes) < 0)
        return -1;
    if (passes == 1 && problem->format == FORMAT_2025_09)
        return problem_fail(problem, "%s, line %u: limits: validation_passes is less than 2",
                            SETTINGS, node_get(limits, "validation_passes")->line);
    if (passes > 0 && !(problem->kind & JUDGE_MULTI_PASS) && problem->format == FORMAT_2025_09)
        problem_warn(problem, "%s, line %u: limits: validation_passes is for multi-pass problems",
                     SETTINGS, node_get(limits, "validation_passes")->line);
    if (passes > 0)
        problem->passes_max = (unsigned)passes;
    return read_times(problem, limits);
}

static void read_name(struct problem *problem, const struct node *root)
{
    const struct node *node = node_get(root, "name");

    if (node && node->kind == NODE_MAP) {
        const struct node *english = node_get(node, "en");

        node = english ? english : node->count > 1 ? node->items[1] : NULL;
    }
    if (!node_text(node))
        return;
    free(problem->name);
    problem->name = text_copy(node_text(node));
}

static bool is_constant_name(const char *name)
{
    static const char known[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    return name[0] && !strchr("0123456789", name[0]) && strspn(name, known) == strlen(name);
}

static int read_constants(struct problem *problem, const struct node *root)
{
    const struct node *node = node_get(root, "constants");

    if (node_is_null(node))
        return 0;
    if (node->kind != NODE_MAP)
        return problem_fail(problem, "%s, line %u: constants is no map", SETTINGS, node->line);
    for (size_t i = 0; i + 1 < node->count; i += 2) {
        const struct node *value = node->items[i + 1];
        struct constant *constant;

        if (!is_constant_name(node->items[i]->text))
            return problem_fail(problem,
                                "%s, line %u: \"%s\" is no name of a constant: letters, "
                                "digits and _, and no digit first",
                                SETTINGS, node->items[i]->line, node->items[i]->text);
        if (value->kind != NODE_SCALAR)
            return problem_fail(problem, "%s, line %u: the constant %s is no text or number",
                                SETTINGS, value->line, node->items[i]->text);
        constant = GROW(problem->constants, problem->constant_count);
        constant->name = text_copy(node->items[i]->text);
        constant->value = text_copy(value->text);
    }
    return 0;
}

static int read_languages(struct problem *problem, const struct node *root)
{
    const struct node *node = node_get(root, "languages");
    const char *text = node_text(node);

    if (node_is_null(node) || (text && strcmp(text, "all") == 0))
        return 0;
    /* Older packages separate them by blanks. */
    if (text && texts_split(&problem->languages, text) == 0)
        return 0;
    if (node_texts(node, &problem->languages) == 0)
        return 0;
    return problem_fail(problem, "%s, line %u: languages is neither \"all\" nor a sequence",
                        SETTINGS, node->line);
}

/* DOMjudge's ways to say it, in packages of any version. */
static int read_outer_time_limit(struct problem *problem)
{
    size_t size;
    char *text;
    char *at;

    if (problem->time_limit_s > 0)
        return 0;
    if (problem_has_file(problem, ".timelimit")) {
        text = problem_read_file(problem, ".timelimit", 4096, &size);
        at = text;
    } else if (problem_has_file(problem, "domjudge-problem.ini")) {
        text = problem_read_file(problem, "domjudge-problem.ini", 65536, &size);
        at = text ? strstr(text, "timelimit") : NULL;
        at = at ? at + strcspn(at, "0123456789\n") : NULL;
    } else {
        return 0;
    }
    if (!text)
        return -1;
    if (at) {
        at += strspn(at, " \t\n");
        at[strcspn(at, " \t\r\n'\"")] = '\0';
    }
    if (at && is_float(at, strlen(at)) && strtod(at, NULL) > 0)
        problem->time_limit_s = strtod(at, NULL);
    else if (at && *at)
        problem_warn(problem,
                     "the time limit \"%s\" in .timelimit or domjudge-problem.ini is no "
                     "number of seconds",
                     at);
    free(text);
    return 0;
}

static int read_all(struct problem *problem, const struct node *root)
{
    const struct node *writing = node_get(root, "allow_file_writing");

    if (!root || root->kind != NODE_MAP)
        return problem_fail(problem, "%s: it is no map of keys and values", SETTINGS);
    if (read_format(problem, root) < 0)
        return -1;
    if (problem->format == FORMAT_2025_09 && check_keys(problem, SETTINGS, root, keys_2025) < 0)
        return -1;
    if (problem->format == FORMAT_2025_09)
        warn_of_missing(problem, root);
    else
        warn_of_keys(problem, root, keys_legacy);
    if (read_types(problem, root) < 0 || read_limits(problem, node_get(root, "limits")) < 0)
        return -1;
    if (problem->format != FORMAT_2025_09 && read_validation(problem, root) < 0)
        return -1;
    if (!node_is_null(writing) && node_flag(writing, &problem->allows_writing) < 0)
        return problem_fail(problem, "%s, line %u: allow_file_writing is neither true nor false",
                            SETTINGS, writing->line);
    problem->minimizes =
        node_text(node_get(node_get(root, "grading"), "objective")) &&
        strcmp(node_text(node_get(node_get(root, "grading"), "objective")), "min") == 0;
    read_name(problem, root);
    if (read_constants(problem, root) < 0 || read_languages(problem, root) < 0)
        return -1;
    return read_outer_time_limit(problem);
}

/* validator_flags are the arguments of every case, unless it has its own. */
static int read_flags(struct problem *problem, const struct node *root)
{
    const char *flags = node_text(node_get(root, "validator_flags"));
    struct group *top = GROW(problem->groups, problem->group_count);

    *top = (struct group){
        .name = text_copy(""),
        .parent = NO_GROUP,
        .accept_score = 1,
        .range_low = -INFINITY,
        .range_high = INFINITY,
    };
    if (flags && problem->format != FORMAT_2025_09 &&
        texts_split(&problem->validator_flags, flags) < 0)
        return problem_fail(problem, "%s: validator_flags has a quote that is not closed",
                            SETTINGS);
    texts_add_all(&top->validator_args, &problem->validator_flags);
    return 0;
}

int package_read_settings(struct problem *problem)
{
    struct tree tree = {0};
    char *error = NULL;
    size_t size;
    char *bytes = problem_read_file(problem, SETTINGS, TREE_SIZE_MAX, &size);
    int result;

    if (!bytes)
        return -1;
    result = tree_read(&tree, bytes, size, &error);
    if (result < 0)
        problem_fail(problem, "%s: %s", SETTINGS, error);
    else
        result = read_all(problem, tree.root);
    if (result == 0)
        result = read_flags(problem, tree.root);
    tree_release(&tree);
    free(error);
    free(bytes);
    return result;
}
