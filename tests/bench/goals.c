/* SPDX-License-Identifier: MIT */
/* goals.c - see goals.h. */
#include "goals.h"

#include "peers.h"

#include <stdio.h>

const struct goal goals[] = {
    {"verified: latency at 100 runs a second, to posix_spawn", 1.10, false, false, "paced-100",
     PEER_VERIFIED, PEER_SPAWN},
    {"verified: back to back on one CPU, all counted", 1.35, false, false, "one-core",
     PEER_VERIFIED, PEER_SPAWN},
    {"fresh: latency at 100 runs a second, to posix_spawn", 1.15, false, false, "paced-100",
     PEER_FRESH, PEER_SPAWN},
    {"fresh: back to back on one CPU, all counted", 1.75, false, false, "one-core", PEER_FRESH,
     PEER_SPAWN},
    {"single-use: latency at 100 runs a second, to verified", 1.20, false, false, "paced-100",
     PEER_SINGLE_USE, PEER_VERIFIED},
    {"dualpipe run, to bwrap --unshare-all", 0.50, false, false, "true", PEER_COMMAND, PEER_BWRAP},
    {"verified: added to vfork, exec and a pipe, static no-op", 60, false, true, "paced-noop",
     PEER_VERIFIED, PEER_BARE},
    {"dualpipe_run() from a host of 1 GiB, to a small one", 1.10, false, false, "hosts",
     PEER_RUN " from 1 GiB", PEER_RUN},
    {"fresh, from a host of 1 GiB, to a small one", 1.10, false, false, "hosts",
     PEER_FRESH " from 1 GiB", PEER_FRESH},
    {"fresh: two CPUs against one, runs a second", 1.80, true, false, "cores",
     PEER_FRESH ", two CPUs", PEER_FRESH ", one CPU"},
    {"fresh: at 20 runs a second, to posix_spawn", 1.20, false, false, "paced-20", PEER_FRESH,
     PEER_SPAWN},
    {"verified: at 20 runs a second, to posix_spawn", 1.20, false, false, "paced-20", PEER_VERIFIED,
     PEER_SPAWN},
    {"a round trip, to raw pipes, on one CPU", 1.15, false, false, "trips-one-core",
     "dualpipe_write(), dualpipe_read()", "two pipes"},
    {"capture of 100 MiB, to a raw pipe of 1 MiB", 0.90, true, false, "output",
     "dualpipe_run() into 100 MiB", "a pipe of 1 MiB, into 100 MiB"},
    {"warm Python with imports, to python3 -I -S -E", 0.10, false, false, "warm-20", PEER_WARM,
     PEER_PLAIN_PYTHON},
    {"20,000 runs: the last quarter to the first, nothing left", 0.95, true, false, "soak",
     "last quarter", "first quarter"},
};
const size_t goal_count = sizeof(goals) / sizeof(goals[0]);

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {"not measured", "reached", "not reached",
                                        "too noisy to tell"};

    return names[outcome];
}

static bool measure_goal(const struct goal *goal, const struct table *table,
                         struct measured *measured)
{
    const struct figure *of = table_find(table, goal->of);
    const struct figure *to = table_find(table, goal->to);

    if (!of || !to)
        return false;
    measured->quiet =
        goal->is_difference ? table_quiet_difference(of, to) : table_quiet_ratio(of, to);
    return goal->is_difference ? table_difference(table, of, to, &measured->value)
                               : table_ratio(table, of, to, &measured->value);
}

static bool is_reached(const struct goal *goal, double value)
{
    return goal->is_least ? value >= goal->limit : value <= goal->limit;
}

/* Noise does not matter where half of all rounds agree on the answer. */
enum outcome goal_outcome(const struct bench *bench, const struct goal *goal,
                          struct measured *measured)
{
    const struct table *table = goal->table ? results_find(&bench->results, goal->table) : NULL;
    const struct middle *value = &measured->value;
    bool reached;

    if (!table || !measure_goal(goal, table, measured))
        return OUTCOME_NOT_MEASURED;
    reached = is_reached(goal, value->median);
    if (bench->has_soaked && table == results_find(&bench->results, "soak") &&
        leftovers_is_more(&bench->before_soak, &bench->after_soak))
        return OUTCOME_NOT_REACHED;
    if (table->is_noisy &&
        (is_reached(goal, value->low) != reached || is_reached(goal, value->high) != reached))
        return OUTCOME_NOISY;
    return reached ? OUTCOME_REACHED : OUTCOME_NOT_REACHED;
}

static void print_goal(const struct bench *bench, const struct goal *goal, FILE *out)
{
    struct measured measured;
    const enum outcome outcome = goal_outcome(bench, goal, &measured);
    const char *unit = goal->is_difference ? " us" : "";
    const int digits = goal->is_difference ? 0 : 2;
    char limit[24];
    char median[24] = "";
    char half[32] = "";
    char quiet[24] = "";

    snprintf(limit, sizeof(limit), "%s %.*f%s", goal->is_least ? ">=" : "<=", digits, goal->limit,
             unit);
    if (outcome != OUTCOME_NOT_MEASURED) {
        snprintf(median, sizeof(median), "%.*f%s", digits, measured.value.median, unit);
        snprintf(half, sizeof(half), "%.*f to %.*f", digits, measured.value.low, digits,
                 measured.value.high);
        snprintf(quiet, sizeof(quiet), "%.*f%s", digits, measured.quiet, unit);
    }
    fprintf(out, "  %-58s %9s %9s %15s %10s  %s\n", goal->what, limit, median, half, quiet,
            outcome_name(outcome));
}

void goals_print(const struct bench *bench, FILE *out)
{
    fprintf(out, "Goals\n  %-58s %9s %9s %15s %10s\n", "", "goal", "measured", "half lie in",
            "best tenth");
    for (size_t i = 0; i < goal_count; i++)
        print_goal(bench, &goals[i], out);
    fputc('\n', out);
}
