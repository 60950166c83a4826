/* SPDX-License-Identifier: MIT */
/*
 * dualpipe.h - run code that you do not trust in a box, and talk to it.
 *
 * A target is a function of yours or a program. It runs in a box: processes,
 * namespaces and a file system of its own, under a policy (what it may do) and
 * limits (how much it may use). You talk to it through its standard input and
 * output while it runs; when it is over, the result says how it ended and what
 * it used. A dozen lines:
 *
 *     struct dualpipe *pipe;
 *     struct dualpipe_result result = {0};
 *     char line[80];
 *
 *     if (dualpipe_open(&pipe, &(struct dualpipe_job){ .function = shout },
 *                       NULL) < 0)
 *         return 1;
 *     dualpipe_write(pipe, "hello\n", 6, DUALPIPE_SECONDS(1), NULL);
 *     if (dualpipe_readline(pipe, line, sizeof(line), DUALPIPE_SECONDS(1)) > 0)
 *         puts(line);
 *     dualpipe_close(pipe, &result);
 *
 * What holds for every call:
 *
 * Errors     A negative errno value is returned, and output parameters are
 *            left alone. An error means that the box failed. What the target
 *            did wrong is never an error: it is the result's verdict.
 * Zero       A zeroed struct is valid and its strictest reading: a field left
 *            out grants nothing. In limits, 0 means what the policy says.
 * Units      Times are in microseconds (_us), sizes in bytes (_bytes).
 * Ownership  Arguments are borrowed until the call returns, except where a
 *            field says "until the run is over". What is handed out through a
 *            ** parameter is yours to give back, with the function that its
 *            comment names. Giving back NULL does nothing.
 * Threads    Handles share nothing: use different ones from different threads
 *            at will, but one of them from one thread at a time. Only
 *            dualpipe_kill() may be called while another call is under way.
 * Signals    No handler is installed, SIGPIPE is never raised, and no child
 *            but the box's own is waited for. SIGCHLD may be ignored.
 * Growth     Structs may grow at their end. Zero a struct before its first use,
 *            also one that is only an output, and set .size to its sizeof, or
 *            leave it 0, which means the struct as this header has it.
 *
 * Linux on x86-64 only. Needs a kernel of 5.19 or newer and a mounted /proc.
 */
#ifndef DUALPIPE_H
#define DUALPIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef DUALPIPE_API
#define DUALPIPE_API __attribute__((__visibility__("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define DUALPIPE_SECONDS(n) (INT64_C(1000000) * (n))
#define DUALPIPE_MILLISECONDS(n) (INT64_C(1000) * (n))
#define DUALPIPE_MEBIBYTES(n) (INT64_C(1048576) * (n))

#define DUALPIPE_FOREVER INT64_C(-1)   /* as a timeout */
#define DUALPIPE_UNLIMITED INT64_C(-1) /* as a limit */
#define DUALPIPE_UNKNOWN INT64_C(-1)   /* as a figure of the result */

/* How long dualpipe_close() waits for a target that has no wall limit. */
#define DUALPIPE_CLOSE_GRACE_US DUALPIPE_SECONDS(1)

/* A running target, reached only through its handle. See dualpipe_open(). */
struct dualpipe;

/*
 * What a target may do: a policy, parsed, compiled and proved. Never changes
 * once loaded, so one may serve many jobs and threads. See policy/README.md.
 */
struct dualpipe_policy;

/*
 * A target that is a function. It runs in a process of its own, with standard
 * input and output on the pipe; what it returns is its exit code (0 to 255).
 * Use read(2) and write(2) there: stdio would start with a copy of what your
 * own streams have buffered.
 *
 * It sees a copy of all your memory, secrets included: code that you do not
 * trust belongs in a program. If you have other threads, it may call only
 * async-signal-safe functions, as after any fork(2).
 */
typedef int dualpipe_function(void *argument);

/* The layers of a box. Each can be given up by name, see struct dualpipe_job;
 * none is ever given up in silence. */
enum dualpipe_layer {
    DUALPIPE_LAYER_USER_NAMESPACE = 0,
    DUALPIPE_LAYER_PID_NAMESPACE,
    DUALPIPE_LAYER_MOUNT_NAMESPACE,
    DUALPIPE_LAYER_NETWORK_NAMESPACE,
    DUALPIPE_LAYER_IPC_NAMESPACE,
    DUALPIPE_LAYER_UTS_NAMESPACE,
    DUALPIPE_LAYER_CGROUP_NAMESPACE,
    DUALPIPE_LAYER_CAPABILITIES,
    DUALPIPE_LAYER_NO_NEW_PRIVILEGES,
    DUALPIPE_LAYER_SECCOMP,
    DUALPIPE_LAYER_LANDLOCK,
    DUALPIPE_LAYER_RLIMITS,
    DUALPIPE_LAYER_CGROUP,
    DUALPIPE_LAYER_DESCRIPTORS,
    DUALPIPE_LAYER_COUNT,
};

