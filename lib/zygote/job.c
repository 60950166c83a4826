/* SPDX-License-Identifier: MIT */
/*
 * job.c - see job.h.
 *
 * The program is run from here, so that no frame of ours lies below its own: it
 * sees what it would see of an interpreter of its own, and its tracebacks are the
 * same. At its end, what it made is taken down as an interpreter would do it;
 * what was there before is left to the kernel.
 */
#include "job.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define CANNOT_OPEN 2 /* the interpreter's own exit codes */
#define CANNOT_FLUSH 120
#define PAGE 4096U
#define THREAD_STACK_BYTES (2U << 20) /* where no limit can be asked for */

extern const char dp_zygote_job[];

/* A mistake of ours, or no memory: as an interpreter that cannot start. */
__attribute__((noreturn)) static void give_up(const struct python *python)
{
    python->print_error();
    _exit(1);
}

static struct python_object *part(const struct job_parts *parts, const char *name)
{
    return parts->python->dict_get(parts->names, name);
}

int job_prepare(struct job_parts *parts, const struct python *python)
{
    struct python_object *code = python->compile(dp_zygote_job, "<dualpipe>", PYTHON_FILE_INPUT);
    struct python_object *name = code ? python->text("dualpipe") : NULL;

    parts->python = python;
    parts->names = name ? python->new_dict() : NULL;
    if (!parts->names || python->dict_put(parts->names, "__name__", name) != 0 ||
        python->dict_put(parts->names, "__builtins__", python->builtins()) != 0)
        return -1;
    return python->evaluate(code, parts->names, parts->names) ? 0 : -1;
}

/* The sheet's pointers are where it lies. */
static const char *text_at(uint64_t address)
{
    return (const char *)(uintptr_t)address;
}

static struct python_object *words_of(const struct python *python, const struct dp_sheet *sheet)
{
    struct python_object *words = python->new_list(0);

    for (int i = 0; words && sheet->arguments[i] != 0; i++) {
        struct python_object *word = python->text(text_at(sheet->arguments[i]));

        if (!word || python->list_append(words, word) != 0)
            return NULL;
        python->release(word);
    }
    return words;
}

static struct python_object *variables_of(const struct python *python, const struct dp_sheet *sheet)
{
    struct python_object *variables = python->new_dict();

    for (int i = 0; variables && sheet->environment[i] != 0; i++) {
        const char *text = text_at(sheet->environment[i]);
        const char *equals = strchr(text, '=');
        struct python_object *name;
        struct python_object *value;

        if (!equals)
            continue;
        name = python->bytes(text, equals - text);
        value = python->bytes(equals + 1, (long)strlen(equals + 1));
        if (!name || !value || python->dict_set(variables, name, value) != 0)
            return NULL;
        python->release(name);
        python->release(value);
    }
    return variables;
}

/* What there is to run, as job.py finds it: its kind and its text. The sheet is
 * the host's, and is gone before the program is there. */
static struct python_object *begin(const struct job_parts *parts, const struct dp_sheet *sheet)
{
    const struct python *python = parts->python;
    struct python_object *words = words_of(python, sheet);
    struct python_object *variables = words ? variables_of(python, sheet) : NULL;
    struct python_object *what;

    if (!variables || munmap((void *)(uintptr_t)DP_SHEET_ADDRESS, DP_SHEET_BYTES) != 0)
        give_up(python);
    what = python->call(part(parts, "begin"), words, variables, NULL);
    if (!what)
        give_up(python);
    python->release(words);
    python->release(variables);
    return what;
}

static int cannot_open(const struct python *python, struct python_object *path)
{
    const int errnum = errno;
    struct python_object *program = python->system("orig_argv");
    struct python_object *text = python->call_method(path, "__repr__", NULL);
    struct python_object *first =
        program ? python->call_method(program, "__getitem__", "i", 0) : NULL;

    fprintf(stderr, "%s: can't open file %s: [Errno %d] %s\n",
            first ? python->utf8(first) : "python3", text ? python->utf8(text) : "", errnum,
            strerror(errnum));
    return CANNOT_OPEN;
}

/* The value of the program's last statement; NULL: it raised something. */
static struct python_object *execute(const struct job_parts *parts, const char *kind,
                                     struct python_object *text, int *status)
{
    const struct python *python = parts->python;
    struct python_object *names = python->names_of(python->module("__main__"));
    struct python_object *path;
    FILE *file;

