/* SPDX-License-Identifier: MIT */
/*
 * judge_outputs - write a made-up judgement out in one form, for
 * judge_outputs_test.py to look at:
 *
 *     judge_outputs html|junit|csv|table|terminal|progress [SET]
 *
 * SET is "hostile" (the default: all that a target can choose is an attack),
 * "plain" (one submission, many cases), "failed" (nothing could be judged), or
 * "expected" (a package's own submissions).
 */
#include "escape.h"
#include "judgement.h"
#include "progress.h"
#include "report_csv.h"
#include "report_html.h"
#include "report_junit.h"
#include "report_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each way out of a text that I know of, in one. */
static char attack[] = "</script><script>document.title='owned'</script>"
                       "<img src=x onerror=\"document.title='owned'\">"
                       "\" onload=\"document.title='owned'\" ' --> ]]> &lt;"
                       "</title></style></pre></svg></details>"
                       "<svg onload=document.title='owned'>"
                       "\033[31mred\033]0;title\007 \x01\x7f\x80\xff\xed\xa0\x80 \xe2\x80\xae"
                       "right to left \xef\xbf\xbe \xc2\x85 javascript:alert(1)";
static char formula[] = "=HYPERLINK(\"http://example.invalid\",\"x\")";
static char wide_name[] = "\xe6\xbc\xa2\xe5\xad\x97/\xc3\xa9t\xc3\xa9.py";

static struct dualpipe_result run_of(int64_t cpu_us, int64_t memory_bytes)
{
    struct dualpipe_result run = {.verdict = DUALPIPE_OK, .has_status = true};

    run.usage.cpu_us = cpu_us;
    run.usage.wall_us = cpu_us + 1000;
    run.usage.memory_peak_bytes = memory_bytes;
    return run;
}

static struct judge_case hostile_cases[4];
static struct judge_exchange hostile_talk[3];

static void fill_hostile_cases(void)
{
    hostile_talk[0] =
        (struct judge_exchange){.at_us = 1200, .text = attack, .text_size = strlen(attack)};
    hostile_talk[1] = (struct judge_exchange){
        .at_us = 1300, .to_submission = true, .text = (char *)"a\0b\n", .text_size = 4};
    hostile_talk[2] =
        (struct judge_exchange){.at_us = 1400, .text = (char *)"1\n2\n", .text_size = 4};
    hostile_cases[0] = (struct judge_case){.name = (char *)"sample/1",
                                           .verdict = JUDGE_ACCEPTED,
                                           .was_run = true,
                                           .run = run_of(12000, 3 << 20),
                                           .passes = 1,
                                           .exchanges = hostile_talk,
                                           .exchange_count = COUNT(hostile_talk),
                                           .exchanges_cut = true};
    hostile_cases[1] = (struct judge_case){.name = attack,
                                           .verdict = JUDGE_WRONG_ANSWER,
                                           .reason = attack,
                                           .was_run = true,
                                           .run = run_of(900000, 200 << 20),
                                           .passes = 2,
                                           .message = attack,
                                           .team_message = attack,
                                           .standard_error = attack,
                                           .score = {.known = true, .points = 12.5},
                                           .difference = {.line = 3,
                                                          .token = 2,
                                                          .answer_line = 3,
                                                          .expected = (char *)"20",
                                                          .found = (char *)"<b>21</b>",
                                                          .expected_line = (char *)"10 20 30",
                                                          .found_line = (char *)"10 <b>21</b> 30"}};
    hostile_cases[2] = (struct judge_case){.name = (char *)"secret/blanks",
                                           .verdict = JUDGE_WRONG_ANSWER,
                                           .was_run = true,
                                           .reason = (char *)"line 1: the white space differs",
                                           .run = run_of(0, 0),
                                           .difference = {.line = 1,
                                                          .answer_line = 1,
                                                          .expected_line = (char *)"\xc3\xa9 b",
                                                          .found_line = (char *)"\xc3\xa9\tb"}};
    hostile_cases[3] = (struct judge_case){.name = (char *)"secret/skipped"};
    (void)snprintf(hostile_cases[1].run.refused_text, sizeof(hostile_cases[1].run.refused_text),
                   "%s", "ptrace(<b>0</b>)");
}

