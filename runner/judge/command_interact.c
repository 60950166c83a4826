/* SPDX-License-Identifier: MIT */
/* command_interact.c - `dualpipe interact`: any two programs, joined. */
#include "command_judge.h"

#include "allocate.h"
#include "pair.h"
#include "transcript.h"

#include "../commands.h"
#include "../options.h"
#include "../output.h"
#include "../program.h"
#include "../signals.h"
#include "../words.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define IDLE_US DUALPIPE_SECONDS(2)
#define RECORD_BYTES ((size_t)1 << 20)

/* What `run` has no word for. */
struct own_options {
    const char *transcript;
    const char *report;
    bool one_cpu;
};

struct interaction {
    struct own_options own;
    struct run_options options; /* those of `run`, for both sides */
    char **programs[2];
    char paths[2][PATH_MAX];
    struct dualpipe_policy *policy;
    struct dualpipe_job jobs[2];
    struct output report;
    struct output transcript;
};

/* Take our own options out of argv. Returns how many words are left, or -1. */
static int take_own(struct own_options *own, int argc, char **argv)
{
    int kept = 0;
    int i = 0;

    for (; i < argc && strcmp(argv[i], "--") != 0 && argv[i][0] == '-'; i++) {
        const char **place = strcmp(argv[i], "--transcript") == 0 ? &own->transcript
                             : strcmp(argv[i], "--report") == 0   ? &own->report
                                                                  : NULL;

        if (strcmp(argv[i], "--one-cpu") == 0) {
            own->one_cpu = true;
        } else if (place) {
            if (i + 1 == argc) {
                say("%s: this option needs a value", argv[i]);
                return -1;
            }
            *place = argv[++i];
        } else {
            argv[kept++] = argv[i];
            /* The value of an option of `run`, all of which take one here. */
            if (i + 1 < argc && !strchr(argv[i], '=') && argv[i + 1][0] != '-' &&
                strcmp(argv[i], "-q") != 0 && strcmp(argv[i], "-v") != 0 &&
                strcmp(argv[i], "--quiet") != 0 && strcmp(argv[i], "--verbose") != 0 &&
                strcmp(argv[i], "-h") != 0 && strcmp(argv[i], "--help") != 0)
                argv[kept++] = argv[++i];
        }
    }
    while (i < argc)
        argv[kept++] = argv[i++];
    argv[kept] = NULL;
    return kept;
}

/* PROGRAM ... : PROGRAM ... */
static int split_programs(struct interaction *interaction)
{
    char **words = interaction->options.program;
    char **colon = words;

    while (*colon && strcmp(*colon, ":") != 0)
        colon++;
    if (colon == words || !*colon || !colon[1]) {
        say("two programs are to be named, with a word ':' between them");
        return -1;
    }
    *colon = NULL;
    interaction->programs[0] = words;
    interaction->programs[1] = colon + 1;
    return 0;
}

static int find_programs(struct interaction *interaction)
{
    for (int i = 0; i < 2; i++) {
        char **program = interaction->programs[i];
        const int status = program_find(program[0], interaction->paths[i], PATH_MAX);

        if (status < 0) {
            say("%s: %s", program[0], strerrordesc_np(-status));
            return -1;
        }
        program[0] = interaction->paths[i];
    }
    return 0;
}

static int open_output(struct output *output, const char *option, const char *path, int standard)
{
    int status = 0;

    if (!path)
        return 0;
    if (strcmp(path, "-") == 0)
        output_adopt(output, option, path, standard);
    else
        status = output_open(output, option, path, false);
    if (status < 0)
        say("%s %s: %s; nothing was run", option, path, strerrordesc_np(-status));
    return status;
}

static int prepare(struct interaction *interaction)
{
    struct run_options *options = &interaction->options;
    struct dualpipe_error error = {.size = sizeof(error)};
    char text[512];

    if (open_output(&interaction->report, "--report", interaction->own.report, STDOUT_FILENO) < 0 ||
        open_output(&interaction->transcript, "--transcript", interaction->own.transcript,
                    STDERR_FILENO) < 0)
        return -1;
    if (split_programs(interaction) < 0 || find_programs(interaction) < 0)
        return -1;
    if (dualpipe_policy_load(&interaction->policy, options->policy, &error) < 0) {
        say("%s", dualpipe_error_text(&error, text, sizeof(text)));
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        interaction->jobs[i] = (struct dualpipe_job){
            .size = sizeof(interaction->jobs[i]),
            .argv = (const char *const *)interaction->programs[i],
            .env = options->env,
            .policy = interaction->policy,
            .limits = options->limits,
            .standard_error = {.route = DUALPIPE_ROUTE_FD, .fd = STDERR_FILENO},
            .files = options->files,
            .file_count = options->file_count,
            .binds = options->binds,
            .bind_count = options->bind_count,
            .without = options->without,
            .require = options->require,
            .on_refusal = options->on_refusal,
            .cpus = options->cpus,
        };
        interaction->jobs[i].limits.idle_us = 0; /* of the pair, not of one side */
    }
    return 0;
}

static json_t *side_json(const struct pair_side *side)
{
    char *text = NULL;
    const ssize_t length = dualpipe_report(&side->result, DUALPIPE_FORMAT_JSON, &text);
    json_t *json = length < 0 ? NULL : json_loadb(text, (size_t)length, 0, NULL);

    if (length >= 0)
        free(text);
    return json ? json : json_null();
}