/* A set of layers: UINT32_C(1) << layer for each. */
#define DUALPIPE_LAYER_BIT(layer) (UINT32_C(1) << (layer))

/*
 * How much a target may use. 0 means what the policy says, DUALPIPE_UNLIMITED
 * no limit; other negative values are -EINVAL.
 */
struct dualpipe_limits {
    int64_t cpu_us;       /* by all its threads and processes together */
    int64_t wall_us;      /* from its first instruction, asleep or not */
    int64_t idle_us;      /* nothing runs and no byte moves for so long */
    int64_t memory_bytes; /* by all its processes together */
    int64_t output_bytes; /* to standard output and error together */
    int64_t file_bytes;   /* in any one file, RLIMIT_FSIZE */
    int64_t stack_bytes;  /* of the main thread, RLIMIT_STACK */
    int64_t open_files;   /* lowest descriptor that cannot be had */
    int64_t processes;    /* alive at once, threads included */
    int64_t disk_bytes;   /* kept in its writable directories */
};

/* Where one standard stream leads. */
enum dualpipe_route {
    DUALPIPE_ROUTE_DEFAULT = 0, /* see struct dualpipe_job */
    DUALPIPE_ROUTE_DISCARD,     /* gives end of file, swallows output */
    DUALPIPE_ROUTE_PIPE,        /* to the calls of this library */
    DUALPIPE_ROUTE_FD,          /* pumped to or from a descriptor of yours */
    DUALPIPE_ROUTE_BUFFER,      /* to or from memory of yours */
    DUALPIPE_ROUTE_STDOUT,      /* standard error only: joins the output */
    DUALPIPE_ROUTE_SINK,        /* outputs only: to a function of yours */
    DUALPIPE_ROUTE_GIVEN,       /* a pipe's end that the target gets itself */
};

/*
 * Takes output as it comes, in order, up to the output limit: to hash, compare
 * or pass on what need not be kept. It is called by the thread that supervises
 * the run, which does nothing else meanwhile, so it has to return soon; it may
 * not call this library for the same run.
 */
typedef void dualpipe_sink(void *argument, const void *bytes, size_t size);

/*
 * One standard stream. A descriptor or a buffer is borrowed until the run is
 * over. The target never gets the descriptor itself: its bytes are pumped, so
 * its flags, its offset sharing and its terminal stay out of reach. (A regular
 * file as input that the box's user neither owns nor may write is opened anew,
 * read-only, and that is handed over.)
 * Output beyond what the buffer holds is counted, not kept. With .tail_size, a
 * full buffer keeps its start, and its last .tail_size bytes are always the end
 * of the output so far, as far as the output limit let it through; what lay
 * between is counted. Either way the buffer holds .kept bytes without a gap.
 *
 * DUALPIPE_ROUTE_GIVEN is for two boxes that talk to each other: the target
 * gets the pipe's end of yours as it is, a switch of tasks less in each
 * direction. It may set that end's flags, so do not read or write through the
 * same one. Nothing there is counted, and the output limit does not hold.
 */
struct dualpipe_stream {
    enum dualpipe_route route;
    int fd;              /* for DUALPIPE_ROUTE_FD; 0 is as good as any */
    void *buffer;        /* for DUALPIPE_ROUTE_BUFFER; input is only read */
    size_t buffer_size;  /* bytes of input, or room for output */
    dualpipe_sink *sink; /* for DUALPIPE_ROUTE_SINK */
    void *sink_argument; /* its first */
    size_t tail_size;    /* of an output's .buffer: so much for the end; 0: none */
    size_t *kept;        /* set to the bytes of output in .buffer; may be NULL */
    int64_t *left_out;   /* set to what was let through and is not there; may be NULL */
};

/* A private copy of a regular file or of memory, owned by the target and
 * counted against .disk_bytes, put into the working directory at the start. A
 * host's file that one may execute has mode 0755, all else 0644. */
struct dualpipe_file {
    const char *name; /* in the working directory; slashes lead down */
    const char *host; /* a regular file to copy, or NULL: */
    const void *data; /* its contents */
    size_t size;      /* of .data */
};

/* A path of the host that is shown inside. */
struct dualpipe_bind {
    const char *host;   /* file or directory */
    const char *inside; /* absolute; NULL: the same path */
    bool writable;      /* only a directory of the caller, never of uid 0 */
};

/*
 * A regular file that is taken out of the working directory after the run, to
 * a descriptor of yours; it is never followed out of the box. Or, where the
 * descriptor is a directory, a whole directory ("." is the working directory
 * itself): the directories and regular files beneath it, made anew with modes
 * 0755 and 0644 (0755 where one may execute it). Links, FIFOs, sockets and what
 * cannot be opened are left behind and counted. What was made before an error
 * stays there.
 */
