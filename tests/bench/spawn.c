/* SPDX-License-Identifier: MIT */
/* spawn.c - posix_spawn(3) and waitpid(2), with their usual adornments. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static int connect_stream(posix_spawn_file_actions_t *actions, int target, int fd, int flags)
{
    if (fd >= 0)
        return posix_spawn_file_actions_adddup2(actions, fd, target);
    return posix_spawn_file_actions_addopen(actions, target, "/dev/null", flags, 0);
}

pid_t spawn_program(const char *const *argv, int input, int output)
{
    posix_spawn_file_actions_t actions;
    int status = posix_spawn_file_actions_init(&actions);
    pid_t pid;

    if (status)
        return -status;
    status = connect_stream(&actions, STDIN_FILENO, input, O_RDONLY);
    if (!status)
        status = connect_stream(&actions, STDOUT_FILENO, output, O_WRONLY);
    if (!status)
        status = connect_stream(&actions, STDERR_FILENO, -1, O_WRONLY);
    if (!status)
        status = posix_spawn(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return status ? -status : pid;
}

int spawn_wait(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/* In the parent's memory: it touches nothing. */
__attribute__((noinline)) static pid_t vfork_program(const char *const *argv, int input, int output)
{
    const pid_t pid = vfork();

    if (pid != 0)
        return pid;
    if ((input < 0 || dup2(input, STDIN_FILENO) >= 0) && dup2(output, STDOUT_FILENO) >= 0)
        execv(argv[0], (char *const *)argv);
    _exit(127);
}

int spawn_bare(const char *const *argv, int input)
{
    char block[65536];
    int output[2];
    ssize_t size;
    pid_t pid;

    if (pipe2(output, O_CLOEXEC) < 0)
        return -errno;
    pid = vfork_program(argv, input, output[1]);
    close(output[1]);
    while (pid > 0 && (size = read(output[0], block, sizeof(block))) != 0)
        if (size < 0 && errno != EINTR)
            break;
    close(output[0]);
    return pid < 0 ? -errno : spawn_wait(pid);
}
