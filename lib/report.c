/* SPDX-License-Identifier: MIT */
/*
 * report.c - a result, written out: as JSON, or in the keys of isolate(1).
 *
 * Pure functions of the result. In JSON every key is always there, and null
 * where there is nothing to say: a run that never came to be has no figures.
 */
#include "dualpipe.h"
#include "json.h"
#include "text_stream.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define SCHEMA 1
#define ERROR_TEXT_SIZE 512

/* An address in a member that is an array may hold a string without a NUL. */
#define TEXT(array) (array), sizeof(array)

/* Without a target there is nothing that was measured. */
static bool has_run(const struct dualpipe_result *result)
{
    return result->has_status || result->pid > 0;
}

static bool has_exited(const struct dualpipe_result *result)
{
    return result->has_status && WIFEXITED(result->status);
}

static bool has_been_signalled(const struct dualpipe_result *result)
{
    return result->has_status && WIFSIGNALED(result->status);
}

/* JSON: one function for each kind of member, then one for each object. */

static void put_text(struct dp_json *json, const char *key, const char *text, size_t max)
{
    dp_json_key(json, key);
    dp_json_text(json, max > 0 && text && text[0] ? text : NULL, max);
}

static void put_word(struct dp_json *json, const char *key, const char *word)
{
    dp_json_key(json, key);
    dp_json_text(json, word, SIZE_MAX);
}

static void put_null(struct dp_json *json, const char *key)
{
    dp_json_key(json, key);
    dp_json_null(json);
}

/* A number where there is one to give. */
static void put_number(struct dp_json *json, const char *key, bool is_known, int64_t value)
{
    dp_json_key(json, key);
    if (is_known)
        dp_json_integer(json, value);
    else
        dp_json_null(json);
}

static void put_bool(struct dp_json *json, const char *key, bool is_known, bool value)
{
    dp_json_key(json, key);
    if (is_known)
        dp_json_bool(json, value);
    else
        dp_json_null(json);
}

static void put_figure(struct dp_json *json, const char *key, const struct dualpipe_result *result,
                       int64_t value)
{
    put_number(json, key, has_run(result) && value >= 0, value);
}

static void put_limit(struct dp_json *json, const char *key, int64_t value)
{
    put_number(json, key, value > 0, value);
}

static void put_reason(struct dp_json *json, const struct dualpipe_result *result)
{
    char text[ERROR_TEXT_SIZE];

    if (!result->reason[0] && result->verdict == DUALPIPE_INTERNAL_ERROR)
        put_text(json, "reason", dualpipe_error_text(&result->error, TEXT(text)), sizeof(text));
    else
        put_text(json, "reason", TEXT(result->reason));
}

static void put_verdict(struct dp_json *json, const struct dualpipe_result *result)
{
    int signal = has_been_signalled(result) ? WTERMSIG(result->status) : 0;

    put_number(json, "schema", true, SCHEMA);
    put_word(json, "verdict", dualpipe_verdict_name(result->verdict));
    put_reason(json, result);
    put_number(json, "exit_code", has_exited(result), WEXITSTATUS(result->status));
    put_number(json, "signal", signal != 0, signal);
    put_word(json, "signal_name", dualpipe_signal_name(signal));
}

static void put_usage(struct dp_json *json, const struct dualpipe_result *result)
{
    const struct dualpipe_usage *usage = &result->usage;

    put_figure(json, "cpu_us", result, usage->cpu_us);
    put_figure(json, "user_us", result, usage->user_us);
    put_figure(json, "system_us", result, usage->system_us);
    put_figure(json, "wall_us", result, usage->wall_us);
    put_figure(json, "setup_us", result, usage->setup_us);
    put_figure(json, "memory_peak_bytes", result, usage->memory_peak_bytes);
    put_figure(json, "memory_files_bytes", result, usage->memory_files_bytes);
    put_figure(json, "memory_cache_bytes", result, usage->memory_cache_bytes);
    put_figure(json, "processes_peak", result, usage->processes_peak);
    put_figure(json, "stdout_bytes", result, usage->stdout_bytes);
    put_figure(json, "stderr_bytes", result, usage->stderr_bytes);
    put_bool(json, "output_truncated", has_run(result), result->output_truncated);
    put_bool(json, "idle", has_run(result), result->idle);
}

/* As a string: readers keep a JSON number beyond 2^53 only roughly. */
static void put_register(struct dp_json *json, uint64_t value)
{
    char text[sizeof("0x") + 16];

    snprintf(text, sizeof(text), "0x%" PRIx64, value);
    dp_json_text(json, TEXT(text));
}

static void put_architecture(struct dp_json *json, uint32_t architecture)
{
    dp_json_key(json, "architecture");
    if (architecture == AUDIT_ARCH_X86_64)
        dp_json_text(json, TEXT("x86_64"));
    else if (architecture == AUDIT_ARCH_I386)
        dp_json_text(json, TEXT("i386"));
    else
        put_register(json, architecture);
}

