/* SPDX-License-Identifier: MIT */
/* package_examples.c - submissions/ and what the package expects of them. */
#include "problem.h"

#include "glob.h"
#include "node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(verdict) (UINT32_C(1) << (verdict))
#define AC BIT(JUDGE_ACCEPTED)
#define WA (BIT(JUDGE_WRONG_ANSWER) | BIT(JUDGE_OUTPUT_LIMIT))
#define TLE (BIT(JUDGE_TIME_LIMIT) | BIT(JUDGE_IDLE))
#define RTE                                                                                        \
    (BIT(JUDGE_RUN_TIME_ERROR) | BIT(JUDGE_MEMORY_LIMIT) | BIT(JUDGE_VIOLATION) |                  \
     BIT(JUDGE_OUTPUT_LIMIT))
/* An output limit is in two of them. NOLINTNEXTLINE(misc-redundant-expression) */
#define REJECTED (RTE | TLE | WA)
#define LIST "submissions/submissions.yaml"
#define TAG_SEARCHED 65536
#define TAG_FILES_MAX 80

struct rule {
    const char *directory;
    uint32_t permitted;
    uint32_t required;
};

static const struct rule rules_2025[] = {
    {"accepted", AC, 0},
    {"rejected", 0, REJECTED},
    {"wrong_answer", AC | WA, WA},
    {"time_limit_exceeded", AC | TLE, TLE},
    {"run_time_error", AC | RTE, RTE},
    {"brute_force", AC | RTE | TLE, RTE | TLE},
};

static const struct rule rules_legacy[] = {
    {"accepted", AC, 0},
    {"slow_accepted", AC, 0},
    {"rejected", 0, REJECTED},
    {"wrong_answer", AC | WA, WA},
    {"time_limit_exceeded", AC | WA | TLE, TLE},
    {"run_time_error", 0, RTE},
    {"brute_force", AC | RTE | TLE, RTE | TLE},
};

/* Not of the format, which lets more directories be added: the verdicts that it
 * has no word for. */
static const struct rule rules_more[] = {
    {"compile_error", BIT(JUDGE_COMPILE_ERROR), BIT(JUDGE_COMPILE_ERROR)},
    {"compiler_error", BIT(JUDGE_COMPILE_ERROR), BIT(JUDGE_COMPILE_ERROR)},
    {"memory_limit", 0, BIT(JUDGE_MEMORY_LIMIT)},
    {"memory_limit_exceeded", 0, BIT(JUDGE_MEMORY_LIMIT)},
    {"output_limit", 0, BIT(JUDGE_OUTPUT_LIMIT)},
    {"output_limit_exceeded", 0, BIT(JUDGE_OUTPUT_LIMIT)},
    {"violation", 0, BIT(JUDGE_VIOLATION)},
    {"idle", 0, BIT(JUDGE_IDLE)},
    {"judge_error", 0, BIT(JUDGE_JUDGE_ERROR)},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct rule *find_rule(const struct rule *rules, size_t count, const char *directory)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].directory, directory) == 0)
            return &rules[i];
    }
    return NULL;
}

static const struct rule *rule_of(const struct problem *problem, const char *directory)
{
    const struct rule *rule = problem->format == FORMAT_2025_09
                                  ? find_rule(rules_2025, COUNT(rules_2025), directory)
                                  : find_rule(rules_legacy, COUNT(rules_legacy), directory);

    return rule ? rule : find_rule(rules_more, COUNT(rules_more), directory);
}

static struct expectation *add(struct example *example, char *source)
{
    struct expectation *added = GROW(example->expectations, example->expectation_count);

    *added = (struct expectation){.source = source};
    return added;
}

static int read_verdicts(struct problem *problem, const struct node *map, const char *key,
                         uint32_t *set)
{
    const struct node *node = node_get(map, key);
    struct texts names = {0};
    int result = 0;

    if (node_is_null(node))
        return 0;
    if (node_texts(node, &names) < 0)
        result = problem_fail(problem, "%s, line %u: %s is no sequence", LIST, node->line, key);
    *set = 0;
    for (size_t i = 0; i < names.count && result == 0; i++) {
        const char *name = names.items[i];

        if (strcmp(name, "AC") == 0)
            *set |= AC;
        else if (strcmp(name, "WA") == 0)
            *set |= WA;
        else if (strcmp(name, "TLE") == 0)
            *set |= TLE;
        else if (strcmp(name, "RTE") == 0)
            *set |= RTE;
        else
            result = problem_fail(problem,
                                  "%s, line %u: %s has \"%s\", which is none of AC, WA, "
                                  "TLE, RTE",
                                  LIST, node->line, key, name);
    }
    texts_release(&names);
    return result;
}

static int read_score(struct problem *problem, const struct node *map,
                      struct expectation *expectation)
{
    const struct node *node = node_get(map, "score");
    const bool is_range = node && node->kind == NODE_SEQUENCE && node->count == 2;

