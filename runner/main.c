/* SPDX-License-Identifier: MIT */
/*
 * main.c - the command `dualpipe`: the first user of the library.
 *
 * It knows of the library what dualpipe.h says and no more. Its way through a
 * run: options.c takes the command line apart, run.c opens what was named,
 * has the job run, and writes the reports.
 */
#include "commands.h"
#include "json_memory.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * What is opened later must not become descriptor 0, 1 or 2 by accident, as a
 * report would then go where the target's output goes. Returns which of them
 * were closed, or -1.
 */
static int fill_standard_descriptors(void)
{
    int closed = 0;
    int fd;

    for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        if (open("/dev/null", O_RDWR) != fd)
            return -1;
        closed |= 1 << fd;
    }
    return closed;
}

static int run_command(int argc, char **argv, unsigned closed)
{
    const char *command = argv[0];

    if (strcmp(command, "run") == 0)
        return command_run(argc - 1, argv + 1, closed);
    if (strcmp(command, "policy") == 0)
        return command_policy(argc - 1, argv + 1);
    if (strcmp(command, "batch") == 0)
        return command_batch(argc - 1, argv + 1, closed);
    if (strcmp(command, "doctor") == 0)
        return command_doctor(argc - 1, argv + 1);
    if (strcmp(command, "judge") == 0 || strcmp(command, "grade") == 0 ||
        strcmp(command, "interact") == 0)
        return command_judge_elsewhere(argc, argv);
    if (strcmp(command, "help") == 0)
        return command_help(argc - 1, argv + 1);
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0)
        return help_print();
    if (strcmp(command, "--version") == 0)
        return help_print_version();
    say("%s: there is no such %s", command, command[0] == '-' ? "option" : "command");
    say("Try 'dualpipe --help'");
    return EXIT_NO_VERDICT;
}

int main(int argc, char **argv)
{
    int closed = fill_standard_descriptors();

    if (closed < 0) {
        say("cannot put /dev/null where a standard stream is closed");
        return EXIT_NO_VERDICT;
    }
    if (argc < 2) {
        say("no command is named");
        say("Try 'dualpipe --help'");
        return EXIT_NO_VERDICT;
    }
    json_memory_or_end();
    return run_command(argc - 1, argv + 1, (unsigned)closed);
}
