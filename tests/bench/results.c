/* SPDX-License-Identifier: MIT */
/* results.c - see results.h. */
#include "results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a difference can no longer be told from noise. */
#define DRIFT_MAX 0.05  /* of the first way measured twice */
#define SPREAD_MAX 0.50 /* between the quartiles of any way */

struct table *results_add(struct results *results, size_t figures, unsigned rounds)
{
    struct table *tables =
        reallocarray(results->tables, results->count + 1, sizeof(*results->tables));
    struct table *table;

    if (!tables)
        return NULL;
    results->tables = tables;
    table = &tables[results->count];
    *table = (struct table){.rounds = rounds, .count = figures};
    table->figures = calloc(figures, sizeof(*table->figures));
    if (!table->figures)
        return NULL;
    results->count++;
    for (size_t i = 0; i < figures; i++) {
        table->figures[i].samples = calloc(rounds, sizeof(double));
        if (!table->figures[i].samples)
            return NULL;
    }
    return table;
}

void results_release(struct results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        for (size_t j = 0; j < results->tables[i].count; j++)
            free(results->tables[i].figures[j].samples);
        free(results->tables[i].figures);
    }
    free(results->tables);
    *results = (struct results){0};
}

static int compare_samples(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/* The sample that a part of the sorted samples lies below. */
static double quantile(const double *sorted, unsigned count, double part)
{
    return sorted[(unsigned)(part * (count - 1) + 0.5)];
}

/* Sorts the values. */
static struct middle middle_of(double *values, unsigned count)
{
    qsort(values, count, sizeof(*values), compare_samples);
    return (struct middle){quantile(values, count, 0.5), quantile(values, count, 0.25),
                           quantile(values, count, 0.75)};
}

static double divide(double one, double other)
{
    return one / other;
}

static double subtract(double one, double other)
{
    return one - other;
}

static bool compare_rounds(const struct table *table, const struct figure *of,
                           const struct figure *to, double (*compare)(double, double),
                           struct middle *middle)
{
    double *values = calloc(table->rounds, sizeof(*values));

    if (!values)
        return false;
    for (unsigned i = 0; i < table->rounds; i++)
        values[i] = compare(of->samples[i], to->samples[i]);
    *middle = middle_of(values, table->rounds);
    free(values);
    return true;
}

bool table_ratio(const struct table *table, const struct figure *of, const struct figure *to,
                 struct middle *ratio)
{
    return compare_rounds(table, of, to, divide, ratio);
}

bool table_difference(const struct table *table, const struct figure *of, const struct figure *to,
                      struct middle *difference)
{
    return compare_rounds(table, of, to, subtract, difference);
}

static double spread(const struct figure *figure)
{
    return (figure->value.high - figure->value.low) / figure->value.median;
}

/* The second figure is the first one again, if their names say so. */
static bool drifts(const struct table *table)
{
    const struct figure *figures = table->figures;
    size_t length;

    if (table->count < 2 || figures[0].reason[0] || figures[1].reason[0])
        return false;
    length = strlen(figures[0].name);
    return strncmp(figures[0].name, figures[1].name, length) == 0 &&
           strcmp(figures[1].name + length, ", again") == 0 &&
           fabs(figures[1].ratio.median - 1) > DRIFT_MAX;
}

static bool is_less_better(const struct table *table)
{
    return strcmp(table->better, "less") == 0;
}

double table_quiet_ratio(const struct figure *of, const struct figure *to)
{
    return divide(of->quiet, to->quiet);
}

double table_quiet_difference(const struct figure *of, const struct figure *to)
{
    return subtract(of->quiet, to->quiet);
}

bool table_summarize(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct figure *figure = &table->figures[i];
        double *sorted;

        if (figure->reason[0])
            continue;
        sorted = calloc(table->rounds, sizeof(*sorted));
        if (!sorted)
            return false;
        memcpy(sorted, figure->samples, table->rounds * sizeof(*sorted));
        figure->value = middle_of(sorted, table->rounds);
        figure->quiet = quantile(sorted, table->rounds, is_less_better(table) ? 0.1 : 0.9);
        free(sorted);
        if (!table_ratio(table, figure, &table->figures[0], &figure->ratio))
            return false;
        table->is_noisy = table->is_noisy || spread(figure) > SPREAD_MAX;
    }
    table->is_noisy = table->is_noisy || drifts(table);
    return true;
}

const struct table *results_find(const struct results *results, const char *id)
{
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->tables[i].id, id) == 0)
            return &results->tables[i];
    return NULL;
}

const struct figure *table_find(const struct table *table, const char *name)
{
    for (size_t i = 0; table && i < table->count; i++)
        if (strcmp(table->figures[i].name, name) == 0 && !table->figures[i].reason[0])
            return &table->figures[i];
    return NULL;
}

void table_print(const struct table *table, FILE *out)
{
    fprintf(out, "%s (%s, %s is better; %u rounds)\n", table->title, table->unit, table->better,
            table->rounds);
    fprintf(out, "  %-38s %11s %8s %8s %15s %11s %8s\n", "", "median", "spread", "ratio",
            "half lie in", "best tenth", "ratio");
    for (size_t i = 0; i < table->count; i++) {
        const struct figure *figure = &table->figures[i];

        fprintf(out, "  %-38s ", figure->name);
        if (figure->reason[0])
            fprintf(out, "not measured: %s\n", figure->reason);
        else
            fprintf(out, "%11.1f %6.0f %% %8.2f %7.2f to %.2f %11.1f %8.2f\n", figure->value.median,
                    100 * spread(figure), figure->ratio.median, figure->ratio.low,
                    figure->ratio.high, figure->quiet,
                    table_quiet_ratio(figure, &table->figures[0]));
    }
    if (table->is_noisy)
        fprintf(out, "  TOO NOISY TO TELL: look at the spread, and at what is measured again\n");
    fputc('\n', out);
}