    if (node_is_null(node))
        return 0;
    if (node_number(is_range ? node->items[0] : node, &expectation->score_low) < 0 ||
        node_number(is_range ? node->items[1] : node, &expectation->score_high) < 0)
        return problem_fail(problem, "%s, line %u: score is no number and no pair of them", LIST,
                            node->line);
    expectation->has_score = true;
    return 0;
}

static int read_time_use(struct problem *problem, const struct node *map,
                         struct expectation *expectation)
{
    const struct node *node = node_get(map, "use_for_time_limit");
    bool flag = true;

    if (node_is_null(node)) {
        if (expectation->required && !(expectation->required & ~TLE))
            expectation->time_limit_use = 2;
        else if (expectation->permitted && !(expectation->permitted & TLE))
            expectation->time_limit_use = 1;
        return 0;
    }
    if (node_text(node) && strcmp(node_text(node), "lower") == 0)
        expectation->time_limit_use = 1;
    else if (node_text(node) && strcmp(node_text(node), "upper") == 0)
        expectation->time_limit_use = 2;
    else if (node_flag(node, &flag) < 0 || flag)
        return problem_fail(problem,
                            "%s, line %u: use_for_time_limit is none of false, lower, "
                            "upper",
                            LIST, node->line);
    return 0;
}

static int fill(struct problem *problem, struct expectation *expectation, const struct node *map)
{
    const char *message = node_text(node_get(map, "message"));

    if (read_verdicts(problem, map, "permitted", &expectation->permitted) < 0 ||
        read_verdicts(problem, map, "required", &expectation->required) < 0 ||
        read_score(problem, map, expectation) < 0)
        return -1;
    if (message) {
        free(expectation->message);
        expectation->message = text_copy(message);
    }
    return read_time_use(problem, map, expectation);
}

static bool is_own_key(const char *key)
{
    static const char *const keys[] = {"language",       "entrypoint", "authors",
                                       "model_solution", "permitted",  "required",
                                       "score",          "message",    "use_for_time_limit"};

    for (size_t i = 0; i < COUNT(keys); i++) {
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    return false;
}

static int check_pattern(struct problem *problem, const struct node *key)
{
    if (strlen(key->text) <= GLOB_PATTERN_MAX)
        return 0;
    return problem_fail(problem, "%s, line %u: a pattern of %zu characters; %d are taken at most",
                        LIST, key->line, strlen(key->text), GLOB_PATTERN_MAX);
}

/* Keys that are no keys of a submission are patterns of cases. */
static int read_case_patterns(struct problem *problem, struct example *example, const char *pattern,
                              const struct node *map)
{
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        const char *key = map->items[i]->text;
        struct expectation *added;

        if (is_own_key(key))
            continue;
        if (map->items[i + 1]->kind != NODE_MAP)
            return problem_fail(problem,
                                "%s, line %u: \"%s\" is no key of a submission, and as a "
                                "pattern of cases it needs a map",
                                LIST, map->items[i]->line, key);
        if (check_pattern(problem, map->items[i]) < 0)
            return -1;
        added = add(example, text_print("%s: %s", pattern, key));
        added->cases = text_copy(key);
        if (fill(problem, added, map->items[i + 1]) < 0)
            return -1;
    }
    return 0;
}

static void keep(char **text, const struct node *node)
{
    if (!node_text(node))
        return;
    free(*text);
    *text = text_copy(node_text(node));
}

static int apply(struct problem *problem, struct example *example, const char *pattern,
                 const struct node *map, struct expectation *replaced)
{
    struct expectation *expectation;

    if (node_is_null(map))
        return 0;
    if (map->kind != NODE_MAP)
        return problem_fail(problem, "%s, line %u: \"%s\" has no map of keys", LIST, map->line,
                            pattern);
    keep(&example->language, node_get(map, "language"));
    keep(&example->entry_point, node_get(map, "entrypoint"));
    expectation = replaced ? replaced : add(example, text_copy(pattern));
    if (replaced)
        expectation->time_limit_use = 0;
    if (fill(problem, expectation, map) < 0)
        return -1;
    return read_case_patterns(problem, example, pattern, map);
}

static const struct {
    const char *name;
    uint32_t set;
} tagged[] = {
    {"CORRECT", AC},
    {"ACCEPTED", AC},
    {"WRONG-ANSWER", WA},
    {"WRONG_ANSWER", WA},
    {"NO-OUTPUT", WA},
    {"TIMELIMIT", TLE},
    {"TIME_LIMIT_EXCEEDED", TLE},
    {"RUN-ERROR", RTE},
    {"RUN_TIME_ERROR", RTE},
    {"COMPILER-ERROR", BIT(JUDGE_COMPILE_ERROR)},
    {"OUTPUT-LIMIT", BIT(JUDGE_OUTPUT_LIMIT)},
    {"MEMORY-LIMIT", BIT(JUDGE_MEMORY_LIMIT)},
};