    if (strcmp(kind, "code") == 0)
        return python->run_text(python->utf8(text), PYTHON_FILE_INPUT, names, names, NULL);
    if (strcmp(kind, "package") == 0)
        return python->call(part(parts, "run_package"), text, NULL);
    path = python->encode_path(text);
    file = path ? fopen(python->bytes_text(path), "rbe") : NULL;
    if (!file) {
        *status = cannot_open(python, text);
        return text;
    }
    return python->run_file(file, python->bytes_text(path), PYTHON_FILE_INPUT, names, names, 1,
                            NULL);
}

static int leave(const struct job_parts *parts)
{
    const struct python *python = parts->python;
    struct python_object *kind = NULL;
    struct python_object *value = NULL;
    struct python_object *trace = NULL;
    struct python_object *code;

    python->take_error(&kind, &value, &trace);
    python->complete_error(&kind, &value, &trace);
    fflush(stdout);
    code = python->call(part(parts, "exit_code"), value, NULL);
    if (!code) {
        python->clear_error();
        return 1;
    }
    python->release(kind);
    python->release(value);
    if (trace)
        python->release(trace);
    return (int)python->number(code);
}

/* Its exit code; *interrupted: it is to end by SIGINT, as an interpreter does. */
static int end_by_exception(const struct job_parts *parts, bool *interrupted)
{
    const struct python *python = parts->python;

    if (python->raised(*python->system_exit))
        return leave(parts);
    *interrupted = python->raised(*python->keyboard_interrupt);
    python->print_error();
    return 1;
}

/* An exception in what ends the program is told, and the rest goes on. */
static void call_part(const struct job_parts *parts, const char *name)
{
    struct python_object *function = part(parts, name);

    if (!parts->python->call(function, NULL))
        parts->python->tell_error(function);
}

/* Returns false where some of the output is lost. */
static bool flush(const struct job_parts *parts, const char *name, bool tells)
{
    const struct python *python = parts->python;
    struct python_object *stream = python->system(name);
    struct python_object *is_open =
        stream ? python->call(part(parts, "is_open"), stream, NULL) : NULL;

    if (!is_open || python->number(is_open) != 1 ||
        python->call_method(stream, "flush", NULL)) /* with no frame of ours below it */
        return true;
    if (tells)
        python->tell_error(stream);
    else
        python->clear_error();
    return false;
}

/* In the order of an interpreter's own end. */
static int finish(const struct job_parts *parts, int status)
{
    const struct python *python = parts->python;
    struct python_object *names = python->names_of(python->module("__main__"));

    if (python->dict_get(names, "__file__") && python->dict_remove(names, "__file__") != 0)
        python->clear_error();
    call_part(parts, "wait_for_threads");
    call_part(parts, "run_exit_functions");
    if (!flush(parts, "stdout", true))
        status = CANNOT_FLUSH;
    if (!flush(parts, "stderr", false))
        status = CANNOT_FLUSH;
    call_part(parts, "drop_modules");
    flush(parts, "stdout", false); /* as its end would, without a word */
    return status;
}

int job_settle(const struct job_parts *parts)
{
    return parts->python->call(part(parts, "settle"), NULL) ? 0 : -1;
}

/* As a C library does when it starts: the interpreter's own was the zygote's. */
static void limit_thread_stacks(void)
{
    struct rlimit limit;
    pthread_attr_t attributes;

    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        limit.rlim_cur = THREAD_STACK_BYTES;
    if (pthread_getattr_default_np(&attributes) != 0)
        return;
    pthread_attr_setstacksize(&attributes, (limit.rlim_cur + PAGE - 1) / PAGE * PAGE);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

void job_run(const struct job_parts *parts, const struct dp_sheet *sheet)
{
    const struct python *python = parts->python;
    struct python_object *what = begin(parts, sheet);
    const char *kind = python->utf8(python->tuple_get(what, 0));
    struct python_object *value;
    bool interrupted = false;
    int status = 0;

    limit_thread_stacks();
    value = execute(parts, kind, python->tuple_get(what, 1), &status);
    if (!value)
        status = end_by_exception(parts, &interrupted);
    status = finish(parts, status);
    if (interrupted) {
        signal(SIGINT, SIG_DFL);
        kill(getpid(), SIGINT);
        status = 128 + SIGINT;
    }
    fflush(NULL); /* what else libraries would do at their end, the kernel does */
    _exit(status);
}