struct dualpipe_collect {
    const char *name;    /* in the working directory; slashes lead down */
    int fd;              /* where to write it */
    int64_t max_bytes;   /* more is an error, -EFBIG; 0: the disk limit */
    int *error;          /* set to 0 or a negative errno value; may be NULL */
    int64_t *size;       /* set to the bytes written; may be NULL */
    int64_t max_entries; /* of a tree; more, or 32 levels, are -E2BIG; 0: 4096 */
    int64_t *skipped;    /* set to what was left behind; may be NULL */
    bool *is_executable; /* set to whether anybody may execute it; may be NULL */
};

/* What happens at a system call that the policy refuses. */
enum dualpipe_on_refusal {
    DUALPIPE_ON_REFUSAL_POLICY = 0, /* as the policy says, call by call */
    DUALPIPE_ON_REFUSAL_KILL,       /* the first one ends the run */
    DUALPIPE_ON_REFUSAL_ERRNO,      /* all get an errno, are counted, go on */
};

/*
 * One run: what, under which rules. Set either .argv or .function.
 *
 * Streams by default: standard input and output are DUALPIPE_ROUTE_PIPE with
 * dualpipe_open() and DUALPIPE_ROUTE_DISCARD with dualpipe_run(); standard
 * error is discarded by both. dualpipe_run() takes no DUALPIPE_ROUTE_PIPE.
 */
struct dualpipe_job {
    size_t size; /* sizeof(struct dualpipe_job), or 0 */

    /* A program: a path of the host (it is not looked up in PATH), then its
     * arguments, NULL-terminated. Where the box does not show that path, the
     * program alone is put into the box, readable for the target whatever its
     * owner and mode are. It is started by descriptor; scripts are refused. */
    const char *const *argv;
    const char *const *env; /* "NAME=value", NULL-terminated, added to the
                             * policy's environment; nothing is inherited */

    dualpipe_function *function;
    void *argument;

    const struct dualpipe_policy *policy; /* NULL: the built-in "strict". Until
                                           * the run is over. */
    struct dualpipe_limits limits;

    struct dualpipe_stream standard_input;
    struct dualpipe_stream standard_output;
    struct dualpipe_stream standard_error;

    const char *directory; /* to start in, inside; NULL: the policy's, /box */
    const struct dualpipe_file *files;
    size_t file_count;
    const struct dualpipe_bind *binds;
    size_t bind_count;
    const struct dualpipe_collect *collects; /* until the run is over */
    size_t collect_count;

    uint32_t without; /* layers to give up, as DUALPIPE_LAYER_BIT() */
    uint32_t require; /* layers to insist on beyond the policy's */
    enum dualpipe_on_refusal on_refusal;

    /* The CPUs that the target may run on, as "0" or "0-3,5"; NULL: the
     * caller's. "spread" is one of the caller's, "spread:0-3,5" one of these,
     * that no other run on this host has been given so; where there is none
     * left, the error is EBUSY, and may be tried again. */
    const char *cpus;

    /* When this descriptor becomes readable, the run is cancelled. It is not
     * read. NULL: never. Until the run is over. */
    const int *cancel_fd;

    /* The program's path on the host where the target is to see another name
     * as argv[0]; NULL: argv[0] is the path. */
    const char *program;

    /* Where it starts, inside, while files and collects stay with .directory:
     * in a directory that is shown and that it cannot write. NULL: there. */
    const char *start_directory;
};

/*
 * How a run ended. When several apply, the first in this list is reported. The
 * names in the report are "memory-limit" and so on.
 */
enum dualpipe_verdict {
    DUALPIPE_INTERNAL_ERROR = 0, /* nothing is known about the target */
    DUALPIPE_VIOLATION,          /* a call that the policy kills: see .refused */
    DUALPIPE_MEMORY_LIMIT,       /* see .memory_cause */
    DUALPIPE_TIME_LIMIT,         /* CPU time */
    DUALPIPE_WALL_LIMIT,
    DUALPIPE_OUTPUT_LIMIT,
    DUALPIPE_CANCELLED, /* by dualpipe_kill() or .cancel_fd */
    DUALPIPE_SIGNALLED, /* by a signal of its own making: see .status */
    DUALPIPE_NONZERO_EXIT,
    DUALPIPE_OK,
    DUALPIPE_VERDICT_COUNT,
};

enum dualpipe_memory_cause {
    DUALPIPE_MEMORY_CAUSE_NONE = 0,
    DUALPIPE_MEMORY_OOM_KILL,
    DUALPIPE_MEMORY_ALLOCATION_FAILED,
    DUALPIPE_MEMORY_EXEC_TOO_LARGE,
    DUALPIPE_MEMORY_STACK,
    DUALPIPE_MEMORY_PEAK, /* it was seen to hold more than the limit */
};

/*
 * How new the box of a run was. All layers are on, and attested, at each level;
 * what differs is what the box shared with the run before it. In this order,
 * the later ones cost less.
 */
