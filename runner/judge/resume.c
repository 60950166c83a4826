/* SPDX-License-Identifier: MIT */
/* resume.c - see resume.h. */
#include "resume.h"

#include "allocate.h"
#include "judgement_json.h"

#include "../words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const struct resume *resume, const char *why)
{
    say("--resume %s: %s", resume->path, why);
    return -1;
}

static int read_lines(struct resume *resume, FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    size_t number = 0;
    off_t good = 0;
    ssize_t length;
    int result = 0;

    while (result == 0 && (length = getline(&line, &size, file)) > 0) {
        json_t *json = json_loadb(line, (size_t)length, 0, NULL);
        const char *name = json_string_value(json_object_get(json, "file"));

        number++;
        if (line[length - 1] != '\n') { /* cut short: judged again */
            json_decref(json);
            break;
        }
        if (!name || !json_is_string(json_object_get(json, "verdict"))) {
            say("--resume %s, line %zu: it is no submission", resume->path, number);
            result = -1;
        } else {
            json_object_set(resume->lines, name, json);
            good += length;
        }
        json_decref(json);
    }
    free(line);
    if (result == 0 && ftruncate(resume->fd, good) < 0)
        result = fail(resume, strerrordesc_np(errno));
    return result;
}

int resume_open(struct resume *resume, const char *path)
{
    FILE *file;
    int copy;
    int result;

    *resume = (struct resume){.path = path, .fd = -1};
    if (!path)
        return 0;
    resume->lines = json_object();
    resume->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    copy = resume->fd < 0 ? -1 : fcntl(resume->fd, F_DUPFD_CLOEXEC, 3);
    file = copy < 0 ? NULL : fdopen(copy, "r");
    if (!file)
        return fail(resume, strerrordesc_np(errno));
    result = read_lines(resume, file);
    (void)fclose(file);
    return result;
}

static enum judge_verdict verdict_of(const json_t *json)
{
    const char *name = json_string_value(json_object_get(json, "verdict"));

    for (unsigned i = 0; name && i < JUDGE_VERDICT_COUNT; i++) {
        if (strcmp(judge_verdict_name((enum judge_verdict)i), name) == 0)
            return (enum judge_verdict)i;
    }
    return JUDGE_SKIPPED;
}

static char *text_of(const json_t *json, const char *key)
{
    return text_copy(json_string_value(json_object_get(json, key)));
}

static struct judge_score score_of(const json_t *json)
{
    const json_t *score = json_object_get(json, "score");

    return (struct judge_score){json_is_number(score), json_number_value(score)};
}

static int64_t number_of(const json_t *json, const char *key)
{
    const json_t *number = json_object_get(json, key);

    return json_is_integer(number) ? json_integer_value(number) : DUALPIPE_UNKNOWN;
}

static void take_case(const json_t *json, struct judge_case *made)
{
    const json_t *run = json_object_get(json, "run");

    *made = (struct judge_case){
        .name = text_of(json, "name"),
        .group = text_of(json, "group"),
        .verdict = verdict_of(json),
        .reason = text_of(json, "reason"),
        .score = score_of(json),
        .message = text_of(json, "message"),
        .passes = 1,
        .was_run = json_is_object(run),
    };
    if (!made->was_run)
        return;
    made->run.usage.cpu_us = number_of(run, "cpu_us");
    made->run.usage.wall_us = number_of(run, "wall_us");
    made->run.usage.memory_peak_bytes = number_of(run, "memory_peak_bytes");
}

bool resume_take(const struct resume *resume, const char *name, struct judge_submission *submission)
{
    const json_t *json = resume->lines ? json_object_get(resume->lines, name) : NULL;
    const json_t *cases = json_object_get(json, "cases");

    if (!json)
        return false;
    *submission = (struct judge_submission){
        .file = text_of(json, "file"),
        .language = text_of(json, "language"),
        .language_version = text_of(json, "language_version"),
        .verdict = verdict_of(json),
        .reason = text_of(json, "reason"),
        .score = score_of(json),
        .cpu_us = number_of(json, "cpu_us") > 0 ? number_of(json, "cpu_us") : 0,
        .memory_peak_bytes = number_of(json, "memory_peak_bytes"),
        .agrees = true,
    };
    submission->compile.messages = text_of(json_object_get(json, "compile"), "messages");
    submission->compile.was_run = json_is_object(json_object_get(json, "compile"));
    submission->compile.ok = json_is_true(json_object_get(json_object_get(json, "compile"), "ok"));
    submission->case_count = json_array_size(cases);
    submission->cases = allocate(submission->case_count * sizeof(*submission->cases));
    for (size_t i = 0; i < submission->case_count; i++)
        take_case(json_array_get(cases, i), &submission->cases[i]);
    return true;
}

int resume_add(const struct resume *resume, const struct judgement *judgement,
               const struct judge_submission *submission)
{
    char *line;
    size_t done = 0;
    size_t length;

    if (resume->fd < 0)
        return 0;
    line = judge_submission_json(judgement, submission);
    length = line ? strlen(line) : 0;
    while (done < length) {
        const ssize_t written = write(resume->fd, line + done, length - done);

        if (written < 0 && errno != EINTR)
            break;
        done += written > 0 ? (size_t)written : 0;
    }
    free(line);
    return length > 0 && done == length ? 0 : fail(resume, strerrordesc_np(errno));
}

void resume_close(struct resume *resume)
{
    if (resume->fd >= 0 && resume->path)
        (void)close(resume->fd);
    json_decref(resume->lines);
}
