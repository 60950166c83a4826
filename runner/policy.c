/* SPDX-License-Identifier: MIT */
/* policy.c - the command `dualpipe policy`: shows, checks, proves, compares. */
#include "commands.h"
#include "dualpipe.h"
#include "policy_import.h"
#include "policy_learn.h"
#include "words.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print(const char *text)
{
    if (fputs(text, stdout) == EOF || fflush(stdout) == EOF) {
        say("cannot write to standard output: %s", strerrordesc_np(errno));
        return EXIT_NO_VERDICT;
    }
    return 0;
}

/* "FILE:3:7: message" where the text is wrong, else the error's own words. */
static int say_why(const struct dualpipe_error *error)
{
    char text[600];

    (void)dualpipe_error_text(error, text, sizeof(text));
    say("%s", text);
    return EXIT_NO_VERDICT;
}

static struct dualpipe_policy *load(const char *name)
{
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_error error = {0};

    if (dualpipe_policy_load(&policy, name, &error) < 0)
        (void)say_why(&error);
    return policy;
}

static int print_form(const char *name, enum dualpipe_policy_form form)
{
    struct dualpipe_policy *policy = load(name);
    char *text = NULL;
    ssize_t length;
    int status = EXIT_NO_VERDICT;

    if (!policy)
        return status;
    length = dualpipe_policy_write(policy, form, &text);
    if (length >= 0)
        status = print(text);
    else
        say("policy %s: %s", name, strerrordesc_np((int)-length));
    free(text);
    dualpipe_policy_free(policy);
    return status;
}

static int list(int argc, char **argv)
{
    const char *name;
    size_t i;

    (void)argc;
    (void)argv;
    for (i = 0; (name = dualpipe_policy_builtin(i)); i++) {
        if (fprintf(stdout, "%s\n", name) < 0)
            break;
    }
    return print("");
}

static int show(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--expand") == 0)
        return print_form(argv[0], DUALPIPE_POLICY_EXPANDED);
    if (argc == 2 && strcmp(argv[0], "--expand") == 0)
        return print_form(argv[1], DUALPIPE_POLICY_EXPANDED);
    if (argc == 1)
        return print_form(argv[0], DUALPIPE_POLICY_TEXT);
    return -1;
}

/* Read, compiled and proved: there is nothing to say where that works. */
static int check(int argc, char **argv)
{
    struct dualpipe_policy *policy;

    (void)argc;
    policy = load(argv[0]);
    dualpipe_policy_free(policy);
    return policy ? 0 : EXIT_NO_VERDICT;
}

static int prove(int argc, char **argv)
{
    (void)argc;
    return print_form(argv[0], DUALPIPE_POLICY_TABLE);
}

/* As diff(1): 0 where the second allows no more, 1 where it does. */
static int diff(int argc, char **argv)
{
    struct dualpipe_policy *before = load(argv[0]);
    struct dualpipe_policy *after = before ? load(argv[1]) : NULL;
    char *text = NULL;
    ssize_t length = -EINVAL;
    int status = EXIT_NO_VERDICT;

    (void)argc;
    if (after) {
        length = dualpipe_policy_diff(before, after, &text);
        if (length < 0)
            say("policy diff: %s", strerrordesc_np((int)-length));
        else
            status = print(text) != 0 ? EXIT_NO_VERDICT : length > 0 ? 1 : 0;
    }
    free(text);
    dualpipe_policy_free(after);
    dualpipe_policy_free(before);
    return status;
}

static int import(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[0], "--oci") != 0)
        return -1;
    return policy_import_oci(argv[1]);
}

static int export(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[0], "--oci") != 0)
        return -1;
    return print_form(argv[1], DUALPIPE_POLICY_OCI);
}

struct subcommand {
    const char *name;
    const char *usage;
    int fewest; /* words behind it */
    int most;
    int (*run)(int argc, char **argv); /* -1: wrong usage */
};

static const struct subcommand subcommands[] = {
    {"list", "list", 0, 0, list},
    {"show", "show NAME|FILE [--expand]", 1, 2, show},
    {"check", "check FILE", 1, 1, check},
    {"prove", "prove NAME|FILE", 1, 1, prove},
    {"diff", "diff NAME|FILE NAME|FILE", 2, 2, diff},
    {"learn", "learn [-P NAME|FILE] [--stdin FILE]... [--file FILE]... -- PROGRAM [ARGUMENT...]", 1,
     INT_MAX, policy_learn},
    {"import", "import --oci FILE", 2, 2, import},
    {"export", "export --oci NAME|FILE", 2, 2, export},
};

static int use(const struct subcommand *subcommand)
{
    say("write 'dualpipe policy %s'", subcommand->usage);
    return EXIT_NO_VERDICT;
}

int command_policy(int argc, char **argv)
{
    size_t i;

    if (argc == 1 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
        return help_print_policy();
    for (i = 0; argc > 0 && i < sizeof(subcommands) / sizeof(subcommands[0]); i++) {
        const struct subcommand *subcommand = &subcommands[i];
        int status;

        if (strcmp(argv[0], subcommand->name) != 0)
            continue;
        if (argc - 1 < subcommand->fewest || argc - 1 > subcommand->most)
            return use(subcommand);
        status = subcommand->run(argc - 1, argv + 1);
        return status < 0 ? use(subcommand) : status;
    }
    say("policy%s%s: write 'dualpipe policy list', or show, check, prove, diff, learn, import, "
        "export; "
        "see 'dualpipe policy --help'",
        argc > 0 ? " " : "", argc > 0 ? argv[0] : "");
    return EXIT_NO_VERDICT;
}
