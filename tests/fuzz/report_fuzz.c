/* SPDX-License-Identifier: MIT */
/* report_fuzz.c - libFuzzer on what writes reports: whatever a result holds, the JSON
 * is one line that parses, and the meta file is lines of KEY:VALUE. */
#include "fuzz.h"

#include "dualpipe.h"

#include <ctype.h>
#include <jansson.h>

/* Members that only have some values: no bytes of a target's get there. */
static void take_result(struct fuzz_bytes *bytes, struct dualpipe_result *result)
{
    static const char *const sources[] = {NULL, "rusage", "cgroup2", "procfs"};
    const uint8_t flags = fuzz_byte(bytes);
    const uint8_t words = fuzz_byte(bytes);

    fuzz_take(bytes, (char *)result + sizeof(result->size), sizeof(*result) - sizeof(result->size));
    result->size = 0;
    memset(&result->has_status, flags & 1, 1);
    memset(&result->output_truncated, flags >> 1 & 1, 1);
    memset(&result->idle, flags >> 2 & 1, 1);
    memset(&result->attested, flags >> 3 & 1, 1);
    memset(&result->exec_once, flags >> 4 & 1, 1);
    memset(&result->error.retryable, flags >> 5 & 1, 1);
    result->verdict = (enum dualpipe_verdict)(words % (DUALPIPE_VERDICT_COUNT + 1));
    result->cpu_source = sources[1 + (words & 1)];
    result->memory_source = sources[words >> 1 & 3];
}

static void check_json(const struct dualpipe_result *result)
{
    char *text = NULL;
    const ssize_t length = dualpipe_report(result, DUALPIPE_FORMAT_JSON, &text);
    json_t *json;

    MUST(length > 0 && text[length - 1] == '\n' && strlen(text) == (size_t)length);
    for (ssize_t i = 0; i < length - 1; i++)
        MUST((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
    json = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
    MUST(json_is_object(json));
    MUST(json_is_string(json_object_get(json, "verdict")));
    MUST(json_integer_value(json_object_get(json, "schema")) == 1);
    json_decref(json);
    free(text);
}

static void check_meta(const struct dualpipe_result *result)
{
    char *text = NULL;
    char *rest;
    char *line;

    MUST(dualpipe_report(result, DUALPIPE_FORMAT_META, &text) >= 0);
    rest = text;
    while ((line = strsep(&rest, "\n")) && rest) {
        const size_t key = strspn(line, "abcdefghijklmnopqrstuvwxyz-");

        MUST(key > 0 && line[key] == ':');
        for (; *line; line++)
            MUST((unsigned char)*line >= 0x20 && *line != 0x7f);
    }
    MUST(!line || !*line);
    free(text);
}

/* A text that holds no NUL must not be read beyond its array. */
static void check_error(const struct dualpipe_error *error)
{
    char text[64];

    MUST(dualpipe_error_text(error, text, sizeof(text)) == text);
    MUST(strnlen(text, sizeof(text)) < sizeof(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    struct dualpipe_result *result = calloc(1, sizeof(*result));

    MUST(result);
    take_result(&bytes, result);
    check_json(result);
    check_meta(result);
    check_error(&result->error);
    free(result);
    return 0;
}