enum dualpipe_freshness {
    DUALPIPE_FRESHNESS_DEFAULT = 0, /* of a pool: fresh. Of a result: nothing ran */
    DUALPIPE_FRESHNESS_NEW,         /* made for this run when it was asked for */
    DUALPIPE_FRESHNESS_SINGLE_USE,  /* made for one run, ahead of time */
    DUALPIPE_FRESHNESS_FRESH,       /* new process, mount, IPC, host name and cgroup
                                     * namespaces and file system, in a user and a
                                     * network namespace that are used again */
    DUALPIPE_FRESHNESS_VERIFIED,    /* used again, proved to be as it was at first. Its
                                     * targets have another uid than what makes them */
    DUALPIPE_FRESHNESS_COUNT,
};

/* A system call that the policy refused. .count is 0 when there was none, and
 * the rest is then unset. */
struct dualpipe_refusal {
    int64_t count;         /* of refused calls in all */
    int32_t number;        /* of the first one, or of the one that killed */
    uint32_t architecture; /* as AUDIT_ARCH_X86_64 */
    uint64_t arguments[6];
    uint64_t address; /* of the instruction after the call */
};

/* What became of one layer. */
enum dualpipe_layer_state {
    DUALPIPE_LAYER_OFF = 0,     /* not there; .note says why */
    DUALPIPE_LAYER_ON,          /* there, and attested where that can be */
    DUALPIPE_LAYER_GIVEN_UP,    /* named in job.without */
    DUALPIPE_LAYER_UNAVAILABLE, /* not required, and the host has it not */
};

struct dualpipe_layer_report {
    enum dualpipe_layer_state state;
    char note[160]; /* why not, or what else there is to say; may be "" */
};

/* What a box was doing when it failed, in the order it does them. */
enum dualpipe_step {
    DUALPIPE_STEP_NONE = 0,
    DUALPIPE_STEP_READ_JOB,
    DUALPIPE_STEP_READ_POLICY,
    DUALPIPE_STEP_BUILD_FILTER,
    DUALPIPE_STEP_OPEN_PROGRAM,
    DUALPIPE_STEP_CLAIM_ID,
    DUALPIPE_STEP_MAKE_CGROUP,
    DUALPIPE_STEP_CONNECT_STREAMS,
    DUALPIPE_STEP_CLONE,
    DUALPIPE_STEP_START_INIT,
    DUALPIPE_STEP_MAP_IDS,
    DUALPIPE_STEP_SET_CPUS,
    DUALPIPE_STEP_SET_IDS,
    DUALPIPE_STEP_SET_HOSTNAME,
    DUALPIPE_STEP_MOUNT,
    DUALPIPE_STEP_COPY_FILE,
    DUALPIPE_STEP_ENTER_ROOT,
    DUALPIPE_STEP_FORK_TARGET,
    DUALPIPE_STEP_LOCK_INIT,
    DUALPIPE_STEP_SET_LIMIT,
    DUALPIPE_STEP_CLOSE_DESCRIPTORS,
    DUALPIPE_STEP_DROP_CAPABILITIES,
    DUALPIPE_STEP_NO_NEW_PRIVILEGES,
    DUALPIPE_STEP_LANDLOCK,
    DUALPIPE_STEP_LOAD_FILTER,
    DUALPIPE_STEP_HAND_OVER_LISTENER,
    DUALPIPE_STEP_ATTEST,
    DUALPIPE_STEP_EXEC,
    DUALPIPE_STEP_SUPERVISE,
    DUALPIPE_STEP_COLLECT,
    DUALPIPE_STEP_PRELOAD,
    DUALPIPE_STEP_COUNT,
};

/* Why a box failed. Holds no memory: copy it, forget it. */
struct dualpipe_error {
    size_t size; /* sizeof(struct dualpipe_error), or 0 */
    enum dualpipe_step step;
    int errnum;        /* a positive errno value */
    int layer;         /* enum dualpipe_layer it was about, or -1 */
    unsigned line;     /* of the policy file, where that was the step, else 0 */
    unsigned column;   /* likewise */
    bool retryable;    /* the same job may well work when tried again */
    char subject[128]; /* the path, file, call, limit or word it was about, or "" */
    char advice[256];  /* what can be done about it, or "" */
};

struct dualpipe_usage {
    int64_t cpu_us; /* user and system, of all threads and processes */
    int64_t user_us;
    int64_t system_us;
    int64_t wall_us;           /* from the first instruction to the end */
    int64_t setup_us;          /* what the box cost before that */
    int64_t memory_peak_bytes; /* or DUALPIPE_UNKNOWN */
    /* Of that, when it had ended, or DUALPIPE_UNKNOWN: files in the box's own file
     * systems, which are memory, and pages of the host's files that it was the first
     * to read or write, which the kernel keeps and gives up when they are needed. */
    int64_t memory_files_bytes;
    int64_t memory_cache_bytes;
    int64_t processes_peak; /* or DUALPIPE_UNKNOWN, also where they were one or two */
    int64_t stdout_bytes;   /* written by the target, kept or not */
    int64_t stderr_bytes;
    int64_t switches_voluntary;
    int64_t switches_involuntary;
};

