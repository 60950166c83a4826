/* SPDX-License-Identifier: MIT */
/* names.c - the words for verdicts, layers, steps, signals, causes and errors. */
#include "dualpipe.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#ifndef DUALPIPE_VERSION
#error "the build defines DUALPIPE_VERSION as a string"
#endif

static const char *const verdict_names[DUALPIPE_VERDICT_COUNT] = {
    [DUALPIPE_INTERNAL_ERROR] = "internal-error", [DUALPIPE_VIOLATION] = "violation",
    [DUALPIPE_MEMORY_LIMIT] = "memory-limit",     [DUALPIPE_TIME_LIMIT] = "time-limit",
    [DUALPIPE_WALL_LIMIT] = "wall-limit",         [DUALPIPE_OUTPUT_LIMIT] = "output-limit",
    [DUALPIPE_CANCELLED] = "cancelled",           [DUALPIPE_SIGNALLED] = "signalled",
    [DUALPIPE_NONZERO_EXIT] = "nonzero-exit",     [DUALPIPE_OK] = "ok",
};

static const char *const layer_names[DUALPIPE_LAYER_COUNT] = {
    [DUALPIPE_LAYER_USER_NAMESPACE] = "user-namespace",
    [DUALPIPE_LAYER_PID_NAMESPACE] = "pid-namespace",
    [DUALPIPE_LAYER_MOUNT_NAMESPACE] = "mount-namespace",
    [DUALPIPE_LAYER_NETWORK_NAMESPACE] = "network-namespace",
    [DUALPIPE_LAYER_IPC_NAMESPACE] = "ipc-namespace",
    [DUALPIPE_LAYER_UTS_NAMESPACE] = "uts-namespace",
    [DUALPIPE_LAYER_CGROUP_NAMESPACE] = "cgroup-namespace",
    [DUALPIPE_LAYER_CAPABILITIES] = "capabilities",
    [DUALPIPE_LAYER_NO_NEW_PRIVILEGES] = "no-new-privileges",
    [DUALPIPE_LAYER_SECCOMP] = "seccomp",
    [DUALPIPE_LAYER_LANDLOCK] = "landlock",
    [DUALPIPE_LAYER_RLIMITS] = "rlimits",
    [DUALPIPE_LAYER_CGROUP] = "cgroup",
    [DUALPIPE_LAYER_DESCRIPTORS] = "descriptors",
};

static const char *const freshness_names[DUALPIPE_FRESHNESS_COUNT] = {
    [DUALPIPE_FRESHNESS_NEW] = "new",
    [DUALPIPE_FRESHNESS_SINGLE_USE] = "single-use",
    [DUALPIPE_FRESHNESS_FRESH] = "fresh",
    [DUALPIPE_FRESHNESS_VERIFIED] = "verified",
};

/* A step's name, and what goes behind "cannot" when it fails. */
struct step {
    const char *name;
    const char *doing;
};

