/* SPDX-License-Identifier: MIT */
/* judgement_json.c - see judgement_json.h. */
#include "judgement_json.h"

#include "allocate.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1

/* How long the character is that starts here, or 0: these bytes are not UTF-8. */
static size_t character_length(const unsigned char *bytes, size_t size)
{
    static const struct {
        unsigned char mask;
        unsigned char lead;
        size_t length;
        uint32_t least;
    } kinds[] = {{0x80, 0x00, 1, 0},
                 {0xe0, 0xc0, 2, 0x80},
                 {0xf0, 0xe0, 3, 0x800},
                 {0xf8, 0xf0, 4, 0x10000}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        uint32_t code = bytes[0] & (unsigned char)~kinds[i].mask;

        if ((bytes[0] & kinds[i].mask) != kinds[i].lead || kinds[i].length > size)
            continue;
        for (size_t k = 1; k < kinds[i].length; k++) {
            if ((bytes[k] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (bytes[k] & 0x3f);
        }
        return code >= kinds[i].least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
                   ? kinds[i].length
                   : 0;
    }
    return 0;
}

/* What is not UTF-8 becomes U+FFFD. */
static json_t *bytes_json(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;
    char *clean = allocate(3 * size + 1);
    size_t length = 0;
    json_t *json;

    for (size_t i = 0; i < size;) {
        const size_t step = character_length(at + i, size - i);

        memcpy(clean + length, step ? bytes + i : "\xef\xbf\xbd", step ? step : 3);
        length += step ? step : 3;
        i += step ? step : 1;
    }
    json = json_stringn(clean, length);
    free(clean);
    return json;
}

static json_t *text_json(const char *text)
{
    return text ? bytes_json(text, strlen(text)) : json_null();
}

static json_t *score_json(const struct judge_score *score)
{
    return score->known && isfinite(score->points) ? json_real(score->points) : json_null();
}

/* The report of `run`, as the library writes it. */
static json_t *run_json(bool was_run, const struct dualpipe_result *result)
{
    char *text = NULL;
    json_t *json = NULL;
    ssize_t length;

    if (!was_run && result->error.errnum == 0)
        return json_null();
    length = dualpipe_report(result, DUALPIPE_FORMAT_JSON, &text);
    if (length >= 0) {
        json = json_loadb(text, (size_t)length, 0, NULL);
        free(text);
    }
    return json ? json : json_null();
}

static json_t *difference_json(const struct judge_difference *difference)
{
    if (difference->line == 0)
        return json_null();
    return json_pack("{s:I,s:I,s:I,s:o,s:o,s:o,s:o}", "line", (json_int_t)difference->line, "token",
                     (json_int_t)difference->token, "answer_line",
                     (json_int_t)difference->answer_line, "expected",
                     text_json(difference->expected), "found", text_json(difference->found),
                     "expected_line", text_json(difference->expected_line), "found_line",
                     text_json(difference->found_line));
}

static json_t *exchanges_json(const struct judge_case *made)
{
    json_t *list;

    if (made->exchange_count == 0)
        return json_null();
    list = json_array();
    for (size_t i = 0; i < made->exchange_count; i++) {
        const struct judge_exchange *exchange = &made->exchanges[i];

        json_array_append_new(list,
                              json_pack("{s:I,s:s,s:o}", "at_us", (json_int_t)exchange->at_us, "to",
                                        exchange->to_submission ? "submission" : "interactor",
                                        "text", bytes_json(exchange->text, exchange->text_size)));
    }
    return list;
}

static json_t *case_json(const struct judge_case *made)
{
    return json_pack(
        "{s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o,s:o,s:o,s:b}", "name", text_json(made->name),
        "group", text_json(made->group), "verdict", judge_verdict_name(made->verdict), "reason",
        text_json(made->reason), "run", run_json(made->was_run, &made->run), "score",
        score_json(&made->score), "message", text_json(made->message), "team_message",
        text_json(made->team_message), "difference", difference_json(&made->difference), "passes",
        (json_int_t)made->passes, "interactor", run_json(made->had_interactor, &made->interactor),
        "stderr", text_json(made->standard_error), "transcript", exchanges_json(made),
        "transcript_cut", made->exchanges_cut);
}

static json_t *compile_json(const struct judge_compile *compile)
{
    if (!compile->was_run)
        return json_null();
    return json_pack("{s:b,s:o,s:o,s:b,s:o}", "ok", compile->ok, "command",
                     text_json(compile->command), "messages", text_json(compile->messages),
                     "messages_cut", compile->messages_cut, "run", run_json(true, &compile->run));
}

static json_t *verdicts_json(uint32_t set)
{
    json_t *list;

    if (!set)
        return json_null();
    list = json_array();
    for (unsigned i = 0; i < JUDGE_VERDICT_COUNT; i++) {
        if (set & (UINT32_C(1) << i))
            json_array_append_new(list, json_string(judge_verdict_name((enum judge_verdict)i)));
    }
    return list;
}

static json_t *expected_json(const struct judge_submission *submission)
{
    const struct judge_expected *expected = &submission->expected;

    if (!expected->source)
        return json_null();
    return json_pack(
        "{s:o,s:o,s:o,s:o,s:b,s:o}", "source", text_json(expected->source), "permitted",
        verdicts_json(expected->permitted), "required", verdicts_json(expected->required), "score",
        expected->has_score ? json_pack("[f,f]", expected->score_low, expected->score_high)
                            : json_null(),
        "agrees", submission->agrees, "disagreement", text_json(submission->disagreement));
}

static json_t *groups_json(const struct judge_submission *submission)
{
    json_t *list = json_array();

    for (size_t i = 0; i < submission->group_count; i++) {
        const struct judge_group *group = &submission->groups[i];

        json_array_append_new(list, json_pack("{s:o,s:s,s:o,s:o}", "name", text_json(group->name),
                                              "verdict", judge_verdict_name(group->verdict),
                                              "score", score_json(&group->score), "max_score",
                                              score_json(&group->max_score)));
    }
    return list;
}

static json_t *submission_json(const struct judge_submission *submission)
{
    json_t *cases = json_array();
    const bool knows_memory = submission->memory_peak_bytes >= 0;

    for (size_t i = 0; i < submission->case_count; i++)
        json_array_append_new(cases, case_json(&submission->cases[i]));
    return json_pack("{s:o,s:b,s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o}", "file",
                     text_json(submission->file), "is_data", submission->is_data, "language",
                     text_json(submission->language), "language_version",
                     text_json(submission->language_version), "verdict",
                     judge_verdict_name(submission->verdict), "reason",
                     text_json(submission->reason), "score", score_json(&submission->score),
                     "compile", compile_json(&submission->compile), "expected",
                     expected_json(submission), "groups", groups_json(submission), "cases", cases,
                     "cpu_us", (json_int_t)submission->cpu_us, "memory_peak_bytes",
                     knows_memory ? json_integer(submission->memory_peak_bytes) : json_null());
}

static json_t *kinds_json(unsigned kind)
{
    static const struct {
        unsigned kind;
        const char *name;
    } kinds[] = {{JUDGE_INTERACTIVE, "interactive"},
                 {JUDGE_MULTI_PASS, "multi-pass"},
                 {JUDGE_SUBMIT_ANSWER, "submit-answer"}};
    json_t *list = json_array();

    json_array_append_new(list, json_string(kind & JUDGE_SCORING ? "scoring" : "pass-fail"));
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kind & kinds[i].kind)
            json_array_append_new(list, json_string(kinds[i].name));
    }
    return list;
}

