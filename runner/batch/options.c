/* SPDX-License-Identifier: MIT */
/* options.c - the command line of `dualpipe batch`. */
#include "options.h"

#include "../inside.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_BYTES_DEFAULT ((size_t)1 << 20)
#define KEEP_BYTES_MAX ((int64_t)1 << 30)
#define JOBS_MAX 1024

#define AT(field) offsetof(struct batch_options, field)

/* The options of run are the first member of those of batch. */
static struct batch_options *whole(struct run_options *options)
{
    return (struct batch_options *)options;
}

static int set_jobs(struct run_options *options, const char *name, const char *value)
{
    struct dualpipe_limits count = {0};

    if (dualpipe_limits_set(&count, "processes", value) < 0 || count.processes < 0 ||
        count.processes > JOBS_MAX)
        return value_error(options, name, value, "write a number from 1 to %d", JOBS_MAX);
    whole(options)->jobs = (unsigned)count.processes;
    return 0;
}

static int set_keep_output(struct run_options *options, const char *name, const char *value)
{
    struct dualpipe_limits size = {0};
    int status = strcmp(value, "0") == 0 ? 0 : dualpipe_limits_set(&size, "memory", value);

    if (status < 0 || size.memory_bytes < 0 || size.memory_bytes > KEEP_BYTES_MAX)
        return value_error(options, name, value, "write a size: 0, 4096 (bytes), 64K, up to 1G");
    whole(options)->keep_bytes = (size_t)size.memory_bytes;
    return 0;
}

static int set_freshness(struct run_options *options, const char *name, const char *value)
{
    static const char *const levels[] = {"single-use", "fresh", "verified"};
    size_t i;

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(value, levels[i]) == 0) {
            whole(options)->freshness = levels[i];
            return 0;
        }
    }
    return value_error(options, name, value, "write single-use, fresh or verified");
}

/* As the option of run, without a place outside: it goes into the result. */
static int set_collect_name(struct run_options *options, const char *name, const char *value)
{
    size_t i;

    if (!leads_down(value))
        return value_error(options, name, value,
                           "write the NAME of a file below the working directory; it comes in "
                           "the result, under files");
    for (i = 0; i < options->collection_count; i++) {
        if (strcmp(options->collections[i].name, value) == 0)
            return 0;
    }
    options->collections[options->collection_count++] = (struct collection){.name = value};
    return 0;
}

static const struct option own_options[] = {
    {.letter = 'j', .name = "jobs", .kind = KIND_SET, .set = set_jobs},
    {.name = "keep-output", .kind = KIND_SET, .set = set_keep_output},
    {.name = "freshness", .kind = KIND_SET, .set = set_freshness},
    {.name = "collect", .kind = KIND_SET, .set = set_collect_name},
    {.name = "out", .kind = KIND_TEXT, .offset = AT(out_path)},
    {.name = "resume", .kind = KIND_TEXT, .offset = AT(resume_path)},
    {.name = "ordered", .kind = KIND_BOOL, .offset = AT(ordered)},
    {.name = "warm", .kind = KIND_BOOL, .offset = AT(warm)},
};

static void check(struct batch_options *options)
{
    struct run_options *run = &options->run;

    options_check(run);
    if (options->warm && options->freshness && strcmp(options->freshness, "verified") == 0)
        (void)usage_error(run, "--warm",
                          "each job of a warm interpreter has new namespaces and files: give "
                          "--freshness fresh or single-use, or leave one of the two out");
    if (!options->resume_path)
        return;
    if (strcmp(options->resume_path, "-") == 0)
        (void)usage_error(run, "--resume -",
                          "only a file can be read and then gone on with; name it");
    if (options->out_path && strcmp(options->out_path, options->resume_path) != 0)
        (void)value_error(run, "--out", options->out_path,
                          "--resume goes on with its own file; leave --out out");
    options->out_path = options->resume_path;
}

/* Options may stand behind FILE, too: there are no arguments of others here. */
static int read_all(struct batch_options *options, char **argv)
{
    static const struct option_table table = {
        .user = FOR_BATCH,
        .own = own_options,
        .own_count = sizeof(own_options) / sizeof(own_options[0]),
    };
    bool is_ended = false;
    int i = 0;

    for (;;) {
        int status = is_ended ? 0 : options_read(&options->run, &table, argv, &i);

        if (status < 0)
            return -1;
        is_ended = is_ended || status > 0;
        if (!argv[i])
            return 0;
        if (options->input_path)
            return value_error(&options->run, "FILE", argv[i],
                               "there is one already; for several, use: cat FILE... | dualpipe "
                               "batch -");
        options->input_path = argv[i++];
    }
}

int batch_options_read(struct batch_options *options, int argc, char **argv)
{
    *options = (struct batch_options){.keep_bytes = KEEP_BYTES_DEFAULT};
    if (options_init(&options->run, argc) < 0 || read_all(options, argv) < 0)
        return -1;
    if (!options->run.help)
        check(options);
    if (!options->input_path)
        options->input_path = "-";
    if (!options->out_path)
        options->out_path = "-";
    return options->run.error.errnum == 0 ? 0 : -1;
}

void batch_options_release(struct batch_options *options)
{
    run_options_release(&options->run);
}