static const struct step steps[DUALPIPE_STEP_COUNT] = {
    [DUALPIPE_STEP_NONE] = {"none", "say what failed"},
    [DUALPIPE_STEP_READ_JOB] = {"read-job", "take the job"},
    [DUALPIPE_STEP_READ_POLICY] = {"read-policy", "read the policy"},
    [DUALPIPE_STEP_BUILD_FILTER] = {"build-filter", "build the system call filter"},
    [DUALPIPE_STEP_OPEN_PROGRAM] = {"open-program", "open the program"},
    [DUALPIPE_STEP_CLAIM_ID] = {"claim-id", "claim a user id for the box"},
    [DUALPIPE_STEP_MAKE_CGROUP] = {"make-cgroup", "make a cgroup for the box"},
    [DUALPIPE_STEP_CONNECT_STREAMS] = {"connect-streams", "connect the standard streams"},
    [DUALPIPE_STEP_CLONE] = {"clone", "make the namespaces"},
    [DUALPIPE_STEP_START_INIT] = {"start-init", "start the box's init"},
    [DUALPIPE_STEP_MAP_IDS] = {"map-ids", "map user and group ids"},
    [DUALPIPE_STEP_SET_CPUS] = {"set-cpus", "choose the CPUs to run on"},
    [DUALPIPE_STEP_SET_IDS] = {"set-ids", "change to the box's user and group"},
    [DUALPIPE_STEP_SET_HOSTNAME] = {"set-hostname", "set the box's host name"},
    [DUALPIPE_STEP_MOUNT] = {"mount", "mount in the box"},
    [DUALPIPE_STEP_COPY_FILE] = {"copy-file", "put a file into the box"},
    [DUALPIPE_STEP_ENTER_ROOT] = {"enter-root", "enter the box's root"},
    [DUALPIPE_STEP_FORK_TARGET] = {"fork-target", "fork the target"},
    [DUALPIPE_STEP_LOCK_INIT] = {"lock-init", "lock the box's init"},
    [DUALPIPE_STEP_SET_LIMIT] = {"set-limit", "set the limit"},
    [DUALPIPE_STEP_CLOSE_DESCRIPTORS] = {"close-descriptors", "close inherited descriptors"},
    [DUALPIPE_STEP_DROP_CAPABILITIES] = {"drop-capabilities", "drop capabilities"},
    [DUALPIPE_STEP_NO_NEW_PRIVILEGES] = {"no-new-privileges", "forbid new privileges"},
    [DUALPIPE_STEP_LANDLOCK] = {"landlock", "restrict files with Landlock"},
    [DUALPIPE_STEP_LOAD_FILTER] = {"load-filter", "load the system call filter"},
    [DUALPIPE_STEP_HAND_OVER_LISTENER] = {"hand-over-listener", "hand over the filter's listener"},
    [DUALPIPE_STEP_ATTEST] = {"attest", "attest the box"},
    [DUALPIPE_STEP_EXEC] = {"exec", "execute the program"},
    [DUALPIPE_STEP_SUPERVISE] = {"supervise", "supervise the run"},
    [DUALPIPE_STEP_COLLECT] = {"collect", "collect from the box"},
    [DUALPIPE_STEP_PRELOAD] = {"preload", "make the interpreter ready ahead of its jobs"},
};

/* The numbers are those of x86-64. 32 and 33 are the C library's own. */
static const char *const signal_names[] = {
    NULL,          "SIGHUP",      "SIGINT",      "SIGQUIT",     "SIGILL",      "SIGTRAP",
    "SIGABRT",     "SIGBUS",      "SIGFPE",      "SIGKILL",     "SIGUSR1",     "SIGSEGV",
    "SIGUSR2",     "SIGPIPE",     "SIGALRM",     "SIGTERM",     "SIGSTKFLT",   "SIGCHLD",
    "SIGCONT",     "SIGSTOP",     "SIGTSTP",     "SIGTTIN",     "SIGTTOU",     "SIGURG",
    "SIGXCPU",     "SIGXFSZ",     "SIGVTALRM",   "SIGPROF",     "SIGWINCH",    "SIGIO",
    "SIGPWR",      "SIGSYS",      "SIG32",       "SIG33",       "SIGRTMIN",    "SIGRTMIN+1",
    "SIGRTMIN+2",  "SIGRTMIN+3",  "SIGRTMIN+4",  "SIGRTMIN+5",  "SIGRTMIN+6",  "SIGRTMIN+7",
    "SIGRTMIN+8",  "SIGRTMIN+9",  "SIGRTMIN+10", "SIGRTMIN+11", "SIGRTMIN+12", "SIGRTMIN+13",
    "SIGRTMIN+14", "SIGRTMIN+15", "SIGRTMIN+16", "SIGRTMIN+17", "SIGRTMIN+18", "SIGRTMIN+19",
    "SIGRTMIN+20", "SIGRTMIN+21", "SIGRTMIN+22", "SIGRTMIN+23", "SIGRTMIN+24", "SIGRTMIN+25",
    "SIGRTMIN+26", "SIGRTMIN+27", "SIGRTMIN+28", "SIGRTMIN+29", "SIGRTMAX",
};
_Static_assert(LENGTH(signal_names) == 65, "one name for each signal from 1 to 64");