static json_t *limit_json(int64_t limit)
{
    return limit > 0 ? json_integer(limit) : json_null();
}

static json_t *problem_json(const struct judge_problem *problem)
{
    json_t *warnings = json_array();

    for (size_t i = 0; i < problem->warning_count; i++)
        json_array_append_new(warnings, text_json(problem->warnings[i]));
    return json_pack("{s:o,s:o,s:o,s:o,s:{s:o,s:o,s:o,s:o},s:o,s:o}", "path",
                     text_json(problem->path), "name", text_json(problem->name), "format",
                     text_json(problem->format), "type", kinds_json(problem->kind), "limits",
                     "cpu_us", limit_json(problem->limits.cpu_us), "wall_us",
                     limit_json(problem->limits.wall_us), "memory_bytes",
                     limit_json(problem->limits.memory_bytes), "output_bytes",
                     limit_json(problem->limits.output_bytes), "max_score",
                     score_json(&problem->max_score), "warnings", warnings);
}

static char *written(json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    char *line = text ? text_print("%s\n", text) : NULL;

    free(text);
    json_decref(json);
    return line;
}

char *judgement_json(const struct judgement *judgement)
{
    json_t *submissions = json_array();

    for (size_t i = 0; i < judgement->submission_count; i++)
        json_array_append_new(submissions, submission_json(&judgement->submissions[i]));
    return written(json_pack("{s:i,s:o,s:o,s:o}", "schema", SCHEMA, "problem",
                             problem_json(&judgement->problem), "submissions", submissions, "error",
                             text_json(judgement->error)));
}

char *judge_submission_json(const struct judgement *judgement,
                            const struct judge_submission *submission)
{
    json_t *json = submission_json(submission);

    if (json)
        json_object_set_new(json, "problem", text_json(judgement->problem.name));
    return written(json);
}
