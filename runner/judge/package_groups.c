/* SPDX-License-Identifier: MIT */
/* package_groups.c - test_group.yaml, testdata.yaml, and the settings of a case. */
#include "problem.h"

#include "node.h"

#include "../words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const group_keys[] = {"max_score",
                                         "score_aggregation",
                                         "static_validation_score",
                                         "require_pass",
                                         "args",
                                         "input_validator_args",
                                         "static_validator_args",
                                         "output_validator_args",
                                         "input_visualizer_args",
                                         "output_visualizer_args",
                                         "full_feedback",
                                         "description",
                                         NULL};
static const char *const case_keys[] = {"args",
                                        "input_validator_args",
                                        "output_validator_args",
                                        "input_visualizer_args",
                                        "output_visualizer_args",
                                        "full_feedback",
                                        "hint",
                                        "description",
                                        NULL};

static int check_keys(struct problem *problem, const char *file, const struct node *map,
                      const char *const *known)
{
    if (node_is_null(map))
        return 0;
    if (map->kind != NODE_MAP)
        return problem_fail(problem, "%s: it is no map of keys and values", file);
    for (size_t i = 0; i < map->count; i += 2) {
        size_t k = 0;

        while (known[k] && strcmp(known[k], map->items[i]->text) != 0)
            k++;
        if (!known[k])
            return problem_fail(problem, "%s, line %u: the format knows no key \"%s\" here", file,
                                map->items[i]->line, map->items[i]->text);
    }
    return 0;
}

/* Replaces the list where the key is there. */
static int read_texts(struct problem *problem, const char *file, const struct node *map,
                      const char *key, struct texts *texts)
{
    const struct node *node = node_get(map, key);

    if (node_is_null(node))
        return 0;
    texts_release(texts);
    if (node_texts(node, texts) < 0)
        return problem_fail(problem, "%s, line %u: %s is no sequence of texts", file, node->line,
                            key);
    return 0;
}

static void add_input_args(struct input_args *input_args, const char *name,
                           const struct texts *args)
{
    for (size_t i = 0; i < args->count; i++) {
        texts_add(&input_args->names, name);
        texts_add(&input_args->args, args->items[i]);
    }
}

/* A sequence for each validator, or a map of their names to sequences. */
static int read_input_args(struct problem *problem, const char *file, const struct node *map,
                           struct input_args *input_args)
{
    const struct node *node = node_get(map, "input_validator_args");
    const bool is_map = node && node->kind == NODE_MAP;
    int result = 0;

    if (node_is_null(node))
        return 0;
    input_args_release(input_args);
    for (size_t i = 0; i < (is_map ? node->count : 2) && result == 0; i += 2) {
        const struct node *value = is_map ? node->items[i + 1] : node;
        struct texts words = {0};

        result = node_texts(value, &words);
        add_input_args(input_args, is_map ? node->items[i]->text : "", &words);
        texts_release(&words);
    }
    return result < 0 ? problem_fail(problem,
                                     "%s, line %u: input_validator_args is no sequence of "
                                     "texts, and no map of names to such",
                                     file, node->line)
                      : 0;
}

/* Legacy: a text of flags; as a map it names the validator that they are for. */
static int read_input_flags(struct problem *problem, const char *file, const struct node *map,
                            struct input_args *input_args)
{
    const struct node *node = node_get(map, "input_validator_flags");
    const bool is_map = node && node->kind == NODE_MAP;
    const char *name = is_map ? node_text(node_get(node, "name")) : NULL;
    const char *flags = node_text(is_map ? node_get(node, "flags") : node);
    struct texts words = {0};

    if (node_is_null(node))
        return 0;
    input_args_release(input_args);
    if (flags && texts_split(&words, flags) < 0)
        return problem_fail(problem, "%s: input_validator_flags has a quote that is not closed",
                            file);
    add_input_args(input_args, name ? name : "", &words);
    texts_release(&words);
    return 0;
}

static int read_aggregation(struct problem *problem, const char *file, const struct node *map,
                            struct group *group)
{
    static const char *const names[] = {"pass-fail", "sum", "min"};
    const struct node *node = node_get(map, "score_aggregation");

    if (node_is_null(node))
        return 0;
    for (unsigned i = 0; node_text(node) && i < 3; i++) {
        if (strcmp(node_text(node), names[i]) == 0) {
            group->aggregation = (enum aggregation)i;
            return 0;
        }
    }
    return problem_fail(problem, "%s, line %u: score_aggregation is none of pass-fail, sum, min",
                        file, node->line);
}

