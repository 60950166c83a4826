/* SPDX-License-Identifier: MIT */
/*
 * main.c - dualpipe-judge: judge, grade and interact, which `dualpipe` hands on.
 *
 * A program of its own, so that `dualpipe run`, which is started for each run,
 * does not carry the libraries for YAML and archives.
 */
#include "command_judge.h"

#include "../commands.h"
#include "../json_memory.h"
#include "../words.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int fd;

    do /* what is opened later must not become a standard stream by accident */
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        (void)close(fd);
    json_memory_or_end();
    if (argc >= 2 && strcmp(argv[1], "judge") == 0)
        return command_judge(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "grade") == 0)
        return command_grade(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "interact") == 0)
        return command_interact(argc - 1, argv + 1);
    say("this program is started by 'dualpipe judge', 'dualpipe grade' and 'dualpipe interact'");
    return EXIT_NO_VERDICT;
}