struct dualpipe_result {
    size_t size; /* sizeof(struct dualpipe_result), or 0 */
    enum dualpipe_verdict verdict;
    pid_t pid;        /* of the target, as the host saw it */
    bool has_status;  /* false: it never ran, or its status was lost */
    int status;       /* as from wait(2): for WIFEXITED() and its like */
    char reason[720]; /* one sentence for people */
    struct dualpipe_usage usage;
    bool output_truncated; /* the output limit cut it */
    bool idle;             /* a wall or idle limit ended it while it was asleep */
    char waiting_for[16];  /* then: "stdin", "futex", "child", "sleep", ..., else "" */
    int64_t steal_us;      /* taken from the host's CPUs meanwhile, or DUALPIPE_UNKNOWN */
    struct dualpipe_refusal refused;
    char refused_text[640]; /* the call with decoded arguments, or "": in ASCII, and what the
                             * target told of paths and addresses is marked as such */
    char refused_hint[120]; /* for people, or "" */
    enum dualpipe_memory_cause memory_cause;
    struct dualpipe_limits limits; /* in force; DUALPIPE_UNLIMITED where none */
    char policy_name[64];
    char policy_sha256[65]; /* of the policy's text, with what it uses */
    char filter_sha256[65]; /* of the program given to the kernel, or "" */
    struct dualpipe_layer_report layers[DUALPIPE_LAYER_COUNT];
    bool attested;                     /* the box was checked from outside before it ran */
    bool exec_once;                    /* no further program can be executed */
    const char *cpu_source;            /* "rusage", ...; static text */
    const char *memory_source;         /* "rusage", ...; static text, or NULL */
    struct dualpipe_error error;       /* with DUALPIPE_INTERNAL_ERROR */
    unsigned attempts;                 /* how often it was run for this result; 0 means 1 */
    enum dualpipe_freshness freshness; /* of the box it ran in */
    char freshness_note[60];           /* why that is another than the pool's, or "" */
    int64_t ended_us;                  /* when it ended, on CLOCK_MONOTONIC; 0: it never ran */
    bool warm;                         /* in a fork of an interpreter that had started before */
};

/* "1.0.0": static text. */
DUALPIPE_API const char *dualpipe_version(void);

/*
 * Load a policy: a built-in one by name (see dualpipe_policy_builtin()), or any
 * other by the path of its file, which contains a slash. It is parsed,
 * compiled and proved here, once.
 *
 * Give it back with dualpipe_policy_free(), after the last job that uses it.
 * Returns 0. Errors to expect: -ENOENT, no such policy; -EINVAL, it does not
 * parse: see error->line, ->column and ->subject. The error may be NULL.
 */
DUALPIPE_API int dualpipe_policy_load(struct dualpipe_policy **policy, const char *name_or_path,
                                      struct dualpipe_error *error);
DUALPIPE_API void dualpipe_policy_free(struct dualpipe_policy *policy);

/* Does a box under this policy show the host's path, at the same place? For
 * messages: what a job shows beside is not looked at. */
DUALPIPE_API bool dualpipe_policy_shows(const struct dualpipe_policy *policy, const char *path);

/* The name of the index-th built-in policy, or NULL beyond the last. */
DUALPIPE_API const char *dualpipe_policy_builtin(size_t index);

/* How a policy is written out. */
enum dualpipe_policy_form {
    DUALPIPE_POLICY_TEXT = 0, /* its text as it is, without those that it uses */
    DUALPIPE_POLICY_EXPANDED, /* in its own language, with nothing used: parses to the same */
    DUALPIPE_POLICY_TABLE,    /* each call, its cases, its answer; then the hashes */
    DUALPIPE_POLICY_OCI,      /* system calls alone, as the seccomp JSON of container engines */
};

/*
 * Write a policy out. The table is a proof: the filter is proved again before
 * it is handed out, and the hash at its end is that of the program that the
 * kernel gets. In JSON, execve and execveat are allowed, for an engine starts
 * the program so; what is named and counted here is an errno there; and a call
 * with cases has the default answer where none of them holds.
 *
 * Returns the length without the NUL; the text is yours, free() it. Errors to
 * expect: -ENOMEM; -EINVAL, no such form; -EBADMSG, the proof failed.
 */
DUALPIPE_API ssize_t dualpipe_policy_write(const struct dualpipe_policy *policy,
                                           enum dualpipe_policy_form form, char **text);

/*
 * What the second policy allows that the first does not, as lines of a policy:
 * calls and cases, a free exec, paths, larger limits, layers not asked for. A
 * case is left out where one of the first policy's holds it whole; where only
 * several together do, it is written all the same.
 *
 * Returns the length without the NUL, 0 where there is nothing; the text is
 * yours, free() it. Errors to expect: -ENOMEM, -EINVAL.
 */
DUALPIPE_API ssize_t dualpipe_policy_diff(const struct dualpipe_policy *before,
                                          const struct dualpipe_policy *after, char **text);

