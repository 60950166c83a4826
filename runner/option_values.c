/* SPDX-License-Identifier: MIT */
/* option_values.c - the options of `dualpipe run` whose values have parts. */
#include "inside.h"
#include "options.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_MEMORY "there is no memory for it"

/*
 * Take text apart in place at its colons, into at most max parts. A colon that
 * belongs to a name is written `\:`, a backslash before a colon or another
 * backslash `\\`; other backslashes mean themselves. Returns how many parts
 * there are, max + 1 if too many.
 */
static size_t split_at_colons(char *text, char **parts, size_t max)
{
    char *to = text;
    size_t count = 1;

    parts[0] = text;
    for (; *text; text++) {
        if (*text == ':') {
            if (count == max)
                return max + 1;
            *to++ = '\0';
            parts[count++] = to;
        } else {
            if (*text == '\\' && (text[1] == ':' || text[1] == '\\'))
                text++;
            *to++ = *text;
        }
    }
    *to = '\0';
    return count;
}

/* The same for a value of the command line, which stays whole for messages. */
static size_t split_value(struct run_options *options, const char *value, char **parts, size_t max)
{
    char *copy = keep_text(options, strdup(value));

    return copy ? split_at_colons(copy, parts, max) : 0;
}

int set_file(struct run_options *options, const char *option, const char *value)
{
    struct dualpipe_file *file = &options->files[options->file_count];
    char *parts[2] = {NULL, NULL};
    size_t count = split_value(options, value, parts, 2);
    size_t i;

    if (count == 0)
        return value_error(options, option, value, NO_MEMORY);
    if (count > 2 || !parts[0][0])
        return value_error(options, option, value,
                           "write HOST or HOST:NAME; a colon in a name is written \\:");
    file->host = parts[0];
    file->name = count == 2 ? parts[1] : base_name(parts[0]);
    if (!is_plain_name(file->name))
        return value_error(options, option, value,
                           "its name inside has to be a plain one, without a slash; write "
                           "HOST:NAME");
    for (i = 0; i < options->file_count; i++) {
        if (strcmp(options->files[i].name, file->name) == 0)
            return value_error(options, option, value,
                               "there is a file of that name inside already; write HOST:NAME");
    }
    options->file_count++;
    return 0;
}

/* Returns 0 where the parts behind HOST say [:INSIDE][:rw]. */
static int read_bind_parts(struct dualpipe_bind *bind, char **parts, size_t count)
{
    if (count > 1 && strcmp(parts[count - 1], "rw") == 0) {
        bind->writable = true;
        count--;
    }
    if (count > 2)
        return -1;
    if (count == 1)
        return 0;
    bind->inside = parts[1];
    return parts[1][0] == '/' ? 0 : -1;
}

int set_bind(struct run_options *options, const char *option, const char *value)
{
    struct dualpipe_bind bind = {0};
    char *parts[3] = {NULL, NULL, NULL};
    size_t count = split_value(options, value, parts, 3);

    if (count == 0)
        return value_error(options, option, value, NO_MEMORY);
    if (count > 3 || !parts[0][0] || read_bind_parts(&bind, parts, count) < 0)
        return value_error(options, option, value,
                           "write HOST, HOST:INSIDE, HOST:rw or HOST:INSIDE:rw, where INSIDE "
                           "starts with a slash; a colon in a name is written \\:");
    /* "The same path inside" needs one that is whole. */
    bind.host = parts[0][0] == '/' ? parts[0] : keep_text(options, realpath(parts[0], NULL));
    if (!bind.host)
        return value_error(options, option, value, "%s", strerrordesc_np(errno));
    options->binds[options->bind_count++] = bind;
    return 0;
}