static void put_refused(struct dp_json *json, const struct dualpipe_result *result)
{
    const struct dualpipe_refusal *refused = &result->refused;
    bool is_native = refused->architecture == AUDIT_ARCH_X86_64;
    size_t i;

    if (refused->count <= 0) {
        put_null(json, "refused");
        return;
    }
    dp_json_key(json, "refused");
    dp_json_open(json, '{');
    put_word(json, "name", is_native ? dualpipe_syscall_name(refused->number) : NULL);
    put_number(json, "number", true, refused->number);
    dp_json_key(json, "arguments");
    dp_json_open(json, '[');
    for (i = 0; i < sizeof(refused->arguments) / sizeof(refused->arguments[0]); i++)
        put_register(json, refused->arguments[i]);
    dp_json_close(json, ']');
    put_architecture(json, refused->architecture);
    put_number(json, "count", true, refused->count);
    put_text(json, "text", TEXT(result->refused_text));
    put_text(json, "hint", TEXT(result->refused_hint));
    dp_json_close(json, '}');
}

/* All zero means that no limits were settled: the run never came so far. */
static void put_limits(struct dp_json *json, const struct dualpipe_limits *limits)
{
    static const struct dualpipe_limits none;

    if (memcmp(limits, &none, sizeof(none)) == 0) {
        put_null(json, "limits");
        return;
    }
    dp_json_key(json, "limits");
    dp_json_open(json, '{');
    put_limit(json, "cpu_us", limits->cpu_us);
    put_limit(json, "wall_us", limits->wall_us);
    put_limit(json, "idle_us", limits->idle_us);
    put_limit(json, "memory_bytes", limits->memory_bytes);
    put_limit(json, "output_bytes", limits->output_bytes);
    put_limit(json, "file_size_bytes", limits->file_bytes);
    put_limit(json, "stack_bytes", limits->stack_bytes);
    put_limit(json, "open_files", limits->open_files);
    put_limit(json, "processes", limits->processes);
    put_limit(json, "disk_bytes", limits->disk_bytes);
    dp_json_close(json, '}');
}

static void put_evidence(struct dp_json *json, const struct dualpipe_result *result)
{
    bool has_filter = result->layers[DUALPIPE_LAYER_SECCOMP].state == DUALPIPE_LAYER_ON;
    bool ran = has_run(result);

    put_text(json, "waiting_for", TEXT(result->waiting_for));
    put_bool(json, "attested", ran, result->attested);
    put_word(json, "exec", !ran ? NULL : result->exec_once ? "once" : "free");
    put_word(json, "refusals_by", ran && has_filter ? "listener" : NULL);
    put_word(json, "freshness", ran ? dualpipe_freshness_name(result->freshness) : NULL);
    put_text(json, "freshness_note", TEXT(result->freshness_note));
    put_bool(json, "warm", ran, result->warm);
    put_text(json, "filter_sha256", TEXT(result->filter_sha256));
    put_figure(json, "switches_voluntary", result, result->usage.switches_voluntary);
    put_figure(json, "switches_involuntary", result, result->usage.switches_involuntary);
    put_figure(json, "steal_us", result, result->steal_us);
    put_number(json, "attempts", true, result->attempts > 0 ? result->attempts : 1);
}

static void put_policy(struct dp_json *json, const struct dualpipe_result *result)
{
    if (!result->policy_name[0]) {
        put_null(json, "policy");
        return;
    }
    dp_json_key(json, "policy");
    dp_json_open(json, '{');
    put_text(json, "name", TEXT(result->policy_name));
    put_text(json, "sha256", TEXT(result->policy_sha256));
    dp_json_close(json, '}');
}

/* "on" alone is a layer without reservations; all else says what is amiss. */
static void put_layer(struct dp_json *json, const char *name,
                      const struct dualpipe_layer_report *layer)
{
    static const char *const words[] = {
        [DUALPIPE_LAYER_OFF] = "off",
        [DUALPIPE_LAYER_ON] = "on",
        [DUALPIPE_LAYER_GIVEN_UP] = "given up",
        [DUALPIPE_LAYER_UNAVAILABLE] = "unavailable",
    };
    size_t state = (size_t)layer->state;
    const char *word = state < sizeof(words) / sizeof(words[0]) ? words[state] : "unknown";
    char text[sizeof(layer->note) + 32];

    snprintf(text, sizeof(text), "%s%s%.*s", word, layer->note[0] ? ": " : "",
             (int)sizeof(layer->note), layer->note);
    put_text(json, name, TEXT(text));
}

