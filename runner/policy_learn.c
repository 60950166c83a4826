/* SPDX-License-Identifier: MIT */
/*
 * policy_learn.c - the smallest policy that a program still works under.
 *
 * The program runs in a box, on each sample input, under a base policy; a call
 * that this refuses is added. Then each call that is allowed is taken away (it
 * is ENOSYS), one after the other, and stays away if on no input the verdict,
 * the status or the output are other than before.
 *
 * What comes out is as good as the samples: it is a start for a policy, and a
 * way to see what a program needs. It is no security mode, and says so.
 */
#include "policy_learn.h"
#include "commands.h"
#include "dualpipe.h"
#include "program.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS 512
#define SAMPLES_MAX 32
#define FILES_MAX 32
#define OUTPUT_BYTES (1 << 20) /* so much of it is compared, and its length */

/* What a run showed. */
struct outcome {
    enum dualpipe_verdict verdict;
    int status;
    int64_t bytes[2]; /* of standard output and error */
    char *kept[2];
};

struct learner {
    char base[PATH_MAX]; /* as `use` wants it */
    const char **argv;
    char program[PATH_MAX];
    const char *samples[SAMPLES_MAX]; /* files; NULL: no input */
    unsigned sample_count;
    struct dualpipe_file files[FILES_MAX];
    unsigned file_count;
    bool added[CALLS];
    bool taken[CALLS];
    struct outcome wanted[SAMPLES_MAX];
    int64_t wall_us; /* longer than any run has reason to last */
    unsigned runs;
};

static void release(struct outcome *outcome)
{
    free(outcome->kept[0]);
    free(outcome->kept[1]);
    memset(outcome, 0, sizeof(*outcome));
}

static void write_candidate(FILE *out, const struct learner *it)
{
    fprintf(out, "use %s\n", it->base);
    for (int number = 0; number < CALLS; number++) {
        if (it->taken[number])
            fprintf(out, "enosys %s\n", dualpipe_syscall_name(number));
        else if (it->added[number])
            fprintf(out, "allow %s\n", dualpipe_syscall_name(number));
    }
}

/* A candidate is a file that has no name, loaded as any other. */
static struct dualpipe_policy *load_candidate(const struct learner *it)
{
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_error error = {0};
    char path[64];
    char text[600];
    int fd = memfd_create("candidate.policy", MFD_CLOEXEC);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

    if (!out) {
        say("policy learn: %s", strerrordesc_np(errno));
        return NULL;
    }
    write_candidate(out, it);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (fflush(out) != 0 || dualpipe_policy_load(&policy, path, &error) < 0)
        say("policy learn: %s", dualpipe_error_text(&error, text, sizeof(text)));
    fclose(out);
    return policy;
}

/* Returns 0 and what came of one sample, or -1 where nothing could be run. */
static int run_sample(struct learner *it, const struct dualpipe_policy *policy, unsigned sample,
                      struct outcome *outcome, struct dualpipe_result *result)
{
    struct dualpipe_job job = {
        .argv = it->argv, .policy = policy, .files = it->files, .file_count = it->file_count};
    struct dualpipe_error error = {0};
    char text[600];
    int fd = -1;
    int status;