/*
 * Set one limit from text, as policy files and command lines spell it: ("time",
 * "1500ms"), ("memory", "256M"), ("processes", "unlimited"). The names are
 * time, wall, idle, memory, output, file-size, stack, open-files, processes and
 * disk. Returns 0.
 *
 * Errors to expect: -ENOENT, no such limit; -EINVAL, no such amount; -ERANGE,
 * zero, or too large to count. Zero is no limit: leave it out, or say
 * "unlimited".
 */
DUALPIPE_API int dualpipe_limits_set(struct dualpipe_limits *limits, const char *name,
                                     const char *amount);

/*
 * Start a target. Once this returns 0 the target runs, in its box, under its
 * policy, watched by a thread of the library's own. Give the handle back with
 * dualpipe_close().
 *
 * Errors to expect: -EINVAL, the job contradicts itself; -ENOENT, -EACCES or
 * -ENOEXEC with DUALPIPE_STEP_OPEN_PROGRAM or DUALPIPE_STEP_EXEC, the program
 * cannot be started; others: this host does not let you make such a box, see
 * dualpipe_error_text(). The error may be NULL.
 */
DUALPIPE_API int dualpipe_open(struct dualpipe **pipe, const struct dualpipe_job *job,
                               struct dualpipe_error *error);

/*
 * Write all of the data to the target's input. While its input is full, output
 * that arrives is kept for the next read, up to the output limit (64 MiB where
 * there is none), so that two full pipes cannot block each other. Returns 0.
 *
 * *written, if asked for, is set to the bytes that went into the pipe, also
 * when an error is returned. Errors to expect: -EPIPE, the target does not read
 * any more, or is gone, or dualpipe_end_input() was called; -ETIMEDOUT;
 * -ENOBUFS, no more output can be kept: read it.
 */
DUALPIPE_API int dualpipe_write(struct dualpipe *pipe, const void *data, size_t size,
                                int64_t timeout_us, size_t *written);

/* Let the target see the end of its input. Its output can still be read.
 * Returns 0. Doing it twice is harmless. */
DUALPIPE_API int dualpipe_end_input(struct dualpipe *pipe);

/*
 * Read what there is of the target's standard output, at least one byte and at
 * most size, waiting up to the timeout for it (0: not at all). Returns the
 * count, or 0 at the end of the output.
 *
 * Errors to expect: -ETIMEDOUT, nothing yet; nothing is lost by it. -EINVAL,
 * size is 0 or above SSIZE_MAX; -EBADF, the stream is not DUALPIPE_ROUTE_PIPE.
 */
DUALPIPE_API ssize_t dualpipe_read(struct dualpipe *pipe, void *buffer, size_t size,
                                   int64_t timeout_us);

/* The same for standard error. */
DUALPIPE_API ssize_t dualpipe_read_stderr(struct dualpipe *pipe, void *buffer, size_t size,
                                          int64_t timeout_us);

/*
 * Read one line of standard output, newline kept and NUL added. Returns its
 * length without the NUL, or 0 at the end of the output. As with fgets(3), a
 * line longer than size - 1 comes in pieces, and the last line may lack its
 * newline. A line may hold NUL bytes: the length tells.
 *
 * Errors to expect: -ETIMEDOUT; a line half received is kept for next time.
 */
DUALPIPE_API ssize_t dualpipe_readline(struct dualpipe *pipe, char *line, size_t size,
                                       int64_t timeout_us);

/*
 * Wait until the run is over, keeping output as dualpipe_write() does. Returns
 * 0. The result is had from dualpipe_close(); output can still be read.
 *
 * Errors to expect: -ETIMEDOUT; -ENOBUFS.
 */
DUALPIPE_API int dualpipe_wait(struct dualpipe *pipe, int64_t timeout_us);

/*
 * A descriptor for your own event loop: readable (POLLIN) when output or error
 * output may be read or when the run is over. It belongs to the handle. As
 * lines may be waiting in the handle already, read until -ETIMEDOUT (timeout 0)
 * before you wait for it again. Returns the descriptor.
 *
 * Errors to expect: -EMFILE, -ENFILE, -ENOMEM.
 */
DUALPIPE_API int dualpipe_descriptor(struct dualpipe *pipe);

/* The process id of the target as the host sees it; for messages only. */
DUALPIPE_API pid_t dualpipe_pid(const struct dualpipe *pipe);

/* Kill the target and all its processes, from any thread, without waiting. The
 * verdict is "cancelled" if nothing else ended the run before. Safe to call in
 * a signal handler. Returns 0; doing it twice or too late is harmless. */
DUALPIPE_API int dualpipe_kill(struct dualpipe *pipe);

/*
 * End the input, read and discard the output, wait for the target to end or to
 * be ended by its limits, and remove the box. A target without a wall limit is
 * killed after DUALPIPE_CLOSE_GRACE_US. The handle is gone, whatever is
 * returned; the result, if asked for, is set only when 0 is.
 *
 * Errors to expect: -EIO, the box broke and no verdict can be given; the reason
 * is lost unless asked for with dualpipe_close_error(). -ECHILD, this is a
 * fork(2) of the process that opened the handle: nothing was done.
 */
