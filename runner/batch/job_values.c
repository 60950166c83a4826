/* SPDX-License-Identifier: MIT */
/* job_values.c - the values that both steps of a job may have. */
#include "job_values.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MAX 65536U

int wrong_value(struct reading *reading, const char *key, const char *format, ...)
{
    char subject[64];
    char advice[192];
    va_list arguments;

    (void)snprintf(subject, sizeof(subject), "%s%s", reading->prefix, key);
    va_start(arguments, format);
    (void)vsnprintf(advice, sizeof(advice), format, arguments);
    va_end(arguments);
    return job_fail(reading->job, EINVAL, subject, "%s", advice);
}

int no_memory(struct reading *reading)
{
    return job_fail(reading->job, ENOMEM, "the job", "there is no memory for it");
}

const char *text_of(struct reading *reading, const char *key, const json_t *value)
{
    const char *text = json_string_value(value);

    if (!text)
        (void)wrong_value(reading, key, "it has to be a string");
    else if (strlen(text) != json_string_length(value))
        (void)wrong_value(reading, key, "a NUL cannot be part of it");
    else
        return text;
    return NULL;
}

int read_id(struct reading *reading, const char *key, const json_t *value)
{
    if (!json_is_string(value))
        return wrong_value(reading, key, "it has to be a string");
    reading->job->id = json_string_value(value);
    reading->job->id_size = json_string_length(value);
    return 0;
}

int read_argv(struct reading *reading, const char *key, const json_t *value)
{
    size_t count = json_array_size(value);
    const char **argv;
    size_t i;

    if (!json_is_array(value) || count == 0)
        return wrong_value(reading, key, "it has to be an array of strings, the program first");
    if (count > ARGUMENTS_MAX)
        return wrong_value(reading, key, "these are too many arguments");
    argv = job_keep(reading->job, calloc(count + 1, sizeof(*argv)));
    if (!argv)
        return no_memory(reading);
    for (i = 0; i < count; i++) {
        argv[i] = text_of(reading, key, json_array_get(value, i));
        if (!argv[i])
            return -1;
    }
    if (!argv[0][0])
        return wrong_value(reading, key, "the program's name is empty");
    reading->step->argv = argv;
    return 0;
}

static bool is_duration(const char *limit)
{
    return strcmp(limit, "time") == 0 || strcmp(limit, "wall") == 0 || strcmp(limit, "idle") == 0;
}

static bool is_count(const char *limit)
{
    return strcmp(limit, "open-files") == 0 || strcmp(limit, "processes") == 0;
}

/* A number as text that the library reads: of seconds to the microsecond, of
 * all else whole. Returns 0, or -1: it is no such number. */
static int spell_number(const char *limit, const json_t *value, char *text, size_t size)
{
    double number = json_number_value(value);

    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        (void)snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return 0;
    }
    if (!json_is_real(value) || !(number >= 0) || number > 1e18)
        return -1;
    if (!is_duration(limit) && number != (double)(int64_t)number)
        return -1;
    (void)snprintf(text, size, "%.*f", is_duration(limit) ? 6 : 0, number);
    return 0;
}

int read_limit(struct reading *reading, const char *key, const json_t *value)
{
    char limit[16];
    char number[64];
    const char *amount = json_string_value(value);
    char *underscore;
    int status = -EINVAL;

    (void)snprintf(limit, sizeof(limit), "%s", key);
    underscore = strchr(limit, '_');
    if (underscore)
        *underscore = '-';
    if (amount && strlen(amount) == json_string_length(value))
        status = dualpipe_limits_set(&reading->step->limits, limit, amount);
    else if (json_is_number(value) && spell_number(limit, value, number, sizeof(number)) == 0)
        status = dualpipe_limits_set(&reading->step->limits, limit, number);
    if (status == 0)
        return 0;
    if (status == -ERANGE)
        return wrong_value(reading, key,
                           "0 is not a limit, and more than 2^63 none either; leave it out for the "
                           "policy's, or write \"unlimited\"");
    if (is_duration(limit))
        return wrong_value(reading, key,
                           "write a number of seconds, or a string as \"1500ms\", \"2s\", "
                           "\"unlimited\"");
    if (is_count(limit))
        return wrong_value(reading, key, "write a number from 1 on, or \"unlimited\"");
    return wrong_value(reading, key,
                       "write a number of bytes, or a string as \"64K\", \"256M\", \"unlimited\"");
}