static int read_max_score(struct problem *problem, const char *file, const struct node *map,
                          struct group *group)
{
    const struct node *node = node_get(map, "max_score");
    double number;

    if (node_is_null(node))
        return 0;
    group->is_bounded = !node_text(node) || strcmp(node_text(node), "unbounded") != 0;
    if (!group->is_bounded)
        return 0;
    if (node_number(node, &number) < 0 || number < 0 || number != floor(number))
        return problem_fail(problem, "%s, line %u: max_score is no whole number and not unbounded",
                            file, node->line);
    group->max_score = number;
    return 0;
}

/* What a group of 2025-09 may ask for; earlier groups alone, as they are run in
 * this order. */
static int check_requirements(struct problem *problem, const char *file, const struct group *group)
{
    for (size_t i = 0; i < group->require_pass.count; i++) {
        const char *name = group->require_pass.items[i];
        size_t g = 0;

        while (g < problem->group_count && strcmp(problem->groups[g].name, name) != 0)
            g++;
        if (g == problem->group_count || &problem->groups[g] == group ||
            (strcmp(name, "sample") != 0 && strcmp(name, group->name) >= 0))
            return problem_fail(problem, "%s: require_pass names %s, which is no earlier group",
                                file, name);
        if (strcmp(name, "sample") != 0 && problem->groups[g].aggregation != AGGREGATE_PASS_FAIL)
            return problem_fail(problem,
                                "%s: require_pass names %s, which has no pass-fail aggregation",
                                file, name);
    }
    return 0;
}

/* Most points that the static validator gives, or pass-fail: the one where scores
 * are counted, the other where they are not. */
static int read_static(struct problem *problem, const char *file, const struct node *map,
                       struct group *group)
{
    const struct node *node = node_get(map, "static_validation_score");
    const bool is_scored =
        (problem->kind & JUDGE_SCORING) && group->aggregation != AGGREGATE_PASS_FAIL;
    const bool is_pass_fail = node_text(node) && strcmp(node_text(node), "pass-fail") == 0;

    if (read_texts(problem, file, map, "static_validator_args", &group->static_args) < 0)
        return -1;
    group->has_static = !node_is_null(node);
    if (!group->has_static && node_get(map, "static_validator_args"))
        return problem_fail(problem, "%s: static_validator_args without static_validation_score",
                            file);
    if (!group->has_static || (is_pass_fail && !is_scored))
        return 0;
    if (is_pass_fail || node_number(node, &group->static_score) < 0 || group->static_score < 0 ||
        group->static_score != floor(group->static_score))
        return problem_fail(problem,
                            "%s, line %u: static_validation_score is a whole number where scores "
                            "are added, pass-fail elsewhere",
                            file, node->line);
    if (!is_scored)
        return problem_fail(problem,
                            "%s, line %u: static_validation_score is a number, and the group has "
                            "pass-fail aggregation",
                            file, node->line);
    if (group->is_bounded && group->static_score > group->max_score)
        return problem_fail(problem, "%s, line %u: static_validation_score exceeds max_score", file,
                            node->line);
    return 0;
}

static int read_group_2025(struct problem *problem, struct group *group, const char *file,
                           const struct node *map)
{
    static const char *const scoring_keys[] = {"max_score", "score_aggregation", "require_pass"};
    const struct node *feedback = node_get(map, "full_feedback");

    if (check_keys(problem, file, map, group_keys) < 0)
        return -1;
    for (size_t i = 0; i < 3; i++) {
        if (node_get(map, scoring_keys[i]) &&
            (!(problem->kind & JUDGE_SCORING) || strcmp(group->name, "sample") == 0))
            return problem_fail(problem,
                                "%s: %s is for groups of scoring problems, and not for "
                                "sample",
                                file, scoring_keys[i]);
    }
    if (!node_is_null(feedback) && node_flag(feedback, &group->full_feedback) < 0)
        return problem_fail(problem, "%s: full_feedback is neither true nor false", file);
    if (read_max_score(problem, file, map, group) < 0 ||
        read_aggregation(problem, file, map, group) < 0 ||
        read_static(problem, file, map, group) < 0 ||
        read_texts(problem, file, map, "args", &group->args) < 0 ||
        read_texts(problem, file, map, "output_validator_args", &group->validator_args) < 0 ||
        read_input_args(problem, file, map, &group->input_args) < 0 ||
        read_texts(problem, file, map, "require_pass", &group->require_pass) < 0)
        return -1;
    if (group->aggregation == AGGREGATE_PASS_FAIL && (problem->kind & JUDGE_SCORING) &&
        strncmp(group->name, "secret", 6) == 0 && !group->is_bounded)
        return problem_fail(problem, "%s: pass-fail aggregation needs a max_score", file);
    return check_requirements(problem, file, group);
}

