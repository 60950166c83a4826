/* SPDX-License-Identifier: MIT */
/* probe.c - see probe.h. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void answer(int fd, int (*probe)(const void *argument, long *value),
                             const void *argument)
{
    struct probe_answer made = {0};

    (void)alarm(5);
    made.errnum = probe(argument, &made.value);
    if (write(fd, &made, sizeof(made)) != (ssize_t)sizeof(made))
        _exit(1);
    _exit(0);
}

struct probe_answer probe_in_child(int (*probe)(const void *argument, long *value),
                                   const void *argument)
{
    struct probe_answer got = {.errnum = EIO};
    ssize_t length;
    int status = 0;
    int ends[2];
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return (struct probe_answer){.errnum = errno};
    pid = fork();
    if (pid == 0)
        answer(ends[1], probe, argument);
    close(ends[1]);
    if (pid < 0) {
        got.errnum = errno;
        close(ends[0]);
        return got;
    }
    length = read(ends[0], &got, sizeof(got));
    close(ends[0]);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (length != (ssize_t)sizeof(got))
        return (struct probe_answer){.errnum = EIO,
                                     .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0};
    return got;
}

char *probe_line(const char *path, char *line, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t length = -1;

    line[0] = '\0';
    if (fd >= 0) {
        length = read(fd, line, size - 1);
        close(fd);
    }
    line[length > 0 ? length : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return line;
}

long probe_number(const char *path, long otherwise)
{
    char line[32];
    char *end;
    long value;

    errno = 0;
    value = strtol(probe_line(path, line, sizeof(line)), &end, 10);
    return end == line || errno != 0 ? otherwise : value;
}

long probe_key(const char *path, const char *key)
{
    const size_t length = strlen(key);
    FILE *file = fopen(path, "re");
    char line[256];
    long value = -1;

    while (file && value < 0 && fgets(line, sizeof(line), file)) {
        if (strncmp(line, key, length) == 0 && line[length] == ':')
            value = strtol(line + length + 1, NULL, 10);
    }
    if (file)
        (void)fclose(file);
    return value;
}