    memset(outcome, 0, sizeof(*outcome));
    for (int i = 0; i < 2; i++)
        outcome->kept[i] = calloc(1, OUTPUT_BYTES);
    if (it->samples[sample])
        fd = open(it->samples[sample], O_RDONLY | O_CLOEXEC);
    if (!outcome->kept[0] || !outcome->kept[1] || (it->samples[sample] && fd < 0)) {
        say("policy learn: %s: %s", it->samples[sample] ? it->samples[sample] : "",
            strerrordesc_np(errno));
        return -1;
    }
    if (fd >= 0)
        job.standard_input = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = fd};
    job.standard_output = (struct dualpipe_stream){
        .route = DUALPIPE_ROUTE_BUFFER, .buffer = outcome->kept[0], .buffer_size = OUTPUT_BYTES};
    job.standard_error = (struct dualpipe_stream){
        .route = DUALPIPE_ROUTE_BUFFER, .buffer = outcome->kept[1], .buffer_size = OUTPUT_BYTES};
    job.limits.wall_us = it->wall_us;
    *result = (struct dualpipe_result){0};
    status = dualpipe_run(&job, result, &error);
    it->runs++;
    if (fd >= 0)
        close(fd);
    if (status < 0) {
        say("policy learn: %s", dualpipe_error_text(&error, text, sizeof(text)));
        return -1;
    }
    outcome->verdict = result->verdict;
    outcome->status = result->status;
    outcome->bytes[0] = result->usage.stdout_bytes;
    outcome->bytes[1] = result->usage.stderr_bytes;
    return 0;
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
    return a->verdict == b->verdict && a->status == b->status && a->bytes[0] == b->bytes[0] &&
           a->bytes[1] == b->bytes[1] && memcmp(a->kept[0], b->kept[0], OUTPUT_BYTES) == 0 &&
           memcmp(a->kept[1], b->kept[1], OUTPUT_BYTES) == 0;
}

/* Returns 1 where a call was added, 0 where none was needed, -1 for no way. */
static int widen(struct learner *it, unsigned sample)
{
    struct dualpipe_policy *policy = load_candidate(it);
    struct dualpipe_result result;
    int status = policy ? run_sample(it, policy, sample, &it->wanted[sample], &result) : -1;
    int number;

    dualpipe_policy_free(policy);
    if (status < 0)
        return -1;
    if (result.verdict != DUALPIPE_VIOLATION) {
        if (result.usage.wall_us * 10 + DUALPIPE_SECONDS(1) > it->wall_us)
            it->wall_us = result.usage.wall_us * 10 + DUALPIPE_SECONDS(1);
        return 0;
    }
    release(&it->wanted[sample]);
    number = result.refused.number;
    if (number < 0 || number >= CALLS || !dualpipe_syscall_name(number) || it->added[number] ||
        number == SYS_execve || number == SYS_execveat) {
        say("policy learn: %s; base it on another policy: -P shell", result.reason);
        return -1;
    }
    it->added[number] = true;
    return 1;
}

static int widen_all(struct learner *it)
{
    for (unsigned sample = 0; sample < it->sample_count; sample++) {
        int status = 1;

        while (status == 1)
            status = widen(it, sample);
        if (status < 0)
            return -1;
    }
    return 0;
}

/* Does the candidate do on every sample what was seen before? */
static int is_enough(struct learner *it, bool *enough)
{
    struct dualpipe_policy *policy = load_candidate(it);

    *enough = policy != NULL;
    for (unsigned sample = 0; policy && *enough && sample < it->sample_count; sample++) {
        struct dualpipe_result result;
        struct outcome outcome;
        int status = run_sample(it, policy, sample, &outcome, &result);

        *enough = status == 0 && is_same(&outcome, &it->wanted[sample]);
        release(&outcome);
        if (status < 0) {
            dualpipe_policy_free(policy);
            return -1;
        }
    }
    dualpipe_policy_free(policy);
    return policy ? 0 : -1;
}

