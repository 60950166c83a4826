/* SPDX-License-Identifier: MIT */
/*
 * attack.c - see attack.h. The suite is tests/attacks, as it is built or was
 * installed: programs, and a driver in Python, which looks at the host before
 * and after each one and judges from outside.
 */
#include "attack.h"

#include "../commands.h"
#include "../words.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where it is installed; and where it is built. */
static const char *const places[] = {"../libexec/dualpipe/attacks", "../tests/attacks"};

struct suite {
    char self[PATH_MAX];
    char driver[PATH_MAX + 64];
    char programs[PATH_MAX + 64];
};

/* Beside this program, as dualpipe-judge is: see hand_on.c. */
static bool find_suite(struct suite *suite)
{
    const ssize_t length = readlink("/proc/self/exe", suite->self, sizeof(suite->self) - 1);
    int directory;

    if (length <= 0)
        return false;
    suite->self[length] = '\0';
    directory = (int)(strrchr(suite->self, '/') - suite->self);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(suite->driver, sizeof(suite->driver), "%.*s/%s/suite/run.py", directory,
                       suite->self, places[i]);
        (void)snprintf(suite->programs, sizeof(suite->programs), "%.*s/%s/programs", directory,
                       suite->self, places[i]);
        if (access(suite->driver, R_OK) == 0 && access(suite->programs, X_OK) == 0)
            return true;
    }
    return false;
}

/* The names as the driver takes them, with commas between. */
static char *join(char **names, int count)
{
    size_t size = 1;
    char *joined;

    for (int i = 0; i < count; i++)
        size += strlen(names[i]) + 1;
    joined = calloc(1, size);
    for (int i = 0; joined && i < count; i++) {
        strcat(joined, names[i]);
        strcat(joined, i + 1 < count ? "," : "");
    }
    return joined;
}

int doctor_attack(char **names, int count, bool json)
{
    static const char *const pythons[] = {"/usr/bin/python3", "/usr/local/bin/python3"};
    struct suite suite;
    char *only = join(names, count);
    char *words[] = {
        "python3",    "-B",       suite.driver, "--score",      json ? "json" : "table",
        "--dualpipe", suite.self, "--programs", suite.programs, "--only",
        only,         NULL};

    if (!only) {
        say("doctor: there is no memory");
        return EXIT_NO_VERDICT;
    }
    if (!find_suite(&suite)) {
        say("doctor: the attacks are neither in %s nor in %s of this program's directory: build "
            "them with 'cmake --build build/release --target dualpipe_attacks', and install "
            "once more",
            places[0], places[1]);
        free(only);
        return EXIT_NO_VERDICT;
    }
    for (size_t i = 0; i < sizeof(pythons) / sizeof(pythons[0]); i++)
        (void)execv(pythons[i], words);
    (void)execvp("python3", words);
    say("doctor: python3: %s; the attacks are driven by it: install Python 3.9 or newer",
        strerrordesc_np(errno));
    free(only);
    return EXIT_NO_VERDICT;
}