int set_collect(struct run_options *options, const char *option, const char *value)
{
    struct collection *collection = &options->collections[options->collection_count];
    char *parts[2] = {NULL, NULL};
    size_t count = split_value(options, value, parts, 2);
    size_t i;

    if (count == 0)
        return value_error(options, option, value, NO_MEMORY);
    if (count > 2 || !leads_down(parts[0]))
        return value_error(options, option, value,
                           "write NAME or NAME:HOST, NAME being a file below the working "
                           "directory; a colon in a name is written \\:");
    collection->name = parts[0];
    collection->host = count == 2 ? parts[1] : base_name(parts[0]);
    if (!is_plain_name(base_name(collection->host)))
        return value_error(options, option, value, "HOST has to be the name of a file");
    for (i = 0; i < options->collection_count; i++) {
        if (strcmp(options->collections[i].host, collection->host) == 0)
            return value_error(options, option, value,
                               "another --collect goes to the same file; write NAME:HOST");
    }
    options->collection_count++;
    return 0;
}

/* Where "NAME=" of the first length bytes stands in list, or NULL. */
static const char **find_variable(const char **list, const char *name, size_t length)
{
    for (; *list; list++) {
        if (strncmp(*list, name, length) == 0 && (*list)[length] == '=')
            return list;
    }
    return NULL;
}

int set_env(struct run_options *options, const char *option, const char *value)
{
    size_t length = strcspn(value, "=");
    const char **present;
    const char *variable = value;

    if (length == 0)
        return value_error(options, option, value, "write NAME=VALUE, or NAME to pass yours on");
    if (!value[length]) {
        const char **inherited = find_variable((const char **)environ, value, length);

        if (!inherited)
            return value_error(options, option, value,
                               "it is not set in your environment; set it, or write %.64s=VALUE",
                               value);
        variable = *inherited;
    }
    present = find_variable(options->env, value, length);
    if (present)
        *present = variable;
    else
        options->env[options->env_count++] = variable;
    return 0;
}

/* All of them, and still short enough for an error's advice. */
#define LAYERS                                                                                     \
    "{user,pid,mount,network,ipc,uts,cgroup}-namespace, capabilities, no-new-privileges, "         \
    "seccomp, landlock, rlimits, cgroup, descriptors"

/* One name of a list. Returns its layer, or -1. */
static int find_layer(const char *name, size_t length)
{
    enum dualpipe_layer layer;

    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++) {
        const char *known = dualpipe_layer_name(layer);

        if (strlen(known) == length && memcmp(known, name, length) == 0)
            return (int)layer;
    }
    return -1;
}

static int set_layers(struct run_options *options, uint32_t *layers, const char *option,
                      const char *value)
{
    const char *at = value;

    for (;;) {
        size_t length = strcspn(at, ",");
        int layer = find_layer(at, length);

        if (layer < 0)
            return value_error(options, option, value, "'%.*s' is no layer; there are " LAYERS,
                               length > 24 ? 24 : (int)length, at);
        *layers |= DUALPIPE_LAYER_BIT(layer);
        if (!at[length])
            return 0;
        at += length + 1;
    }
}

int set_require(struct run_options *options, const char *option, const char *value)
{
    return set_layers(options, &options->require, option, value);
}

int set_without(struct run_options *options, const char *option, const char *value)
{
    return set_layers(options, &options->without, option, value);
}

int set_on_refusal(struct run_options *options, const char *option, const char *value)
{
    if (strcmp(value, "kill") == 0)
        options->on_refusal = DUALPIPE_ON_REFUSAL_KILL;
    else if (strcmp(value, "errno") == 0)
        options->on_refusal = DUALPIPE_ON_REFUSAL_ERRNO;
    else if (strcmp(value, "report") == 0)
        options->on_refusal = DUALPIPE_ON_REFUSAL_POLICY;
    else
        return value_error(options, option, value,
                           "write kill, errno, or report (as the policy says)");
    return 0;
}

/* Checked here, before this program opens anything that could get the number. */
int set_report_fd(struct run_options *options, const char *option, const char *value)
{
    char *end;
    long fd;
    int flags;

    errno = 0;
    fd = strtol(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || errno != 0 || fd > INT_MAX)
        return value_error(options, option, value, "write the number of an open descriptor");
    flags = fcntl((int)fd, F_GETFL);
    if (flags < 0)
        return value_error(options, option, value,
                           "this descriptor is not open; open it, as the shell does for %.8s>FILE",
                           value);
    if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH))
        return value_error(options, option, value, "this descriptor is not open for writing");
    options->report_fd = (int)fd;
    return 0;
}