DUALPIPE_API int dualpipe_close(struct dualpipe *pipe, struct dualpipe_result *result);

/* The same, and says why where it fails. */
DUALPIPE_API int dualpipe_close_error(struct dualpipe *pipe, struct dualpipe_result *result,
                                      struct dualpipe_error *error);

/*
 * Run a target from start to end; the calling thread supervises it, no thread
 * is made. Returns 0 and the result, whatever the target did.
 *
 * A descriptor that output is pumped to and that blocks holds the target back
 * while its wall clock runs on; what the target wrote before it ended is
 * delivered as soon as the descriptor takes it.
 *
 * Errors to expect: as dualpipe_open().
 */
DUALPIPE_API int dualpipe_run(const struct dualpipe_job *job, struct dualpipe_result *result,
                              struct dualpipe_error *error);

/*
 * A pool of warm boxes: each is made, limited, filtered, attested and stopped
 * before its target's first instruction while nobody waits for it; a job then
 * only brings its program, arguments, streams and limits.
 *
 * All calls on a pool may be made from any thread at any time, but for
 * dualpipe_pool_close(), which must be the last one. A fork(2) of its process
 * cannot use it: every call is -ECHILD there and changes nothing.
 */
struct dualpipe_pool;

struct dualpipe_pool_options {
    size_t size;    /* sizeof(struct dualpipe_pool_options), or 0 */
    unsigned boxes; /* how many run at once; 0: one for each CPU of .cpus */
    /* Never "new". "verified" needs a second user id for the box. Root has one; an
     * ordinary user has one of its range in /etc/subuid and /etc/subgid, by way of
     * newuidmap(1) and newgidmap(1), which are executed once for each box; anybody else
     * is refused with -EPERM and what is missing. A target with a subordinate id reads
     * what all users may read: where .binds show more, or writable, boxes are new ones.
     * Where the policy lets a target leave something behind that is not made new (it
     * may use sockets or keys), boxes are single-use.
     *
     * Boxes are made by the pool's own threads. While no job waits for one, these are
     * of the class SCHED_BATCH until the box stands, so that they interrupt nothing that
     * runs; as soon as a job waits they are normal again. No target and no thread of
     * the caller's ever is. A host of another class than SCHED_OTHER stays in that. */
    enum dualpipe_freshness freshness;
    const struct dualpipe_policy *policy; /* of all boxes; NULL: the built-in
                                           * "strict". Until the pool is closed. */
    struct dualpipe_limits limits;        /* for jobs that leave them 0; a field left 0
                                           * here too means what the policy says */
    /* As of a job: "0-3,5" for all boxes; "spread" or "spread:0-3,5" gives each box a
     * CPU of its own, for as long as the pool is open. NULL: the caller's. */
    const char *cpus;
    /* How many jobs it takes beyond those that run: waiting ones, and finished
     * ones whose result nobody has taken yet. 0: twice the boxes. */
    unsigned queue_size;
    /*
     * An interpreter that boxes have started before there is a job, with the modules
     * that the policy names (`preload`): the words it is started with, as {"python3",
     * NULL}, or with options behind. Each job that begins with the same words, and
     * goes on with a script or `-c CODE`, is a fork of it in namespaces and files of
     * its own, limited, filtered and attested as any other; all others run in a new
     * box. Only CPython of 3.8 and newer. NULL: none. Until the pool is closed.
     *
     * A policy that leaves the hash seed open has single-use boxes then, so that no
     * two jobs share one. What they do share is where things lie in memory.
     */
    const char *const *interpreter;
    const char *interpreter_program; /* its file; NULL: interpreter[0] is a path */
    /* As of a job, in every box: what is shown there, and where jobs start that say
     * neither. Until the pool is closed. */
    const struct dualpipe_bind *binds;
    size_t bind_count;
    const char *directory;
};

/*
 * Make a pool. Its boxes are made in the background; a job that comes before
 * they are ready waits for one. Give it back with dualpipe_pool_close().
 * Returns 0.
 *
 * With .interpreter, the first one is started here: DUALPIPE_STEP_PRELOAD says what
 * is wrong with it.
 *
 * Errors to expect: -EINVAL, an option that cannot be; -EPERM, a freshness that
 * this user cannot have; -ENOMEM, -EMFILE, -EAGAIN; with "spread", -EBUSY. The
 * error may be NULL.
 */
DUALPIPE_API int dualpipe_pool_open(struct dualpipe_pool **pool,
                                    const struct dualpipe_pool_options *options,
                                    struct dualpipe_error *error);