static bool has_layers(const struct dualpipe_result *result)
{
    size_t i;

    for (i = 0; i < DUALPIPE_LAYER_COUNT; i++) {
        if (result->layers[i].state != DUALPIPE_LAYER_OFF || result->layers[i].note[0])
            return true;
    }
    return has_run(result);
}

static void put_layers(struct dp_json *json, const struct dualpipe_result *result)
{
    enum dualpipe_layer layer;

    if (!has_layers(result)) {
        put_null(json, "layers");
        return;
    }
    dp_json_key(json, "layers");
    dp_json_open(json, '{');
    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++)
        put_layer(json, dualpipe_layer_name(layer), &result->layers[layer]);
    dp_json_close(json, '}');
}

static void put_sources(struct dp_json *json, const struct dualpipe_result *result)
{
    dp_json_key(json, "sources");
    dp_json_open(json, '{');
    put_word(json, "cpu", result->cpu_source);
    put_word(json, "memory", result->memory_source);
    dp_json_close(json, '}');
}

/* To who reads a report, opening a program is a part of executing it. */
static const char *reported_step(enum dualpipe_step step)
{
    return dualpipe_step_name(step == DUALPIPE_STEP_OPEN_PROGRAM ? DUALPIPE_STEP_EXEC : step);
}

static void put_error(struct dp_json *json, const struct dualpipe_result *result)
{
    const struct dualpipe_error *error = &result->error;
    char text[ERROR_TEXT_SIZE];

    if (result->verdict != DUALPIPE_INTERNAL_ERROR) {
        put_null(json, "error");
        return;
    }
    dp_json_key(json, "error");
    dp_json_open(json, '{');
    put_word(json, "step", reported_step(error->step));
    put_word(json, "errno", error->errnum > 0 ? strerrorname_np(error->errnum) : NULL);
    put_text(json, "subject", TEXT(error->subject));
    put_text(json, "message", dualpipe_error_text(error, TEXT(text)), sizeof(text));
    put_bool(json, "retryable", true, error->retryable);
    put_number(json, "errno_number", error->errnum != 0, error->errnum);
    put_number(json, "line", error->line > 0, error->line);
    put_number(json, "column", error->column > 0, error->column);
    dp_json_close(json, '}');
}

static void write_json(FILE *file, const struct dualpipe_result *result)
{
    struct dp_json json = {.file = file};

    dp_json_open(&json, '{');
    put_verdict(&json, result);
    put_usage(&json, result);
    put_refused(&json, result);
    put_word(&json, "memory_cause", dualpipe_memory_cause_name(result->memory_cause));
    put_limits(&json, &result->limits);
    put_evidence(&json, result);
    put_policy(&json, result);
    put_layers(&json, result);
    put_sources(&json, result);
    put_error(&json, result);
    dp_json_close(&json, '}');
    fputc('\n', file);
}

/*
 * The meta file of isolate(1). Its readers compare its messages, so those are
 * isolate's own where isolate has one: see the isolate manual, "Meta-files".
 */

/* isolate has no word for an ending of its own making; the nearest are these:
 * TO for time, XX for the box's fault, else by how the process went. */
static const char *meta_status(const struct dualpipe_result *result)
{
    switch (result->verdict) {
    case DUALPIPE_OK:
        return NULL;
    case DUALPIPE_TIME_LIMIT:
    case DUALPIPE_WALL_LIMIT:
        return "TO";
    case DUALPIPE_NONZERO_EXIT:
        return "RE";
    case DUALPIPE_VIOLATION:
    case DUALPIPE_MEMORY_LIMIT:
    case DUALPIPE_OUTPUT_LIMIT:
    case DUALPIPE_SIGNALLED:
        return has_exited(result) ? "RE" : "SG";
    default:
        return "XX";
    }
}

/* True where the target's end was our doing. One that was over a limit but
 * came to its end by itself was not killed. */
static bool was_killed(const struct dualpipe_result *result)
{
    switch (result->verdict) {
    case DUALPIPE_OK:
    case DUALPIPE_NONZERO_EXIT:
    case DUALPIPE_SIGNALLED:
        return false;
    default:
        return has_run(result) && !has_exited(result);
    }
}

/* A value is the rest of its line, so it holds no line's end. */
static void write_meta_text(FILE *file, const char *text, size_t max)
{
    size_t i;

    for (i = 0; i < max && text[i]; i++)
        fputc((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i], file);
}

/* Judges tell a program that cannot be executed from a broken box by isolate's
 * message, execve(PROGRAM): WHY. */
static void write_meta_error(FILE *file, const struct dualpipe_error *error)
{
    bool is_exec = error->step == DUALPIPE_STEP_OPEN_PROGRAM || error->step == DUALPIPE_STEP_EXEC;
    const char *why = strerrordesc_np(error->errnum);
    char text[ERROR_TEXT_SIZE];

    if (is_exec && error->errnum > 0 && why) {
        fputs("execve(", file);
        write_meta_text(file, TEXT(error->subject));
        fprintf(file, "): %s", why);
        return;
    }
    dualpipe_error_text(error, TEXT(text));
    write_meta_text(file, TEXT(text));
}