/* Mark the calls that the resolved text allows, in some cases or all. */
static int find_allowed(const struct learner *it, bool allowed[CALLS])
{
    struct dualpipe_policy *policy = load_candidate(it);
    char *text = NULL;
    ssize_t length = policy ? dualpipe_policy_write(policy, DUALPIPE_POLICY_EXPANDED, &text) : -1;
    char *rest = NULL;

    dualpipe_policy_free(policy);
    for (char *line = length > 0 ? strtok_r(text, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        char word[64];
        int end = 0;

        if (strncmp(line, "allow ", 6) != 0)
            continue;
        for (line += 6; sscanf(line, "%63s%n", word, &end) == 1; line += end)
            for (int number = 0; number < CALLS; number++)
                if (dualpipe_syscall_name(number) &&
                    strcmp(dualpipe_syscall_name(number), word) == 0)
                    allowed[number] = true;
    }
    free(text);
    return length > 0 ? 0 : -1;
}

static int narrow(struct learner *it)
{
    bool allowed[CALLS] = {false};

    if (find_allowed(it, allowed) < 0)
        return -1;
    for (int number = 0; number < CALLS; number++) {
        bool enough = false;

        if (!allowed[number])
            continue;
        it->taken[number] = true;
        if (is_enough(it, &enough) < 0)
            return -1;
        it->taken[number] = enough;
    }
    return 0;
}

static int print_learnt(const struct learner *it)
{
    struct dualpipe_policy *policy = load_candidate(it);
    char *text = NULL;
    int failed = 1;

    if (policy && dualpipe_policy_write(policy, DUALPIPE_POLICY_EXPANDED, &text) > 0) {
        printf("# Learnt from %s, on %u input%s, in %u runs; based on %s.\n"
               "# Learning is not a security mode: the program had all that the base allows, and\n"
               "# what it did not do on these inputs is refused now. Read it before you use it.\n",
               base_name(it->program), it->sample_count, it->sample_count == 1 ? "" : "s", it->runs,
               it->base);
        for (int number = 0; number < CALLS; number++)
            if (it->added[number] && !it->taken[number])
                printf("# beyond the base: %s\n", dualpipe_syscall_name(number));
        failed = fputs(text, stdout) == EOF || fflush(stdout) == EOF;
    }
    free(text);
    dualpipe_policy_free(policy);
    return failed ? EXIT_NO_VERDICT : 0;
}

static int learn(struct learner *it)
{
    bool stable = false;
    int status = EXIT_NO_VERDICT;

    if (widen_all(it) == 0 && is_enough(it, &stable) == 0) {
        if (!stable)
            say("policy learn: the output differs from run to run, so that nothing can be told "
                "from it");
        else if (narrow(it) == 0)
            status = print_learnt(it);
    }
    for (unsigned i = 0; i < it->sample_count; i++)
        release(&it->wanted[i]);
    return status;
}

static int read_options(struct learner *it, int argc, char **argv)
{
    int i = 0;

    (void)snprintf(it->base, sizeof(it->base), "native");
    for (; i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0; i += 2) {
        if (i + 1 >= argc)
            return -1;
        if (strcmp(argv[i], "-P") == 0 || strcmp(argv[i], "--policy") == 0) {
            if (!strchr(argv[i + 1], '/'))
                (void)snprintf(it->base, sizeof(it->base), "%s", argv[i + 1]);
            else if (!realpath(argv[i + 1], it->base))
                return -1;
        } else if (strcmp(argv[i], "--stdin") == 0 && it->sample_count < SAMPLES_MAX) {
            it->samples[it->sample_count++] = argv[i + 1];
        } else if (strcmp(argv[i], "--file") == 0 && it->file_count < FILES_MAX) {
            it->files[it->file_count++] =
                (struct dualpipe_file){.name = base_name(argv[i + 1]), .host = argv[i + 1]};
        } else {
            return -1;
        }
    }
    if (it->sample_count == 0)
        it->samples[it->sample_count++] = NULL;
    return i < argc && strcmp(argv[i], "--") == 0 ? i + 1 : i;
}

int policy_learn(int argc, char **argv)
{
    struct learner *it = calloc(1, sizeof(*it));
    int first = it ? read_options(it, argc, argv) : -1;
    int status = -1;

    if (first >= 0 && first < argc) {
        const int result = program_find(argv[first], it->program, sizeof(it->program));

        it->wall_us = DUALPIPE_SECONDS(60);
        it->argv = calloc((size_t)(argc - first) + 1, sizeof(*it->argv));
        for (int i = first; it->argv && i < argc; i++)
            it->argv[i - first] = i == first ? it->program : argv[i];
        if (result == 0 && it->argv) {
            status = learn(it);
        } else {
            say("%s: %s", argv[first], strerrordesc_np(result < 0 ? -result : ENOMEM));
            status = EXIT_NO_VERDICT;
        }
        free(it->argv);
    }
    free(it);
    return status;
}
