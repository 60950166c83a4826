/* SPDX-License-Identifier: MIT */
/* outside.c - benchmarks that are programs of their own: their words are passed
 * on, and kept for the JSON. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "groups.h"
#include "spawn.h"

/* A relayed program gets one argument: how many rounds. */
static int relay(struct bench *bench, struct words *words, const char *program, unsigned rounds)
{
    char rounds_text[16];
    const char *const argv[] = {program, rounds_text, NULL};
    char line[256];
    int output[2];
    FILE *file;
    pid_t pid;

    snprintf(rounds_text, sizeof(rounds_text), "%u", rounds > 0 ? rounds : 1);
    if (pipe2(output, O_CLOEXEC) < 0)
        return -errno;
    pid = spawn_program(argv, -1, output[1]);
    close(output[1]);
    file = fdopen(output[0], "r");
    while (pid >= 0 && file && fgets(line, sizeof(line), file)) {
        fputs(line, bench->text);
        fflush(bench->text);
        if (words->length + strlen(line) < sizeof(words->text)) {
            strcpy(words->text + words->length, line);
            words->length += strlen(line);
        }
    }
    if (file)
        fclose(file);
    fputc('\n', bench->text);
    return pid < 0 ? (int)pid : spawn_wait(pid);
}

int measure_filters(struct bench *bench)
{
    fputs("What a filter costs a call that reads or writes one byte\n", bench->text);
    return relay(bench, &bench->filters, BENCH_FILTER, (unsigned)(4 * bench->effort));
}

int measure_limits(struct bench *bench)
{
    fputs("Limits\n", bench->text);
    return relay(bench, &bench->limits, BENCH_LIMITS_BENCH, (unsigned)(4 * bench->effort));
}
