/* SPDX-License-Identifier: MIT */
/* program.c - where PROGRAM is on the host, and why it cannot be run. */
#include "program.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PATH "/bin:/usr/bin" /* as in the C library, where PATH is unset */
#define FIRST_LINE_SIZE 256          /* the kernel reads no more either */

static int check_executable(const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

/* Reads the first line, or what there is of it. Returns its length, 0 where
 * there is none to be had. */
static size_t read_first_line(const char *path, char *line, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    ssize_t length = 0;

    if (fd < 0)
        return 0;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        length = read(fd, line, size - 1);
    (void)close(fd);
    line[length > 0 ? length : 0] = '\0';
    return strcspn(line, "\n");
}

static bool is_script(const char *path)
{
    char line[FIRST_LINE_SIZE];

    return read_first_line(path, line, sizeof(line)) >= 2 && memcmp(line, "#!", 2) == 0;
}

/* Could it be started? A script cannot, so that one further on in PATH is
 * wanted: version managers put scripts before the programs that they stand for. */
static int check_candidate(const char *path)
{
    const int status = check_executable(path);

    return status == 0 && is_script(path) ? -ENOEXEC : status;
}

int program_find(const char *name, char *path, size_t size)
{
    const char *element = getenv("PATH");
    char script[PATH_MAX] = "";
    int status = -ENOENT;

    if (strchr(name, '/')) {
        if ((size_t)snprintf(path, size, "%s", name) >= size)
            return -ENAMETOOLONG;
        return 0;
    }
    if (!name[0])
        return -ENOENT;
    for (element = element ? element : DEFAULT_PATH;; element++) {
        size_t length = strcspn(element, ":");
        const char *here = length == 0 ? "." : "";
        int written = snprintf(path, size, "%s%.*s/%s", here, (int)length, element, name);

        if (length < PATH_MAX && written > 0 && (size_t)written < size) {
            int found = check_candidate(path);

            if (found == 0)
                return 0;
            if (found == -ENOEXEC && !script[0])
                (void)snprintf(script, sizeof(script), "%s", path);
            if (found == -EACCES)
                status = -EACCES;
        }
        element += length;
        if (!*element)
            break;
    }
    if (!script[0])
        return status;
    (void)snprintf(path, size, "%s", script); /* why it cannot be run is said later */
    return 0;
}

/* The name of the interpreter, without its path: of "#!/usr/bin/env -S python3
 * -u" it is "python3". Points into line, or is NULL. */
static const char *find_interpreter(char *line)
{
    char *rest = NULL;
    const char *word = strtok_r(line, " \t\r", &rest);

    if (!word || strcmp(base_name(word), "env") != 0)
        return word ? base_name(word) : NULL;
    do {
        word = strtok_r(NULL, " \t\r", &rest);
    } while (word && (word[0] == '-' || strchr(word, '=')));
    return word ? base_name(word) : NULL;
}

/* The built-in policy that its language has; "" where there is none. */
static const char *policy_option(const char *interpreter)
{
    static const char *const shells[] = {"sh", "bash", "dash", "ksh", "zsh"};
    size_t i;

    if (strncmp(interpreter, "python", 6) == 0 || strncmp(interpreter, "pypy", 4) == 0)
        return "-P python ";
    if (strncmp(interpreter, "node", 4) == 0)
        return "-P node ";
    for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(interpreter, shells[i]) == 0)
            return "-P shell ";
    }
    return "";
}

char *program_advice(const char *path, char *advice, size_t size)
{
    char line[FIRST_LINE_SIZE];
    const char *interpreter;
    char quoted[PATH_MAX];
    char name[NAME_MAX + 8];
    size_t length = read_first_line(path, line, sizeof(line));

    if (length < 2 || memcmp(line, "#!", 2) != 0)
        return advice;
    line[length] = '\0';
    interpreter = find_interpreter(line + 2);
    if (!interpreter || !interpreter[0])
        interpreter = "INTERPRETER";
    (void)snprintf(advice, size,
                   "it is a script; run its interpreter: dualpipe run %s--file %s -- "
                   "%s %s",
                   policy_option(interpreter), shell_quote(path, quoted, sizeof(quoted)),
                   interpreter, shell_quote(base_name(path), name, sizeof(name)));
    return advice;
}
