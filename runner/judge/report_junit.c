/* SPDX-License-Identifier: MIT */
/* report_junit.c - a judgement as the XML of JUnit, which CI systems read. */
#include "report_junit.h"
#include "escape.h"
#include "figures.h"

#include <inttypes.h>
#include <stdio.h>

/* One test, of whatever. */
struct test {
    const char *suite;
    const char *name;
    enum judge_verdict verdict;
    const char *reason;
    const char *details;
    int64_t cpu_us;
    bool is_failure;
};

struct counts {
    size_t tests;
    size_t failures;
    size_t errors;
    size_t skipped;
    int64_t cpu_us;
};

static const char *problem_name(const struct judgement *judgement)
{
    return judgement->problem.name ? judgement->problem.name : judgement->problem.path;
}

static struct test test_of_case(const struct judge_submission *submission,
                                const struct judge_case *one)
{
    return (struct test){
        .suite = submission->file,
        .name = one->name,
        .verdict = one->verdict,
        .reason = one->reason,
        .details = one->message ? one->message : one->standard_error,
        .cpu_us = one->was_run ? one->run.usage.cpu_us : 0,
        .is_failure = one->verdict != JUDGE_ACCEPTED,
    };
}

/* Of a submission that is a test as a whole. */
static struct test test_of_whole(const struct judge_submission *submission)
{
    bool is_judged = is_expected(submission);

    return (struct test){
        .suite = submission->file,
        .name = is_judged ? "as expected" : "compile",
        .verdict = submission->verdict,
        .reason = submission->agrees ? submission->reason : submission->disagreement,
        .details = submission->compile.ok ? NULL : submission->compile.messages,
        .cpu_us = submission->cpu_us,
        .is_failure = is_judged ? !submission->agrees : submission->verdict != JUDGE_ACCEPTED,
    };
}

static bool is_one_test(const struct judge_submission *submission)
{
    return is_expected(submission) || submission->case_count == 0;
}

static size_t test_count(const struct judge_submission *submission)
{
    return is_one_test(submission) ? 1 : submission->case_count;
}

static struct test test_at(const struct judge_submission *submission, size_t index)
{
    return is_one_test(submission) ? test_of_whole(submission)
                                   : test_of_case(submission, &submission->cases[index]);
}

static void count_tests(const struct judge_submission *submission, struct counts *counts)
{
    size_t i;

    for (i = 0; i < test_count(submission); i++) {
        struct test test = test_at(submission, i);

        counts->tests++;
        counts->cpu_us += test.cpu_us > 0 ? test.cpu_us : 0;
        if (test.verdict == JUDGE_SKIPPED)
            counts->skipped++;
        else if (test.is_failure && test.verdict == JUDGE_JUDGE_ERROR)
            counts->errors++;
        else if (test.is_failure)
            counts->failures++;
    }
}

static void add_attribute(struct sheet *sheet, const char *name, const char *text)
{
    sheet_print(sheet, " %s=\"", name);
    escape_markup(sheet, text);
    sheet_add(sheet, "\"");
}

static void add_time(struct sheet *sheet, int64_t us)
{
    us = us > 0 ? us : 0;
    sheet_print(sheet, " time=\"%" PRId64 ".%06" PRId64 "\"", us / 1000000, us % 1000000);
}

static void add_counts(struct sheet *sheet, const struct counts *counts)
{
    sheet_print(sheet, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
                counts->tests, counts->failures, counts->errors, counts->skipped);
    add_time(sheet, counts->cpu_us);
    sheet_add(sheet, ">\n");
}

static void add_ending(struct sheet *sheet, const struct test *test)
{
    const char *tag = test->verdict == JUDGE_JUDGE_ERROR ? "error" : "failure";

    if (test->verdict == JUDGE_SKIPPED) {
        sheet_add(sheet, "      <skipped");
        add_attribute(sheet, "message", test->reason);
        sheet_add(sheet, "/>\n");
    } else if (test->is_failure) {
        sheet_print(sheet, "      <%s", tag);
        add_attribute(sheet, "type", judge_verdict_name(test->verdict));
        add_attribute(sheet, "message", test->reason);
        sheet_add(sheet, ">");
        escape_markup(sheet, test->details);
        sheet_print(sheet, "</%s>\n", tag);
    }
}

static void add_test(struct sheet *sheet, const struct test *test)
{
    sheet_add(sheet, "    <testcase");
    add_attribute(sheet, "classname", test->suite);
    add_attribute(sheet, "name", test->name);
    add_time(sheet, test->cpu_us);
    sheet_add(sheet, ">\n");
    add_ending(sheet, test);
    sheet_add(sheet, "    </testcase>\n");
}

static void add_suite(struct sheet *sheet, const struct judge_submission *submission)
{
    struct counts counts = {0};
    size_t i;

    count_tests(submission, &counts);
    sheet_add(sheet, "  <testsuite");
    add_attribute(sheet, "name", submission->file);
    add_counts(sheet, &counts);
    sheet_add(sheet, "    <properties>\n      <property name=\"verdict\"");
    add_attribute(sheet, "value", judge_verdict_name(submission->verdict));
    sheet_add(sheet, "/>\n      <property name=\"language\"");
    add_attribute(sheet, "value", submission->language);
    sheet_add(sheet, "/>\n    </properties>\n");
    for (i = 0; i < test_count(submission); i++) {
        struct test test = test_at(submission, i);

        add_test(sheet, &test);
    }
    sheet_add(sheet, "  </testsuite>\n");
}

/* Nothing could be judged: that must not look like a run without failures. */
static void add_failed_whole(struct sheet *sheet, const struct judgement *judgement)
{
    struct counts counts = {.tests = 1, .errors = 1};
    struct test test = {
        .suite = problem_name(judgement),
        .name = "problem",
        .verdict = JUDGE_JUDGE_ERROR,
        .reason = judgement->error,
        .is_failure = true,
    };

    sheet_add(sheet, "  <testsuite");
    add_attribute(sheet, "name", problem_name(judgement));
    add_counts(sheet, &counts);
    add_test(sheet, &test);
    sheet_add(sheet, "  </testsuite>\n");
}

int report_junit(const struct judgement *judgement, struct sheet *sheet)
{
    struct counts counts = {0};
    size_t i;

    for (i = 0; i < judgement->submission_count; i++)
        count_tests(&judgement->submissions[i], &counts);
    if (judgement->error) {
        counts.tests++;
        counts.errors++;
    }
    sheet_add(sheet, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_attribute(sheet, "name", problem_name(judgement));
    add_counts(sheet, &counts);
    for (i = 0; i < judgement->submission_count; i++)
        add_suite(sheet, &judgement->submissions[i]);
    if (judgement->error)
        add_failed_whole(sheet, judgement);
    sheet_add(sheet, "</testsuites>\n");
    return sheet_status(sheet);
}
