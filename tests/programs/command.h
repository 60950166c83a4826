/* SPDX-License-Identifier: MIT */
/* command.h - a target program with several acts, chosen by its first argument. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct act {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the act's name */
};

/* Returns what the act does; 120 where there is no such act. */
static inline int run_act(const struct act *acts, size_t count, int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < count; i++)
        if (strcmp(acts[i].name, argv[1]) == 0)
            return acts[i].run(argc - 1, argv + 1);
    fprintf(stderr, "no such act: %s\n", argc > 1 ? argv[1] : "");
    return 120;
}

static inline long number_of(int argc, char **argv, int index, long otherwise)
{
    return index < argc ? strtol(argv[index], NULL, 0) : otherwise;
}

#define ACT_COUNT(acts) (sizeof(acts) / sizeof((acts)[0]))

#endif
