/* SPDX-License-Identifier: MIT */
/* zygote.c - see zygote.h. */
#include "zygote.h"

#include "child/zygote.h"
#include "descriptor.h"
#include "error.h"
#include "limits.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOG_BYTES 16384
#define STATUS_BYTES 4096

int dp_zygote_describe(struct dp_warm *warm, const struct dp_warm_plan *plan,
                       struct dualpipe_error *error)
{
    const struct dp_interpreter *interpreter = plan->interpreter;
    const char *directory = plan->policy->policy.directory;
    unsigned count = 0;

    while (count < DP_INTERPRETER_WORDS && interpreter->words[count]) {
        warm->words[count] = interpreter->words[count];
        count++;
    }
    if (count == 0 || interpreter->words[count] || strlen(directory) >= PATH_MAX)
        return dp_fail(error, DUALPIPE_STEP_PRELOAD, E2BIG, "words of the interpreter");
    warm->words[count++] = "-c"; /* never run: the library takes over */
    warm->words[count++] = "pass";
    warm->words[count] = NULL;
    snprintf(warm->library_variable, sizeof(warm->library_variable), "LD_PRELOAD=%s/%s", directory,
             DP_ZYGOTE_LIBRARY);
    /* Its threads would ask for what the main thread has had, and no filter lets them. */
    warm->variables[0] = "GLIBC_TUNABLES=glibc.pthread.rseq=0";
    warm->variables[1] = warm->library_variable;
    warm->variables[2] = DP_ZYGOTE_PLAN; /* the last one */
    warm->variables[3] = NULL;
    warm->job.argv = warm->words;
    warm->job.program = interpreter->program;
    warm->job.env = warm->variables;
    return 0;
}

int dp_zygote_open_log(struct dp_warm *warm, int streams[3], struct dualpipe_error *error)
{
    int fd;

    if (!warm->setup.forks)
        return 0;
    fd = memfd_create("dualpipe-log", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0)
        fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return dp_fail(error, DUALPIPE_STEP_PRELOAD, errno, "memfd_create");
    warm->log = fd;
    if (ftruncate(fd, LOG_BYTES) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return dp_fail(error, DUALPIPE_STEP_PRELOAD, errno, "log");
    for (int i = 0; i < 3; i++) {
        streams[i] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (streams[i] < 0)
            return dp_fail(error, DUALPIPE_STEP_PRELOAD, errno, "log");
    }
    return 0;
}

/* Its last line, with a NUL; "" where it said nothing. */
static void read_last_line(int log, char *line, size_t size)
{
    char text[LOG_BYTES + 1];
    ssize_t length = pread(log, text, LOG_BYTES, 0);
    char *start;

    text[length > 0 ? length : 0] = '\0';
    length = (ssize_t)strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    start = strrchr(text, '\n');
    snprintf(line, size, "%s", start ? start + 1 : text);
}

void dp_zygote_tell(const struct dp_warm *warm, struct dualpipe_error *error)
{
    const int errnum = error->errnum;
    char line[sizeof(error->subject)];

    if (warm->log < 0)
        return;
    read_last_line(warm->log, line, sizeof(line));
    if (!line[0])
        return;
    snprintf(error->subject, sizeof(error->subject), "%s", line);
    error->step = DUALPIPE_STEP_PRELOAD;
    error->retryable = false;
    if (errnum == ENOPKG)
        dp_advise(error,
                  "policy %s names a module in `preload` that cannot be imported in its box: "
                  "leave it out, or show its files",
                  warm->setup.policy->policy.name);
    else
        dp_advise(error, "leave --warm out, and each job starts its interpreter itself");
}

/* As the kernel counts them. */
static long count_threads(pid_t pid)
{
    char path[64];
    char status[STATUS_BYTES];
    const char *found = NULL;
    ssize_t got = -1;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        got = read(fd, status, sizeof(status) - 1);
        close(fd);
    }
    if (got > 0) {
        status[got] = '\0';
        found = strstr(status, "\nThreads:");
    }
    return found ? strtol(found + 9, NULL, 10) : -1;
}

int dp_zygote_check(const struct dp_warm *warm, struct dualpipe_error *error)
{
    long threads;

    if (!warm->setup.forks)
        return 0;
    threads = count_threads(warm->box.init);
    if (threads == 1)
        return 0;
    dp_fail(error, DUALPIPE_STEP_PRELOAD, threads < 0 ? ESRCH : EBUSY, "threads");
    if (threads > 1)
        dp_advise(error,
                  "a module in `preload` of policy %s starts threads, which no fork would "
                  "have: leave it out, or forbid it (environment OPENBLAS_NUM_THREADS=1)",
                  warm->setup.policy->policy.name);
    return -error->errnum;
}

/* What an interpreter, its loader or its C library look at when they start. */
static bool is_read_at_start(const char *variable)
{
    static const char *const names[] = {"PYTHON", "LD_", "LC_", "LANG", "GLIBC_", "MALLOC_", "TZ"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

const char *dp_zygote_why_not(const struct dp_interpreter *interpreter,
                              const struct dp_policy *policy, const struct dualpipe_job *job)
{
    struct dualpipe_limits limits;
    struct dualpipe_error error;
    const char *program = interpreter->program ? interpreter->program : interpreter->words[0];
    const char *const *word = job->argv;

    if (strcmp(job->program ? job->program : job->argv[0], program) != 0)
        return "its program is not the warm interpreter";
    for (const char *const *own = interpreter->words; *own; own++, word++)
        if (!*word || strcmp(*own, *word) != 0)
            return "options of its own for the interpreter";
    if (!*word || (word[0][0] == '-' && (strcmp(word[0], "-c") != 0 || !word[1])))
        return "options of its own for the interpreter";
    for (const char *const *variable = job->env; variable && *variable; variable++)
        if (is_read_at_start(*variable))
            return "environment that an interpreter starts with";
    if (dp_limits_resolve(&limits, &job->limits, &policy->limits, &error) == 0 &&
        (limits.stack_bytes == DUALPIPE_UNLIMITED || limits.stack_bytes > DP_ZYGOTE_STACK_BYTES))
        return "a larger stack than the warm interpreter's";
    return NULL;
}

bool dp_zygote_has_seed_of_its_own(const struct dp_policy *policy)
{
    static const char name[] = "PYTHONHASHSEED=";

    for (size_t i = 0; i < policy->env_count; i++)
        if (strncmp(policy->env[i], name, sizeof(name) - 1) == 0)
            return !isdigit((unsigned char)policy->env[i][sizeof(name) - 1]);
    return true;
}