/*
 * Run one job in a box of the pool, from start to end, in the calling thread
 * where a box is free. As dualpipe_run(): it takes no DUALPIPE_ROUTE_PIPE,
 * returns 0 and the result whatever the target did, and has its errors; a
 * failure of the box is retryable, and the box is replaced.
 *
 * A job without a policy has the pool's. What a box made ahead cannot take on
 * (another policy, a function, other binds, CPUs, layers or a start directory of its
 * own) runs in a new box all the same, and .freshness_note says why.
 *
 * Errors to expect: as dualpipe_run(); -EPIPE, the pool is closed.
 */
DUALPIPE_API int dualpipe_pool_run(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                                   struct dualpipe_result *result, struct dualpipe_error *error);

/*
 * Hand a job in, to run when it is its turn. The job itself is copied; what it
 * points to (texts, buffers, descriptors, files, policy) is borrowed until its
 * result has been taken. The tag comes back with it. Waits up to the timeout
 * for room in the queue: a thread that is also to take the results gives 0 here, or
 * a .queue_size for all it hands in at once, else it may wait for itself. Returns 0.
 *
 * Errors to expect: -EAGAIN, the queue is still full: take results; -ENOMEM;
 * -EPIPE, the pool is closed.
 */
DUALPIPE_API int dualpipe_pool_submit(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                                      void *tag, int64_t timeout_us);

/*
 * Take the result of a submitted job, in the order in which they finish,
 * waiting up to the timeout for one. A job that could not be run has the
 * verdict DUALPIPE_INTERNAL_ERROR and says why in .error. Returns 0.
 *
 * Errors to expect: -ETIMEDOUT, none yet, or none at all: see
 * dualpipe_pool_count(); -EPIPE, the pool is closed.
 */
DUALPIPE_API int dualpipe_pool_next(struct dualpipe_pool *pool, struct dualpipe_result *result,
                                    void **tag, int64_t timeout_us);

/* Submitted jobs whose results have not been taken: waiting, running, finished. */
DUALPIPE_API size_t dualpipe_pool_count(struct dualpipe_pool *pool);

/* A descriptor for your own event loop: readable (POLLIN) while results wait.
 * It belongs to the pool: do not read it. Returns the descriptor. */
DUALPIPE_API int dualpipe_pool_fd(const struct dualpipe_pool *pool);

/* End all jobs that wait or run now: their verdict is "cancelled", and their
 * results come as others do. New jobs are taken. Returns 0. */
DUALPIPE_API int dualpipe_pool_cancel(struct dualpipe_pool *pool);

enum dualpipe_pool_close {
    DUALPIPE_POOL_DRAIN = 0, /* let all jobs end by themselves */
    DUALPIPE_POOL_CANCEL,    /* end them */
};

/*
 * Take no more jobs, wait until the last one is over, and remove all boxes.
 * Results that nobody took are lost. Calls that wait in other threads return;
 * none may begin any more. Returns 0.
 *
 * Errors to expect: -ECHILD, this is a fork(2) of the process that opened the
 * pool: nothing was done.
 */
DUALPIPE_API int dualpipe_pool_close(struct dualpipe_pool *pool, enum dualpipe_pool_close how);

/* "single-use", or NULL for the default: static text. */
DUALPIPE_API const char *dualpipe_freshness_name(enum dualpipe_freshness freshness);

/* "memory-limit", "ok": static text, never NULL. */
DUALPIPE_API const char *dualpipe_verdict_name(enum dualpipe_verdict verdict);
/* "user-namespace": static text, or NULL beyond the last layer. */
DUALPIPE_API const char *dualpipe_layer_name(enum dualpipe_layer layer);
/* "mount": static text, never NULL. */
DUALPIPE_API const char *dualpipe_step_name(enum dualpipe_step step);
/* "openat", or NULL for a number without a name (x86-64): static text. */
DUALPIPE_API const char *dualpipe_syscall_name(int number);
/* "SIGSEGV", "SIGRTMIN+3", or NULL for no signal: static text. */
DUALPIPE_API const char *dualpipe_signal_name(int number);
/* "oom-kill", or NULL for none: static text. */
DUALPIPE_API const char *dualpipe_memory_cause_name(enum dualpipe_memory_cause cause);

/* Put the error in words, cut to fit: what was being done, to what, why it
 * failed, what can be done. Returns text. */
DUALPIPE_API char *dualpipe_error_text(const struct dualpipe_error *error, char *text, size_t size);

enum dualpipe_format {
    DUALPIPE_FORMAT_JSON = 0, /* one line, one object, newline at its end */
    DUALPIPE_FORMAT_META,     /* key:value lines in the keys of isolate(1) */
};

/*
 * Write a result out as the report that runner/REPORT.md describes (keys in a fixed
 * order; text that is not UTF-8 gets U+FFFD). For a run that failed, pass a
 * zeroed result with its .error set.
 *
 * Returns the length without the NUL; the text is yours, free() it. Errors to
 * expect: -ENOMEM, -EINVAL (no such format).
 */
DUALPIPE_API ssize_t dualpipe_report(const struct dualpipe_result *result,
                                     enum dualpipe_format format, char **text);

#ifdef __cplusplus
}
#endif

#endif /* DUALPIPE_H */