static const char *const memory_cause_names[] = {
    [DUALPIPE_MEMORY_CAUSE_NONE] = NULL,
    [DUALPIPE_MEMORY_OOM_KILL] = "oom-kill",
    [DUALPIPE_MEMORY_ALLOCATION_FAILED] = "allocation-failed",
    [DUALPIPE_MEMORY_EXEC_TOO_LARGE] = "exec-too-large",
    [DUALPIPE_MEMORY_STACK] = "stack",
    [DUALPIPE_MEMORY_PEAK] = "peak",
};

/* The cast lets a negative value be beyond the end as well. */
#define LOOK_UP(table, index) ((size_t)(index) < LENGTH(table) ? (table)[(size_t)(index)] : NULL)

const char *dualpipe_version(void)
{
    return DUALPIPE_VERSION;
}

const char *dualpipe_verdict_name(enum dualpipe_verdict verdict)
{
    const char *name = LOOK_UP(verdict_names, verdict);

    return name ? name : "unknown";
}

const char *dualpipe_freshness_name(enum dualpipe_freshness freshness)
{
    return LOOK_UP(freshness_names, freshness);
}

const char *dualpipe_layer_name(enum dualpipe_layer layer)
{
    return LOOK_UP(layer_names, layer);
}

static const struct step *find_step(enum dualpipe_step step)
{
    return (size_t)step < LENGTH(steps) ? &steps[step] : &steps[DUALPIPE_STEP_NONE];
}

const char *dualpipe_step_name(enum dualpipe_step step)
{
    return find_step(step)->name;
}

const char *dualpipe_signal_name(int number)
{
    return LOOK_UP(signal_names, number);
}

const char *dualpipe_memory_cause_name(enum dualpipe_memory_cause cause)
{
    return LOOK_UP(memory_cause_names, cause);
}

/* Adds to text, which holds size bytes and a string, as far as it fits. */
__attribute__((format(printf, 3, 4))) static void add(char *text, size_t size, const char *format,
                                                      ...)
{
    size_t length = strnlen(text, size);
    va_list arguments;

    if (length >= size)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

/* A text that does not parse is named as compilers do: FILE:LINE:COLUMN. */
static void add_place_in_policy(const struct dualpipe_error *error, char *text, size_t size)
{
    add(text, size, ": %.*s:%u:", (int)sizeof(error->subject), error->subject, error->line);
    if (error->column > 0)
        add(text, size, "%u:", error->column);
    add(text, size, " %.*s", (int)sizeof(error->advice), error->advice);
}

char *dualpipe_error_text(const struct dualpipe_error *error, char *text, size_t size)
{
    const char *why = strerrordesc_np(error->errnum); /* unlike strerror(): no locale */
    const char *layer = error->layer >= 0 ? LOOK_UP(layer_names, error->layer) : NULL;

    if (size == 0)
        return text;
    text[0] = '\0';
    add(text, size, "cannot %s", find_step(error->step)->doing);
    if (error->line > 0 && error->advice[0]) {
        add_place_in_policy(error, text, size);
        return text;
    }
    if (error->subject[0])
        add(text, size, " '%.*s'", (int)sizeof(error->subject), error->subject);
    /* A zeroed error says layer 0: believe it only where a step is named that
     * can be about a layer. */
    if (layer && error->step >= DUALPIPE_STEP_CLONE && error->step <= DUALPIPE_STEP_ATTEST)
        add(text, size, " (layer %s)", layer);
    if (error->errnum > 0 && why)
        add(text, size, ": %s", why);
    else if (error->errnum != 0)
        add(text, size, ": error %d", error->errnum);
    if (error->advice[0])
        add(text, size, "; %.*s", (int)sizeof(error->advice), error->advice);
    return text;
}
