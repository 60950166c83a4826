/* SPDX-License-Identifier: MIT */
/* hand_on.c - commands that a program of its own carries out. */
#include "commands.h"
#include "words.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "dualpipe-judge"

/* Beside this program, as where it was built, or where it is installed. PATH is
 * not asked: what is found there may be anything. */
int command_judge_elsewhere(int argc, char **argv)
{
    static const char *const places[] = {"", "../libexec/dualpipe/"};
    char **arguments = calloc((size_t)argc + 2, sizeof(*arguments));
    char self[PATH_MAX];
    char path[PATH_MAX + 64];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    size_t i;

    if (!arguments || length <= 0) {
        say("%s: %s", PROGRAM, strerrordesc_np(arguments ? errno : ENOMEM));
        free(arguments);
        return EXIT_NO_VERDICT;
    }
    self[length] = '\0';
    *strrchr(self, '/') = '\0';
    arguments[0] = path;
    memcpy(arguments + 1, argv, (size_t)argc * sizeof(*argv));
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s%s", self, places[i], PROGRAM);
        (void)execv(path, arguments);
    }
    say("'dualpipe %s' needs the program %s, which is neither in %s nor in %s/%s", argv[0], PROGRAM,
        self, self, places[1]);
    free(arguments);
    return EXIT_NO_VERDICT;
}
