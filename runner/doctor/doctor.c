/* SPDX-License-Identifier: MIT */
/*
 * doctor.c - the command `dualpipe doctor`: asks this host, layer by layer,
 * what a box gets here, and says what to do about the rest.
 */
#include "attack.h"
#include "commands.h"
#include "finding.h"
#include "probe.h"
#include "words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct doctor_options {
    bool json;
    bool attack;
    char **names; /* of the lines that are asked for; none: all */
    int name_count;
};

static void probe_all(struct findings *findings)
{
    probe_kernel(findings);
    probe_namespaces(findings);
    probe_seccomp(findings);
    probe_identity(findings);
    probe_cgroup(findings);
    probe_surroundings(findings);
    probe_machine(findings);
    probe_policies(findings);
}

static bool is_asked_for(const struct doctor_options *options, const char *name)
{
    for (int i = 0; i < options->name_count; i++) {
        if (strcmp(options->names[i], name) == 0)
            return true;
    }
    return options->name_count == 0;
}

/* Keep the lines that were asked for. Returns the first name that no line has,
 * or NULL. */
static const char *choose(struct findings *findings, const struct doctor_options *options)
{
    size_t kept = 0;

    for (int i = 0; i < options->name_count; i++) {
        bool found = false;

        for (size_t j = 0; j < findings->count && !found; j++)
            found = strcmp(findings->list[j].name, options->names[i]) == 0;
        if (!found)
            return options->names[i];
    }
    for (size_t i = 0; i < findings->count; i++) {
        if (is_asked_for(options, findings->list[i].name))
            findings->list[kept++] = findings->list[i];
    }
    findings->count = kept;
    return NULL;
}

static bool print(const struct findings *findings, const struct doctor_options *options,
                  enum finding_state worst)
{
    if (options->json)
        return findings_print_json(findings);
    if (!findings_print(findings))
        return false;
    if (options->name_count > 0)
        return true;
    printf("\n%s\n",
           worst == FINDING_MISSING
               ? "The built-in policies do not run in full here: see MISSING above."
           : worst == FINDING_LESS
               ? "All built-in policies run in full here; what else could be had says 'less'."
               : "All built-in policies run in full here.");
    return fflush(stdout) == 0;
}

/* Returns 0, or what to exit with. */
static int read_options(struct doctor_options *options, int argc, char **argv)
{
    int i = 0;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            options->json = true;
        } else if (strcmp(argv[i], "--attack") == 0) {
            options->attack = true;
        } else {
            say("doctor: there is no option %s", argv[i]);
            say("Try 'dualpipe doctor --help'");
            return EXIT_NO_VERDICT;
        }
    }
    options->names = argv + i;
    options->name_count = argc - i;
    return 0;
}

int command_doctor(int argc, char **argv)
{
    struct doctor_options options = {0};
    struct findings findings = {0};
    enum finding_state worst;
    const char *unknown;

    if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
        return help_print_doctor();
    if (read_options(&options, argc, argv) != 0)
        return EXIT_NO_VERDICT;
    if (options.attack)
        return doctor_attack(options.names, options.name_count, options.json);
    probe_all(&findings);
    unknown = choose(&findings, &options);
    if (unknown) {
        say("doctor: there is no line '%s'; without names, all are printed", unknown);
        return EXIT_NO_VERDICT;
    }
    worst = findings_worst(&findings);
    if (!print(&findings, &options, worst)) {
        say("doctor: cannot write to standard output");
        return EXIT_NO_VERDICT;
    }
    return worst == FINDING_MISSING ? EXIT_OTHER_VERDICT : 0;
}