int choose_policy(struct reading *reading, const char *name)
{
    struct job *job = reading->job;
    struct dualpipe_error error = {.layer = -1};

    reading->step->policy = policies_get(reading->policies, name, &error);
    if (reading->step->policy)
        return 0;
    if (!job->has_error)
        job->run.result.error = error;
    job->has_error = true;
    return -1;
}

int read_policy(struct reading *reading, const char *key, const json_t *value)
{
    const char *name = text_of(reading, key, value);

    return name ? choose_policy(reading, name) : -1;
}

/* Does an entry of the list set the same variable? */
static bool is_set_in(const char **list, const char *entry)
{
    size_t length = strcspn(entry, "=") + 1;

    for (; list && *list; list++) {
        if (strncmp(*list, entry, length) == 0)
            return true;
    }
    return false;
}

int join_env(struct reading *reading, const char **first, const char **second)
{
    size_t room = 1;
    size_t count = 0;
    const char **at;
    const char **env;

    for (at = first; at && *at; at++)
        room++;
    for (at = second; at && *at; at++)
        room++;
    env = job_keep(reading->job, calloc(room, sizeof(*env)));
    if (!env)
        return no_memory(reading);
    for (at = first; at && *at; at++) {
        if (!is_set_in(second, *at))
            env[count++] = *at;
    }
    for (at = second; at && *at; at++)
        env[count++] = *at;
    reading->step->env = env;
    return 0;
}

int read_env(struct reading *reading, const char *key, const json_t *value)
{
    const char **env;
    const char *name;
    json_t *text;
    size_t count = 0;

    if (!json_is_object(value))
        return wrong_value(reading, key, "it has to be an object of strings");
    env = job_keep(reading->job, calloc(json_object_size(value) + 1, sizeof(*env)));
    if (!env)
        return no_memory(reading);
    json_object_foreach((json_t *)value, name, text)
    {
        const char *content = text_of(reading, key, text);
        char *entry;

        if (!content)
            return -1;
        if (!name[0] || strchr(name, '='))
            return wrong_value(reading, key, "a variable's name is not empty and has no '='");
        if (asprintf(&entry, "%s=%s", name, content) < 0)
            return no_memory(reading);
        env[count] = job_keep(reading->job, entry);
        if (!env[count++])
            return no_memory(reading);
    }
    return join_env(reading, reading->step->env, env);
}

int read_on_refusal(struct reading *reading, const char *key, const json_t *value)
{
    const char *text = text_of(reading, key, value);

    if (!text)
        return -1;
    if (strcmp(text, "kill") == 0)
        reading->step->on_refusal = DUALPIPE_ON_REFUSAL_KILL;
    else if (strcmp(text, "errno") == 0)
        reading->step->on_refusal = DUALPIPE_ON_REFUSAL_ERRNO;
    else if (strcmp(text, "report") == 0)
        reading->step->on_refusal = DUALPIPE_ON_REFUSAL_POLICY;
    else
        return wrong_value(reading, key, "write \"kill\", \"errno\" or \"report\"");
    return 0;
}

int read_cpus(struct reading *reading, const char *key, const json_t *value)
{
    reading->step->cpus = text_of(reading, key, value);
    return reading->step->cpus ? 0 : -1;
}

int read_warm(struct reading *reading, const char *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return wrong_value(reading, key, "write true or false");
    reading->step->warm = json_is_true(value);
    return 0;
}

int read_stderr_to_stdout(struct reading *reading, const char *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return wrong_value(reading, key, "write true or false");
    reading->step->stderr_to_stdout = json_is_true(value);
    return 0;
}