static int write_report(struct interaction *interaction, const struct pair *pair)
{
    json_t *json = json_pack(
        "{s:i,s:o,s:o,s:o,s:b,s:o}", "schema", 1, "first", side_json(&pair->sides[PAIR_FIRST]),
        "second", side_json(&pair->sides[PAIR_SECOND]), "ended_first",
        pair->ended_first < 0 ? json_null()
                              : json_string(pair->ended_first == PAIR_FIRST ? "first" : "second"),
        "idle", pair->is_silent, "waiting_for",
        pair->is_silent ? json_pack("[s,s]", pair->sides[0].waits, pair->sides[1].waits)
                        : json_null());
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    char *line = text ? text_print("%s\n", text) : NULL;
    int status = line ? 0 : -ENOMEM;

    if (status == 0)
        status = output_empty(&interaction->report);
    if (status == 0)
        status = output_write(&interaction->report, line, strlen(line));
    free(line);
    free(text);
    json_decref(json);
    if (status < 0)
        say("--report %s: %s", interaction->own.report, strerrordesc_np(-status));
    return status;
}

static int write_transcript(struct interaction *interaction, const struct pair *pair)
{
    struct sheet sheet = {0};
    int status;

    transcript_add(&sheet, pair->exchanges, pair->exchange_count, pair->exchanges_cut);
    status = sheet_status(&sheet);
    if (status == 0)
        status = output_empty(&interaction->transcript);
    if (status == 0)
        status = output_write(&interaction->transcript, sheet.text ? sheet.text : "", sheet.length);
    sheet_release(&sheet);
    if (status < 0)
        say("--transcript %s: %s", interaction->own.transcript, strerrordesc_np(-status));
    return status;
}

/* A side that the other left, and that SIGPIPE ended, ended well. */
static bool ended_well(const struct pair *pair, int which)
{
    const struct dualpipe_result *result = &pair->sides[which].result;

    return result->verdict == DUALPIPE_OK ||
           (pair->ended_first == 1 - which && result->verdict == DUALPIPE_SIGNALLED &&
            WIFSIGNALED(result->status) && WTERMSIG(result->status) == SIGPIPE);
}

static int tell(struct interaction *interaction, const struct pair *pair)
{
    static const char *const names[] = {"first", "second"};
    int status = 0;

    if (pair->is_silent)
        say("both were silent: the first waits for %s, the second for %s", pair->sides[0].waits,
            pair->sides[1].waits);
    for (int i = 0; i < 2; i++) {
        const struct dualpipe_result *result = &pair->sides[i].result;

        if (!ended_well(pair, i))
            status = EXIT_OTHER_VERDICT;
        if (!pair->is_silent && interaction->options.talk >= 0 &&
            (!ended_well(pair, i) || interaction->options.talk > 0))
            say("the %s program: %s: %s", names[i], dualpipe_verdict_name(result->verdict),
                result->reason);
    }
    return status;
}

static int run(struct interaction *interaction)
{
    const int64_t idle_us = interaction->options.limits.idle_us;
    struct pair_order order = {
        .jobs = {&interaction->jobs[0], &interaction->jobs[1]},
        .idle_us = idle_us > 0 ? idle_us : IDLE_US,
        .record_bytes = interaction->transcript.fd >= 0 ? RECORD_BYTES : 0,
    };
    char *cpu = interaction->own.one_cpu ? pair_choose_cpu(interaction->options.cpus) : NULL;
    struct pair pair;
    int status = EXIT_NO_VERDICT;

    if (cpu)
        interaction->jobs[0].cpus = interaction->jobs[1].cpus = cpu;
    if (pair_run(&pair, &order) == 0) {
        status = tell(interaction, &pair);
    } else {
        for (int i = 0; i < 2; i++) {
            if (pair.sides[i].error)
                say("%s", pair.sides[i].error);
        }
    }
    if (interaction->report.fd >= 0 && write_report(interaction, &pair) < 0)
        status = EXIT_NO_VERDICT;
    if (interaction->transcript.fd >= 0 && write_transcript(interaction, &pair) < 0)
        status = EXIT_NO_VERDICT;
    pair_release(&pair);
    free(cpu);
    return status;
}

int command_interact(int argc, char **argv)
{
    struct interaction interaction = {.report = OUTPUT_NONE, .transcript = OUTPUT_NONE};
    const int count = take_own(&interaction.own, argc - 1, argv + 1);
    int status = EXIT_NO_VERDICT;
    int cancel_fd = -1;

    if (count < 0)
        return EXIT_NO_VERDICT;
    if (run_options_read(&interaction.options, count, argv + 1) == 0 && interaction.options.help)
        status = interact_help();
    else if (interaction.options.error.errnum != 0)
        say("%s: %s", interaction.options.error.subject, interaction.options.error.advice);
    else if (signals_catch(&cancel_fd) == 0 && prepare(&interaction) == 0) {
        interaction.jobs[0].cancel_fd = interaction.jobs[1].cancel_fd = &cancel_fd;
        status = run(&interaction);
    }
    (void)output_close(&interaction.report);
    (void)output_close(&interaction.transcript);
    dualpipe_policy_free(interaction.policy);
    run_options_release(&interaction.options);
    return status;
}