static void write_meta_refusal(FILE *file, const struct dualpipe_refusal *refused)
{
    bool is_native = refused->architecture == AUDIT_ARCH_X86_64;
    const char *name = is_native ? dualpipe_syscall_name(refused->number) : NULL;

    if (refused->count <= 0)
        fputs("Forbidden system call", file);
    else if (name)
        fprintf(file, "Forbidden system call %s", name);
    else
        fprintf(file, "Forbidden system call %" PRId32, refused->number);
}

static void write_meta_message(FILE *file, const struct dualpipe_result *result)
{
    switch (result->verdict) {
    case DUALPIPE_TIME_LIMIT:
        fputs("Time limit exceeded", file);
        break;
    case DUALPIPE_WALL_LIMIT:
        fputs("Time limit exceeded (wall clock)", file);
        break;
    case DUALPIPE_NONZERO_EXIT:
        fprintf(file, "Exited with error status %d", WEXITSTATUS(result->status));
        break;
    case DUALPIPE_SIGNALLED:
        fprintf(file, "Caught fatal signal %d", WTERMSIG(result->status));
        break;
    case DUALPIPE_VIOLATION:
        write_meta_refusal(file, &result->refused);
        break;
    case DUALPIPE_MEMORY_LIMIT:
        fputs("Memory limit exceeded", file);
        break;
    case DUALPIPE_OUTPUT_LIMIT:
        fputs("Output limit exceeded", file);
        break;
    case DUALPIPE_CANCELLED:
        fputs("Interrupted", file);
        break;
    default:
        write_meta_error(file, &result->error);
    }
}

static void write_meta_seconds(FILE *file, const char *key, int64_t us)
{
    if (us >= 0)
        fprintf(file, "%s:%" PRId64 ".%03" PRId64 "\n", key, us / 1000000, us / 1000 % 1000);
}

static void write_meta_count(FILE *file, const char *key, int64_t count)
{
    if (count >= 0)
        fprintf(file, "%s:%" PRId64 "\n", key, count);
}

static void write_meta_usage(FILE *file, const struct dualpipe_result *result)
{
    const struct dualpipe_usage *usage = &result->usage;
    bool by_cgroup = result->memory_source && strncmp(result->memory_source, "cgroup", 6) == 0;
    int64_t kib = usage->memory_peak_bytes < 0 ? -1 : usage->memory_peak_bytes / 1024;

    write_meta_seconds(file, "time", usage->cpu_us);
    write_meta_seconds(file, "time-wall", usage->wall_us);
    write_meta_count(file, "max-rss", kib);
    write_meta_count(file, "csw-voluntary", usage->switches_voluntary);
    write_meta_count(file, "csw-forced", usage->switches_involuntary);
    if (by_cgroup)
        write_meta_count(file, "cg-mem", kib);
    if (result->memory_cause == DUALPIPE_MEMORY_OOM_KILL)
        fputs("cg-oom-killed:1\n", file);
}

/* isolate's order: a box that it killed says so first, and gives no exit code
 * or signal, since both would be of the killing. */
static void write_meta(FILE *file, const struct dualpipe_result *result)
{
    bool killed = was_killed(result);
    const char *status = meta_status(result);
    bool is_time = result->verdict == DUALPIPE_TIME_LIMIT || result->verdict == DUALPIPE_WALL_LIMIT;

    if (has_run(result) && !killed)
        write_meta_usage(file, result);
    if (has_exited(result))
        fprintf(file, "exitcode:%d\n", WEXITSTATUS(result->status));
    else if (has_been_signalled(result) && !(killed && is_time))
        fprintf(file, "exitsig:%d\n", WTERMSIG(result->status));
    if (status) {
        fprintf(file, "status:%s\nmessage:", status);
        write_meta_message(file, result);
        fputc('\n', file);
    }
    if (!killed)
        return;
    fputs("killed:1\n", file);
    write_meta_usage(file, result);
}

ssize_t dualpipe_report(const struct dualpipe_result *result, enum dualpipe_format format,
                        char **text)
{
    struct dp_text_stream stream;

    if ((format != DUALPIPE_FORMAT_JSON && format != DUALPIPE_FORMAT_META) ||
        (result->size != 0 && result->size < sizeof(*result)))
        return -EINVAL;
    if (dp_text_stream_open(&stream) < 0)
        return -ENOMEM;
    if (format == DUALPIPE_FORMAT_JSON)
        write_json(stream.file, result);
    else
        write_meta(stream.file, result);
    return dp_text_stream_close(&stream, text);
}
