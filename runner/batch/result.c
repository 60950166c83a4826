/* SPDX-License-Identifier: MIT */
/*
 * result.c - see result.h.
 *
 * The report of `run` is taken as the library writes it, and the batch's own keys
 * are put around it.
 */
#include "result.h"

#include "../../lib/json.h"
#include "../../lib/text_stream.h"
#include "base64.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool has_run(const struct dualpipe_result *result)
{
    return result->has_status || result->pid > 0;
}

enum outcome job_outcome(const struct job *job)
{
    if (job->compile_failed)
        return OUTCOME_COMPILE_ERROR;
    if (job->has_error && job->run.result.error.step == DUALPIPE_STEP_READ_JOB)
        return OUTCOME_NO_JOB;
    if (job->has_error || job->run.result.verdict == DUALPIPE_INTERNAL_ERROR)
        return OUTCOME_FAULT;
    return job->run.result.verdict == DUALPIPE_CANCELLED ? OUTCOME_CANCELLED : OUTCOME_VERDICT;
}

const char *job_verdict_name(const struct job *job)
{
    return job->compile_failed ? "compile-error" : dualpipe_verdict_name(job->run.result.verdict);
}

int job_accepted(const struct job *job)
{
    enum outcome outcome = job_outcome(job);

    if (!job->has_expectation || outcome < OUTCOME_COMPILE_ERROR)
        return -1;
    return outcome == OUTCOME_VERDICT && job->run.result.verdict == DUALPIPE_OK &&
           comparison_holds(&job->comparison);
}

static bool is_utf8(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;

    while (size > 0) {
        int32_t code;
        size_t length = dp_utf8_next(at, size, &code);

        if (code < 0)
            return false;
        at += length;
        size -= length;
    }
    return true;
}

static void put_key(struct dp_json *json, const char *prefix, const char *key)
{
    char name[64];

    (void)snprintf(name, sizeof(name), "%s%s", prefix, key);
    dp_json_key(json, name);
}

static void put_bytes(struct dp_json *json, const char *prefix, const char *key, const char *bytes,
                      size_t size)
{
    put_key(json, prefix, key);
    if (bytes)
        dp_json_bytes(json, bytes, size);
    else
        dp_json_null(json);
}

/* The writer knows no base64: the value is put around it by hand. */
static void put_base64(struct dp_json *json, const char *prefix, const char *key, const char *bytes,
                       size_t size)
{
    put_key(json, prefix, key);
    if (!bytes) {
        dp_json_null(json);
        return;
    }
    fputc('"', json->file);
    base64_write(json->file, bytes, size);
    fputc('"', json->file);
    json->needs_comma = true;
}

/* A stream: its head, which is all of it where it was not too long, and its tail;
 * both as text, or, where one of them is none, both as base64. */
static void put_stream(struct dp_json *json, const char *name, struct capture *capture,
                       bool is_there)
{
    struct captured captured = {0};
    bool is_text;

    if (is_there)
        capture_finish(capture, &captured);
    is_text =
        is_utf8(captured.head, captured.head_size) && is_utf8(captured.tail, captured.tail_size);
    put_bytes(json, name, "", is_text ? captured.head : NULL, captured.head_size);
    put_base64(json, name, "_base64", is_text ? NULL : captured.head, captured.head_size);
    put_key(json, name, "_omitted_bytes");
    if (is_there)
        dp_json_integer(json, captured.omitted);
    else
        dp_json_null(json);
    put_bytes(json, name, "_tail", is_text ? captured.tail : NULL, captured.tail_size);
    put_base64(json, name, "_tail_base64", is_text ? NULL : captured.tail, captured.tail_size);
}

static void put_streams(struct dp_json *json, struct step *step)
{
    bool is_there = has_run(&step->result);
    char hash[65];

    put_stream(json, "stdout", &step->output, is_there);
    put_stream(json, "stderr", &step->errors, is_there);
    dp_json_key(json, "stdout_sha256");
    if (is_there && step->output.is_hashed) {
        capture_hash(&step->output, hash);
        dp_json_text(json, hash, sizeof(hash));
    } else {
        dp_json_null(json);
    }
}