static struct judge_submission hostile_submissions[5];

static struct judgement hostile(void)
{
    static char *warnings[] = {attack};

    fill_hostile_cases();
    hostile_submissions[0] = (struct judge_submission){.file = attack,
                                                       .language = attack,
                                                       .language_version = attack,
                                                       .verdict = JUDGE_WRONG_ANSWER,
                                                       .reason = attack,
                                                       .cpu_us = 900000,
                                                       .memory_peak_bytes = 200 << 20,
                                                       .score = {.known = true, .points = 12.5},
                                                       .cases = hostile_cases,
                                                       .case_count = COUNT(hostile_cases),
                                                       .agrees = true};
    hostile_submissions[1] = (struct judge_submission){
        .file = formula,
        .language = (char *)"c++",
        .verdict = JUDGE_COMPILE_ERROR,
        .reason = (char *)"the compiler ended with 1",
        .agrees = true,
        .compile = {.was_run = true, .command = attack, .messages = attack, .messages_cut = true}};
    hostile_submissions[2] = (struct judge_submission){.file = wide_name,
                                                       .language = (char *)"python3",
                                                       .verdict = JUDGE_SKIPPED,
                                                       .reason = (char *)"python3 is not installed",
                                                       .agrees = true};
    hostile_submissions[3] = (struct judge_submission){
        .file = (char *)"-rf",
        .verdict = JUDGE_JUDGE_ERROR,
        .agrees = true,
        .reason = (char *)"the validator ended with \"0\", not 42 or 43\nand more"};
    hostile_submissions[4] = (struct judge_submission){.agrees = true};
    return (struct judgement){
        .problem = {.path = attack,
                    .name = attack,
                    .format = attack,
                    .kind = JUDGE_SCORING | JUDGE_INTERACTIVE,
                    .limits = {.cpu_us = 1000000, .memory_bytes = 256 << 20},
                    .max_score = {.known = true, .points = 100},
                    .warnings = warnings,
                    .warning_count = 1},
        .submissions = hostile_submissions,
        .submission_count = COUNT(hostile_submissions),
    };
}

static struct judge_case plain_cases[40];
static char plain_names[COUNT(plain_cases)][32];
static struct judge_submission plain_submission;

static void fill_plain_case(size_t i)
{
    struct judge_case *one = &plain_cases[i];

    (void)snprintf(plain_names[i], sizeof(plain_names[i]), "secret/%02zu-%s", i,
                   i < 20 ? "random" : "large");
    *one = (struct judge_case){
        .name = plain_names[i],
        .verdict = JUDGE_ACCEPTED,
        .was_run = true,
        .run = run_of(3000 + (int64_t)(i * i) * 700, (3 << 20) + (int64_t)i * 65536)};
    if (i == 17) {
        one->verdict = JUDGE_WRONG_ANSWER;
        one->reason = (char *)"line 2, token 3: expected \"14\", found \"15\"";
        one->message = (char *)"The third number is too large.\n";
        one->difference = (struct judge_difference){.line = 2,
                                                    .token = 3,
                                                    .answer_line = 2,
                                                    .expected = (char *)"14",
                                                    .found = (char *)"15",
                                                    .expected_line = (char *)"12 13 14 15 16",
                                                    .found_line = (char *)"12 13 15 15 16"};
    }
    if (i == 38) {
        one->verdict = JUDGE_TIME_LIMIT;
        one->reason = (char *)"used 1.012 s of 1.000 s CPU time";
    }
    if (i == 39) {
        *one = (struct judge_case){.name = plain_names[i]};
    }
}

static struct judgement plain(void)
{
    size_t i;

