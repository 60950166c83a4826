/* SPDX-License-Identifier: MIT */
/* resume.c - see resume.h. */
#include "resume.h"

#include "lines.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

/* What every result starts with: a line that was cut short is told from a file
 * of another kind by it. */
#define RESULT_START "{\"id\":"

static int note_result(struct resume *resume, const json_t *result)
{
    const json_t *id = json_object_get(result, "id");
    const json_t *repeat = json_object_get(result, "repeat");
    const json_t *line = json_object_get(result, "line");
    const char *verdict = json_string_value(json_object_get(result, "verdict"));
    struct job_key key = {.number = (uint64_t)json_integer_value(line)};

    if (!id || !verdict || !json_is_integer(line))
        return -EBADMSG;
    if (json_is_string(id)) {
        key.id = json_string_value(id);
        key.id_size = json_string_length(id);
        key.number = json_is_integer(repeat) ? (uint64_t)json_integer_value(repeat) : 1;
    }
    resume->results++;
    if (strcmp(verdict, "internal-error") == 0 || strcmp(verdict, "cancelled") == 0)
        resume->faults++;
    return ids_add(&resume->done, &key) > 0 ? 0 : -ENOMEM;
}

static int note_line(struct resume *resume, const struct line *line, size_t number)
{
    json_t *result;
    int status = -EBADMSG;

    if (line->size >= strlen(RESULT_START) &&
        memcmp(line->text, RESULT_START, strlen(RESULT_START)) == 0) {
        result = json_loadb(line->text, line->size, JSON_ALLOW_NUL, NULL);
        if (result)
            status = note_result(resume, result);
        json_decref(result);
    }
    if (status == -EBADMSG)
        resume->wrong_line = number;
    return status;
}

/* A last line without its end: only what could become a result is cut off. */
static int note_torn_line(struct resume *resume, const struct line *line, size_t number)
{
    size_t length = strlen(RESULT_START);

    if (memcmp(line->text, RESULT_START, line->size < length ? line->size : length) != 0) {
        resume->wrong_line = number;
        return -EBADMSG;
    }
    resume->cut_bytes = (int64_t)line->size;
    return 0;
}

static int read_all(struct resume *resume, struct lines *lines)
{
    for (;;) {
        struct line line;
        int status = 0;

        switch (lines_next(lines, &line)) {
        case LINE_NONE:
            status = lines_read(lines);
            break;
        case LINE_THERE:
            status = line.is_whole ? note_line(resume, &line, lines->number)
                                   : note_torn_line(resume, &line, lines->number);
            break;
        case LINE_TOO_LONG:
            resume->wrong_line = lines->number;
            return -EBADMSG;
        case LINE_END:
            return 0;
        }
        if (status < 0)
            return status;
    }
}

int resume_read(struct resume *resume, int fd)
{
    struct lines lines;
    off_t size;
    int status;

    if (lseek(fd, 0, SEEK_SET) < 0)
        return -errno;
    lines_init(&lines, fd, RESULT_BYTES_MAX);
    status = read_all(resume, &lines);
    lines_release(&lines);
    if (status < 0)
        return status;
    size = lseek(fd, 0, SEEK_END);
    if (size < 0)
        return -errno;
    if (resume->cut_bytes == 0)
        return 0;
    size -= resume->cut_bytes;
    return ftruncate(fd, size) < 0 || lseek(fd, size, SEEK_SET) < 0 ? -errno : 0;
}

void resume_release(struct resume *resume)
{
    ids_release(&resume->done);
}