static int read_word(struct problem *problem, const char *file, struct group *group,
                     const char *word)
{
    static const char *const verdicts[] = {"worst_error", "first_error", "always_accept"};
    static const char *const scores[] = {"sum", "avg", "min", "max"};

    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(word, verdicts[i]) == 0) {
            group->verdict_mode = (enum verdict_mode)i;
            return 0;
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(word, scores[i]) == 0) {
            group->score_mode = (enum score_mode)i;
            return 0;
        }
    }
    if (strcmp(word, "ignore_sample") == 0) {
        group->ignores_sample = true;
        return 0;
    }
    if (strcmp(word, "accept_if_any_accepted") == 0) {
        group->accepts_any = true;
        return 0;
    }
    return problem_fail(problem, "%s: the default grader has no flag \"%s\"", file, word);
}

/* grader_flags are the default grader's words, or those of a program, which may
 * be any. They are inherited, as grading is. */
static int read_grader(struct problem *problem, const char *file, const struct node *map,
                       struct group *group)
{
    const struct node *grading = node_get(map, "grading");
    const struct node *flags = node_get(map, "grader_flags");
    const char *word = node_text(grading);

    if (!node_is_null(grading)) {
        if (!word || (strcmp(word, "custom") != 0 && strcmp(word, "default") != 0))
            return problem_fail(problem, "%s, line %u: grading is neither default nor custom", file,
                                grading->line);
        group->custom_grading = strcmp(word, "custom") == 0;
    }
    if (flags) {
        texts_release(&group->grader_flags);
        if (node_text(flags) && texts_split(&group->grader_flags, node_text(flags)) < 0)
            return problem_fail(problem, "%s: grader_flags has a quote that is not closed", file);
    }
    group->verdict_mode = VERDICT_WORST_ERROR;
    group->score_mode = SCORE_SUM;
    group->ignores_sample = group->accepts_any = false;
    for (size_t i = 0; i < group->grader_flags.count && !group->custom_grading; i++) {
        if (read_word(problem, file, group, group->grader_flags.items[i]) < 0)
            return -1;
    }
    if (group->name[0])
        group->ignores_sample = false; /* of the root alone */
    return 0;
}

static double bound(const char *text, double otherwise)
{
    if (strcmp(text, "inf") == 0 || strcmp(text, "+inf") == 0)
        return INFINITY;
    if (strcmp(text, "-inf") == 0)
        return -INFINITY;
    return is_float(text, strlen(text)) ? strtod(text, NULL) : otherwise;
}

static int read_scores(struct problem *problem, const char *file, const struct node *map,
                       struct group *group)
{
    const struct node *accept = node_get(map, "accept_score");
    const struct node *reject = node_get(map, "reject_score");
    const char *range = node_text(node_get(map, "range"));
    struct texts words = {0};

    if ((accept && node_number(accept, &group->accept_score) < 0) ||
        (reject && node_number(reject, &group->reject_score) < 0))
        return problem_fail(problem, "%s: accept_score and reject_score are numbers", file);
    if (!range)
        return 0;
    if (texts_split(&words, range) == 0 && words.count == 2) {
        group->range_low = bound(words.items[0], NAN);
        group->range_high = bound(words.items[1], NAN);
    } else {
        group->range_low = NAN;
    }
    texts_release(&words);
    if (!(group->range_low <= group->range_high))
        return problem_fail(problem, "%s: range is no pair of numbers", file);
    return 0;
}

/* A map names the validator that is run, and its flags; a text is flags. By the
 * letter of the specification it is a name, but no package and no judge has it so. */
static int read_validator_flags(struct problem *problem, const char *file, const struct node *map,
                                struct group *group)
{
    const struct node *node = node_get(map, "output_validator_flags");
    const bool is_map = node && node->kind == NODE_MAP;
    const char *flags;