    for (i = 0; i < COUNT(plain_cases); i++)
        fill_plain_case(i);
    plain_submission = (struct judge_submission){
        .file = (char *)"submissions/sorts_slowly.cpp",
        .language = (char *)"c++",
        .language_version = (char *)"g++ 12.2.0",
        .verdict = JUDGE_WRONG_ANSWER,
        .reason = (char *)"secret/17-random: line 2, token 3: expected \"14\", found \"15\"",
        .cpu_us = 1012000,
        .memory_peak_bytes = 6 << 20,
        .cases = plain_cases,
        .case_count = COUNT(plain_cases),
        .agrees = true,
        .compile = {.was_run = true,
                    .ok = true,
                    .command = (char *)"g++ -O2 -o program sorts_slowly.cpp",
                    .messages = (char *)"sorts_slowly.cpp:12:9: warning: unused variable 'n'\n"}};
    return (struct judgement){
        .problem = {.path = (char *)"sorting",
                    .name = (char *)"Sorting Numbers",
                    .format = (char *)"2025-09",
                    .limits = {.cpu_us = 1000000, .memory_bytes = 256 << 20}},
        .submissions = &plain_submission,
        .submission_count = 1,
    };
}

static struct judgement failed(void)
{
    return (struct judgement){
        .problem = {.path = (char *)"broken", .format = NULL},
        .error = (char *)"broken/problem.yaml:3: <unknown> key \"nmae\"",
    };
}

static struct judge_submission expected_submissions[3];

static struct judgement expected(void)
{
    struct judgement judgement = plain();

    expected_submissions[0] = plain_submission;
    expected_submissions[0].expected =
        (struct judge_expected){.source = (char *)"wrong_answer",
                                .permitted = 1u << JUDGE_ACCEPTED | 1u << JUDGE_WRONG_ANSWER,
                                .required = 1u << JUDGE_WRONG_ANSWER};
    expected_submissions[0].agrees = false;
    expected_submissions[0].disagreement =
        (char *)"secret/38-large has time-limit, which wrong_answer does not permit";
    expected_submissions[1] = (struct judge_submission){
        .file = (char *)"accepted/x.c",
        .verdict = JUDGE_ACCEPTED,
        .agrees = true,
        .expected = {.source = (char *)"accepted", .permitted = 1u << JUDGE_ACCEPTED},
        .cases = plain_cases,
        .case_count = 10};
    expected_submissions[2] = (struct judge_submission){
        .file = (char *)"accepted/x.rs",
        .verdict = JUDGE_SKIPPED,
        .agrees = true,
        .reason = (char *)"rustc is not installed",
        .expected = {.source = (char *)"accepted", .permitted = 1u << JUDGE_ACCEPTED}};
    judgement.submissions = expected_submissions;
    judgement.submission_count = COUNT(expected_submissions);
    return judgement;
}

/* A progress line, twice, then gone; on standard error. */
static int show_progress(void)
{
    struct progress progress;
    struct progress_state state = {
        .submission = attack, .submission_number = 2, .submission_count = 3, .case_count = 10};

    progress_start(&progress, STDERR_FILENO, false);
    progress_show(&progress, &state);
    progress_clear(&progress);
    state.case_number = 5;
    state.accepted = 4;
    progress_show(&progress, &state);
    progress_clear(&progress);
    return 0;
}

static int write_form(const char *form, const struct judgement *judgement, struct sheet *sheet)
{
    struct style style = {0};

    if (strcmp(form, "html") == 0)
        return report_html(judgement, sheet);
    if (strcmp(form, "junit") == 0)
        return report_junit(judgement, sheet);
    if (strcmp(form, "csv") == 0)
        return report_csv(judgement, "student", sheet);
    if (strcmp(form, "table") == 0)
        return report_table(judgement, &style, true, sheet);
    if (strcmp(form, "terminal") == 0) {
        style = style_of(STDOUT_FILENO);
        return report_table(judgement, &style, true, sheet);
    }
    return -1;
}

int main(int argc, char **argv)
{
    const char *set = argc > 2 ? argv[2] : "hostile";
    struct judgement judgement;
    struct sheet sheet = {0};
    int status;

    if (argc < 2)
        return 2;
    if (strcmp(argv[1], "progress") == 0)
        return show_progress();
    judgement = strcmp(set, "plain") == 0      ? plain()
                : strcmp(set, "failed") == 0   ? failed()
                : strcmp(set, "expected") == 0 ? expected()
                                               : hostile();
    status = write_form(argv[1], &judgement, &sheet);
    if (status < 0 || fwrite(sheet.text, 1, sheet.length, stdout) != sheet.length)
        return 1;
    sheet_release(&sheet);
    return 0;
}
