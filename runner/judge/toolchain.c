/* SPDX-License-Identifier: MIT */
/* toolchain.c - see toolchain.h. */
#include "toolchain.h"

#include "dualpipe.h"
#include "policies.h"

#include "../program.h"
#include "../words.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSION_SHOWN 120
#define VERSION_SECONDS 10

char *toolchain_find(const char *program)
{
    static const char *const places[] = {"/usr/local/bin", "/usr/bin", "/bin"};
    char path[PATH_MAX];

    if (strchr(program, '/'))
        return access(program, X_OK) == 0 ? text_copy(program) : NULL;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", places[i], program);
        if (access(path, X_OK) == 0)
            return text_copy(path);
    }
    return program_find(program, path, sizeof(path)) == 0 ? text_copy(path) : NULL;
}

static const char *version_option(const struct language *language)
{
    return language->version.count > 1 ? language->version.items[1] : "--version";
}

/* A command of the table, not of a submission: it is run as it is. Returns whether it
 * ended well; its first line is "" where it has none. */
static bool ask_on_host(const char *path, const char *option, char line[VERSION_SHOWN])
{
    char *command = text_print("exec '%s' '%s' 2>&1 </dev/null", path, option);
    FILE *output = strchr(path, '\'') || strchr(option, '\'') ? NULL : popen(command, "re");

    free(command);
    line[0] = '\0';
    if (!output)
        return false;
    while (fgets(line, VERSION_SHOWN, output) && line[0] == '\n')
        ;
    while (fgetc(output) != EOF)
        ;
    line[strcspn(line, "\n")] = '\0';
    return pclose(output) == 0;
}

char *toolchain_version(const struct language *language)
{
    char *path = language->version.count ? toolchain_find(language->version.items[0]) : NULL;
    char line[VERSION_SHOWN] = "";

    if (path)
        (void)ask_on_host(path, version_option(language), line);
    free(path);
    return line[0] ? text_copy(line) : NULL;
}

/* What it says may be anything: one line of printable text is kept. */
static char *why_not(const struct language *language, const char *path,
                     const struct dualpipe_result *run, char *said)
{
    said[strcspn(said, "\n")] = '\0';
    for (char *at = said; *at; at++)
        if (*at < ' ' || *at == 0x7f)
            *at = '?';
    return text_print(
        "the toolchain of %s does not work in a box: '%s %s' there %s%s%s; install it "
        "where the policy \"%s\" shows it (/usr), or pass a table that names "
        "another (--languages)",
        language->title, path, version_option(language), run->reason, said[0] ? ": " : "", said,
        language->compile.policy);
}

char *toolchain_why_not(const struct language *language, const int *cancel_fd)
{
    char *path = language->version.count ? toolchain_find(language->version.items[0]) : NULL;
    char said[VERSION_SHOWN + 1] = "";
    char line[VERSION_SHOWN];
    char *reason = NULL;
    const char *const argv[] = {path, version_option(language), NULL};
    struct dualpipe_result run = {.size = sizeof(run)};
    const struct dualpipe_job job = {
        .size = sizeof(job),
        .argv = argv,
        .policy = policies_get(language->compile.policy, &reason),
        .limits = {.cpu_us = DUALPIPE_SECONDS(VERSION_SECONDS)},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = said,
                            .buffer_size = VERSION_SHOWN},
        .standard_error = {.route = DUALPIPE_ROUTE_STDOUT},
        .on_refusal = DUALPIPE_ON_REFUSAL_ERRNO,
        .cancel_fd = cancel_fd,
    };

    free(reason);
    reason = NULL;
    if (path && job.policy && dualpipe_run(&job, &run, NULL) == 0 &&
        (run.verdict == DUALPIPE_NONZERO_EXIT || run.verdict == DUALPIPE_SIGNALLED) &&
        ask_on_host(path, version_option(language), line))
        reason = why_not(language, path, &run, said);
    free(path);
    return reason;
}