    if (node_is_null(node))
        return 0;
    flags = node_text(is_map ? node_get(node, "flags") : node);
    free(group->validator);
    group->validator = is_map ? text_copy(node_text(node_get(node, "name"))) : NULL;
    texts_release(&group->validator_args);
    texts_add_all(&group->validator_args, &problem->validator_flags);
    if (flags && texts_split(&group->validator_args, flags) < 0)
        return problem_fail(problem, "%s: output_validator_flags has a quote that is not closed",
                            file);
    return 0;
}

static int read_group_legacy(struct problem *problem, struct group *group, const char *file,
                             const struct node *map)
{
    const char *on_reject = node_text(node_get(map, "on_reject"));

    if (node_is_null(map))
        return 0;
    if (map->kind != NODE_MAP)
        return problem_fail(problem, "%s: it is no map of keys and values", file);
    if (on_reject && strcmp(on_reject, "continue") != 0 && strcmp(on_reject, "break") != 0)
        return problem_fail(problem, "%s: on_reject is neither break nor continue", file);
    if (on_reject)
        group->goes_on = strcmp(on_reject, "continue") == 0;
    if (read_grader(problem, file, map, group) < 0 || read_scores(problem, file, map, group) < 0 ||
        read_input_flags(problem, file, map, &group->input_args) < 0)
        return -1;
    return read_validator_flags(problem, file, map, group);
}

/* Nothing is inherited in 2025-09. */
static void start_group_2025(const struct problem *problem, struct group *group)
{
    const bool is_secret = strcmp(group->name, "secret") == 0;

    texts_release(&group->args);
    texts_release(&group->validator_args);
    input_args_release(&group->input_args);
    group->aggregation =
        is_secret && (problem->kind & JUDGE_SCORING) ? AGGREGATE_SUM : AGGREGATE_PASS_FAIL;
    group->is_bounded = is_secret;
    group->max_score = 100;
    group->full_feedback = strcmp(group->name, "sample") == 0;
}

static int read_text(struct problem *problem, const char *path, struct tree *tree)
{
    char *error = NULL;
    size_t size;
    char *bytes = problem_read_file(problem, path, TREE_SIZE_MAX, &size);
    int result;

    if (!bytes)
        return -1;
    if (problem->constant_count > 0) {
        char *replaced = problem_replace_constants(problem, bytes, size, &size);

        free(bytes);
        bytes = replaced;
    }
    result = tree_read(tree, bytes ? bytes : "", bytes ? size : 0, &error);
    if (result < 0)
        problem_fail(problem, "%s: %s", path, error);
    free(error);
    free(bytes);
    return result;
}

int package_read_group(struct problem *problem, struct group *group, const char *directory)
{
    const bool is_new = problem->format == FORMAT_2025_09;
    char *path = text_print("%s/%s", directory, is_new ? "test_group.yaml" : "testdata.yaml");
    char *other = text_print("%s/%s", directory, is_new ? "testdata.yaml" : "test_group.yaml");
    struct tree tree = {0};
    int result = 0;

    if (is_new)
        start_group_2025(problem, group);
    if (problem_has_file(problem, other))
        problem_warn(problem, "%s is not heeded: %s calls it %s", other,
                     format_name(problem->format), base_name(path));
    if (problem_has_file(problem, path)) {
        result = read_text(problem, path, &tree);
        if (result == 0)
            result = is_new ? read_group_2025(problem, group, path, tree.root)
                            : read_group_legacy(problem, group, path, tree.root);
    } else if (is_new && (problem->kind & JUDGE_SCORING) &&
               strncmp(group->name, "secret/", 7) == 0) {
        result =
            problem_fail(problem, "%s is missing: pass-fail aggregation needs a max_score", path);
    }
    tree_release(&tree);
    free(other);
    free(path);
    return result;
}

int package_read_case(struct problem *problem, struct test *test, const char *path)
{
    struct tree tree = {0};
    int result = read_text(problem, path, &tree);

    if (result == 0)
        result =
            problem->format == FORMAT_2025_09 ? check_keys(problem, path, tree.root, case_keys) : 0;
    if (result == 0)
        result = read_texts(problem, path, tree.root, "args", &test->args);
    if (result == 0)
        result =
            read_texts(problem, path, tree.root, "output_validator_args", &test->validator_args);
    if (result == 0)
        result = read_input_args(problem, path, tree.root, &test->input_args);
    if (result == 0 && node_text(node_get(tree.root, "hint")))
        test->hint = text_copy(node_text(node_get(tree.root, "hint")));
    tree_release(&tree);
    return result;
}