static uint32_t verdicts_in(const char *text)
{
    static const char *const tags[] = {"@EXPECTED_RESULTS@:", "@EXPECTED_SCORE@:"};
    uint32_t set = 0;

    for (size_t t = 0; t < COUNT(tags) && set == 0; t++) {
        const char *found = strstr(text, tags[t]);
        char *line;

        if (!found)
            continue;
        found += strlen(tags[t]);
        line = text_cut(found, strcspn(found, "\r\n"));
        for (size_t i = 0; i < COUNT(tagged); i++) {
            if (strstr(line, tagged[i].name))
                set |= tagged[i].set;
        }
        free(line);
    }
    return set;
}

/* The set that a file's tag names, or 0. */
static uint32_t tag_of_file(const struct problem *problem, const char *path)
{
    const int fd = problem_has_file(problem, path) ? problem_open(problem, path, 0) : -1;
    char *text = allocate(TAG_SEARCHED + 1);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    uint32_t set = 0;

    if (file) {
        text[fread(text, 1, TAG_SEARCHED, file)] = '\0';
        (void)fclose(file);
        set = verdicts_in(text);
    }
    free(text);
    return set;
}

/* DOMjudge's tag in a source, or in one of a directory's files: of the total
 * verdict, and instead of the rules. */
static void read_tag(struct problem *problem, struct example *example)
{
    char *path = text_print("submissions/%s", example->path);
    struct texts names = {0};
    uint32_t set = tag_of_file(problem, path);

    if (problem_has_directory(problem, path))
        (void)problem_list(problem, path, &names);
    for (size_t i = 0; i < names.count && i < TAG_FILES_MAX && set == 0; i++) {
        char *inner = text_print("%s/%s", path, names.items[i]);

        set = tag_of_file(problem, inner);
        free(inner);
    }
    if (set) {
        struct expectation *expectation;

        for (size_t i = 0; i < example->expectation_count; i++)
            free(example->expectations[i].source);
        example->expectation_count = 0;
        free(example->expectations);
        example->expectations = NULL;
        expectation = add(example, text_copy("@EXPECTED_RESULTS@"));
        expectation->is_about_total = true;
        expectation->permitted = set;
    }
    texts_release(&names);
    free(path);
}

static int expect(struct problem *problem, struct example *example, const char *directory,
                  const struct node *list)
{
    const struct rule *rule = rule_of(problem, directory);
    struct expectation *first = NULL;
    const struct node *own = node_get(list, directory);

    if (rule) {
        first = add(example, text_copy(directory));
        first->permitted = rule->permitted;
        first->required = rule->required;
        (void)read_time_use(problem, NULL, first);
        if (problem->format != FORMAT_2025_09 && strcmp(directory, "accepted") != 0)
            first->time_limit_use = 0; /* legacy has it from these alone */
    } else if (strcmp(directory, "partially_accepted") == 0) {
        add(example, text_copy(directory))->is_partial = true;
    }
    read_tag(problem, example);
    if (own && apply(problem, example, directory, own,
                     example->expectation_count ? &example->expectations[0] : NULL) < 0)
        return -1;
    for (size_t i = 0; list && list->kind == NODE_MAP && i + 1 < list->count; i += 2) {
        const char *pattern = list->items[i]->text;

        if (check_pattern(problem, list->items[i]) < 0)
            return -1;
        if (strcmp(pattern, directory) != 0 && glob_matches(pattern, example->path) &&
            apply(problem, example, pattern, list->items[i + 1], NULL) < 0)
            return -1;
    }
    return 0;
}

static int read_directory(struct problem *problem, const char *directory, const struct node *list)
{
    char *path = text_print("submissions/%s", directory);
    struct texts names = {0};
    int result = 0;

    (void)problem_list(problem, path, &names);
    for (size_t i = 0; i < names.count && result == 0; i++) {
        struct example *example = GROW(problem->examples, problem->example_count);

        *example = (struct example){.path = text_print("%s/%s", directory, names.items[i])};
        result = expect(problem, example, directory, list);
    }
    texts_release(&names);
    free(path);
    return result;
}

int package_read_examples(struct problem *problem)
{
    struct tree tree = {0};
    struct texts names = {0};
    int result = 0;

    if (problem_has_file(problem, LIST)) {
        char *error = NULL;
        size_t size;
        char *bytes = problem_read_file(problem, LIST, TREE_SIZE_MAX, &size);

        result = bytes ? tree_read(&tree, bytes, size, &error) : -1;
        if (result < 0)
            problem_fail(problem, "%s: %s", LIST, error ? error : "it cannot be read");
        free(error);
        free(bytes);
    }
    (void)problem_list(problem, "submissions", &names); /* none: none to be seen */
    for (size_t i = 0; i < names.count && result == 0; i++) {
        char *path = text_print("submissions/%s", names.items[i]);

        if (problem_has_directory(problem, path))
            result = read_directory(problem, names.items[i], tree.root);
        free(path);
    }
    texts_release(&names);
    tree_release(&tree);
    return result;
}