static void put_content(struct dp_json *json, const struct taken *taken)
{
    size_t size = taken->error == 0 ? (size_t)taken->size : 0;
    const char *bytes = NULL;
    void *mapped = NULL;
    bool is_text;

    if (size > 0) {
        mapped = mmap(NULL, size, PROT_READ, MAP_PRIVATE, taken->fd, 0);
        bytes = mapped == MAP_FAILED ? NULL : mapped;
    } else if (taken->error == 0) {
        bytes = "";
    }
    is_text = bytes && is_utf8(bytes, size);
    put_bytes(json, "text", "", is_text ? bytes : NULL, size);
    put_base64(json, "base64", "", is_text ? NULL : bytes, size);
    dp_json_key(json, "error");
    dp_json_text(json,
                 taken->error == 0 && !bytes ? "no memory to read it"
                 : taken->error == 0         ? NULL
                                             : strerrordesc_np(-taken->error),
                 SIZE_MAX);
    if (size > 0 && bytes)
        (void)munmap(mapped, size);
}

static void put_files(struct dp_json *json, const struct job *job)
{
    size_t i;

    dp_json_key(json, "files");
    if (job->taken_count == 0 || !has_run(&job->run.result)) {
        dp_json_null(json);
        return;
    }
    dp_json_open(json, '[');
    for (i = 0; i < job->taken_count; i++) {
        const struct taken *taken = &job->taken[i];

        dp_json_open(json, '{');
        put_bytes(json, "name", "", taken->name, strlen(taken->name));
        dp_json_key(json, "size_bytes");
        if (taken->error == 0)
            dp_json_integer(json, taken->size);
        else
            dp_json_null(json);
        put_content(json, taken);
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

/* The library's report without its brackets; verdict takes the place of the one
 * that is in there, if it is given. Returns 0 or -1. */
static int put_report(struct dp_json *json, const struct dualpipe_result *result,
                      const char *verdict)
{
    static const char start[] = "\"verdict\":\"";
    char *report;
    ssize_t length = dualpipe_report(result, DUALPIPE_FORMAT_JSON, &report);
    char *inner;
    char *old;

    if (length < 0)
        return -1;
    inner = report + 1;        /* behind the bracket */
    report[length - 2] = '\0'; /* "}\n" */
    old = verdict ? strstr(inner, start) : NULL;
    if (json->needs_comma)
        fputc(',', json->file);
    if (old) {
        old += strlen(start);
        (void)fwrite(inner, 1, (size_t)(old - inner), json->file);
        fputs(verdict, json->file);
        inner = old + strcspn(old, "\"");
    }
    fputs(inner, json->file);
    json->needs_comma = true;
    free(report);
    return 0;
}

static int put_compile(struct dp_json *json, struct job *job)
{
    int status;

    dp_json_key(json, "compile");
    if (!job->compile || job->compile->attempts == 0) {
        dp_json_null(json);
        return 0;
    }
    dp_json_open(json, '{');
    status = put_report(json, &job->compile->result, NULL);
    put_streams(json, job->compile);
    dp_json_close(json, '}');
    return status;
}

static void put_id(struct dp_json *json, const struct job *job)
{
    dp_json_key(json, "id");
    if (job->id)
        dp_json_bytes(json, job->id, job->id_size);
    else if (job_outcome(job) == OUTCOME_NO_JOB)
        dp_json_null(json);
    else
        dp_json_integer(json, (int64_t)job->line);
    dp_json_key(json, "line");
    dp_json_integer(json, (int64_t)job->line);
    dp_json_key(json, "repeat");
    if (job->repeat > 1)
        dp_json_integer(json, (int64_t)job->repeat);
    else
        dp_json_null(json);
}

static int put_all(struct dp_json *json, struct job *job)
{
    struct dualpipe_result *result = &job->run.result;
    int accepted = job_accepted(job);
    int status;

    dp_json_open(json, '{');
    put_id(json, job);
    if (job->compile_failed) { /* a verdict without an error, for the form */
        result->verdict = DUALPIPE_NONZERO_EXIT;
        (void)snprintf(result->reason, sizeof(result->reason), "%s", job->compile_reason);
    }
    status = put_report(json, result, job->compile_failed ? job_verdict_name(job) : NULL);
    put_streams(json, &job->run);
    dp_json_key(json, "accepted");
    if (accepted < 0)
        dp_json_null(json);
    else
        dp_json_bool(json, accepted > 0);
    put_files(json, job);
    if (put_compile(json, job) < 0)
        status = -1;
    dp_json_close(json, '}');
    fputc('\n', json->file);
    return status;
}

char *result_line(struct job *job, size_t *length)
{
    struct dp_text_stream stream;
    struct dp_json json = {0};
    char *line = NULL;
    ssize_t made;
    int status;

    if (dp_text_stream_open(&stream) < 0)
        return NULL;
    json.file = stream.file;
    status = put_all(&json, job);
    made = dp_text_stream_close(&stream, &line);
    if (status == 0 && made >= 0) {
        *length = (size_t)made;
        return line;
    }
    free(line);
    return NULL;
}
