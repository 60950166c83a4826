/* SPDX-License-Identifier: MIT */
/* json.c - see json.h. */
#include "json.h"

#include "dualpipe.h"
#include "goals.h"

static void write_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void write_key(FILE *out, const char *key, const char *text)
{
    fprintf(out, "\"%s\": ", key);
    write_string(out, text);
    fputs(", ", out);
}

static void write_middle(FILE *out, const char *key, const struct middle *middle)
{
    fprintf(out, "\"%s\": {\"median\": %.4f, \"low\": %.4f, \"high\": %.4f}", key, middle->median,
            middle->low, middle->high);
}

static void write_machine(FILE *out, const struct machine *machine)
{
    fputs("\"machine\": {", out);
    write_key(out, "dualpipe", dualpipe_version());
    write_key(out, "kernel", machine->kernel);
    write_key(out, "processor", machine->processor);
    fprintf(out, "\"cpus\": %d, \"memory_mib\": %ld, \"is_virtual\": %s, \"uid\": %u, ",
            machine->cpus, machine->memory_mib, machine->is_virtual ? "true" : "false",
            machine->uid);
    fprintf(out, "\"load\": %.2f, \"steal\": %.4f, \"is_busy\": %s}", machine->load, machine->steal,
            machine_is_busy(machine) ? "true" : "false");
}

static void write_figure(FILE *out, const struct figure *figure)
{
    fputs("    {", out);
    write_key(out, "name", figure->name);
    if (figure->reason[0]) {
        fputs("\"not_measured\": ", out);
        write_string(out, figure->reason);
    } else {
        write_middle(out, "value", &figure->value);
        fputs(", ", out);
        write_middle(out, "ratio", &figure->ratio);
        fprintf(out, ", \"best_tenth\": %.4f", figure->quiet);
    }
    fputc('}', out);
}

static void write_table(FILE *out, const struct table *table)
{
    fputs("  {", out);
    write_key(out, "id", table->id);
    write_key(out, "title", table->title);
    write_key(out, "unit", table->unit);
    write_key(out, "better", table->better);
    fprintf(out, "\"rounds\": %u, \"is_noisy\": %s, \"ways\": [\n", table->rounds,
            table->is_noisy ? "true" : "false");
    for (size_t i = 0; i < table->count; i++) {
        write_figure(out, &table->figures[i]);
        fputs(i + 1 < table->count ? ",\n" : "]}", out);
    }
}

static void write_goal(FILE *out, const struct bench *bench, const struct goal *goal)
{
    struct measured measured;
    const enum outcome outcome = goal_outcome(bench, goal, &measured);

    fputs("  {", out);
    write_key(out, "what", goal->what);
    fprintf(out, "\"%s\": %.2f, ", goal->is_least ? "at_least" : "at_most", goal->limit);
    if (outcome != OUTCOME_NOT_MEASURED) {
        write_middle(out, "measured", &measured.value);
        fprintf(out, ", \"best_tenth\": %.4f, ", measured.quiet);
    }
    fputs("\"outcome\": ", out);
    write_string(out, outcome_name(outcome));
    fputc('}', out);
}

static void write_leftovers(FILE *out, const char *key, const struct leftovers *leftovers)
{
    fprintf(out,
            "\"%s\": {\"descriptors\": %ld, \"processes\": %ld, \"mounts\": %ld, "
            "\"cgroups\": %ld}, ",
            key, leftovers->descriptors, leftovers->processes, leftovers->mounts,
            leftovers->cgroups);
}

static void write_soak(FILE *out, const struct bench *bench)
{
    fputs("\"soak\": {", out);
    write_leftovers(out, "before", &bench->before_soak);
    write_leftovers(out, "after", &bench->after_soak);
    fprintf(out, "\"memory_first_kib\": %ld, \"memory_last_kib\": %ld},\n",
            bench->soak_memory_first, bench->soak_memory_last);
}

void json_write(FILE *out, const struct machine *machine, const struct bench *bench)
{
    fputc('{', out);
    write_machine(out, machine);
    fputs(",\n\"tables\": [\n", out);
    for (size_t i = 0; i < bench->results.count; i++) {
        write_table(out, &bench->results.tables[i]);
        fputs(i + 1 < bench->results.count ? ",\n" : "", out);
    }
    fputs("],\n", out);
    if (bench->has_soaked)
        write_soak(out, bench);
    fputs("\"goals\": [\n", out);
    for (size_t i = 0; i < goal_count; i++) {
        write_goal(out, bench, &goals[i]);
        fputs(i + 1 < goal_count ? ",\n" : "],\n", out);
    }
    fputs("\"filters\": ", out);
    write_string(out, bench->filters.text);
    fputs(",\n\"limits\": ", out);
    write_string(out, bench->limits.text);
    fputs("}\n", out);
}
