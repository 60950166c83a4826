/* SPDX-License-Identifier: MIT */
/*
 * grade_submissions.c - run untrusted programs over test cases, print a table.
 *
 * Usage: grade_submissions FOLDER
 *
 *     FOLDER/expected         lines "NAME VERDICT": what is to be graded, and
 *                             the verdict it must get; # starts a comment
 *     FOLDER/submissions/NAME a program
 *     FOLDER/cases/1.in ...   what a program reads, numbered from 1
 *     FOLDER/cases/1.ans ...  what it must print
 *
 * Each program runs once for each case, in a new box each time, until a case
 * goes wrong. A verdict is "accepted", "wrong-answer", or what DualPipe says of
 * a run that did not end well. White space at the end of lines and of the
 * output does not matter.
 *
 * Exit status: 0, each submission got the verdict it must get; 1, one did not;
 * 2, FOLDER cannot be read.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dualpipe.h"

#define PATH_SIZE 4096
#define CASES_MAX 100
#define OUTPUT_BYTES DUALPIPE_MEBIBYTES(1)

/* Whatever a submission tries, this is all it can take. */
static const struct dualpipe_limits limits = {
    .cpu_us = DUALPIPE_SECONDS(1),
    .wall_us = DUALPIPE_SECONDS(5),
    .memory_bytes = DUALPIPE_MEBIBYTES(64),
    .output_bytes = OUTPUT_BYTES,
};

/* Some bytes, not NUL-terminated. */
struct text {
    char *bytes;
    size_t size;
};

struct test_case {
    struct text input;
    struct text answer;
};

struct grader {
    const char *folder;
    struct dualpipe_policy *policy;
    struct test_case cases[CASES_MAX];
    unsigned case_count;
    char *output; /* of the run at hand, OUTPUT_BYTES */
};

/* What is said about one submission. */
struct grade {
    const char *verdict;
    unsigned test_case;   /* that went wrong, counted from 1, or 0 */
    int64_t cpu_us;       /* of the run that took most */
    int64_t memory_bytes; /* likewise, or DUALPIPE_UNKNOWN */
    char reason[sizeof(((struct dualpipe_result *)NULL)->reason)];
};

/* Read a whole file. Returns 0 and the text, whose bytes are the caller's to
 * free, or a negative errno value. */
static int read_file(const char *path, struct text *text)
{
    FILE *file = fopen(path, "r");
    char *bytes = NULL;
    size_t size = 0, room = 0;
    int status = 0;

    if (!file)
        return -errno;
    do {
        if (size == room) {
            char *larger = realloc(bytes, room = 2 * room + 65536);

            if (!larger) {
                status = -ENOMEM;
                break;
            }
            bytes = larger;
        }
        size += fread(bytes + size, 1, room - size, file);
    } while (!feof(file) && !ferror(file));
    if (status == 0 && ferror(file))
        status = -EIO;
    fclose(file);
    if (status < 0)
        free(bytes);
    else
        *text = (struct text){bytes, size};
    return status;
}

static int read_case_file(const char *folder, unsigned number, const char *kind, struct text *text)
{
    char path[PATH_SIZE];
    int status;

    snprintf(path, sizeof(path), "%s/cases/%u.%s", folder, number, kind);
    status = read_file(path, text);
    if (status < 0 && !(status == -ENOENT && number > 1))
        fprintf(stderr, "grade_submissions: cannot read %s: %s\n", path, strerror(-status));
    return status;
}

/* Read cases 1, 2, 3 and so on, up to the last there is. */
static int read_cases(struct grader *grader)
{
    for (unsigned number = 1; number <= CASES_MAX; number++) {
        struct test_case *test_case = &grader->cases[number - 1];
        int status = read_case_file(grader->folder, number, "in", &test_case->input);

        if (status == -ENOENT && number > 1)
            break;
        if (status < 0)
            return status;
        grader->case_count = number;
        status = read_case_file(grader->folder, number, "ans", &test_case->answer);
        if (status < 0)
            return status;
    }
    return 0;
}

/* Take the first line off a text. Returns it without the white space at its end. */
static struct text take_line(struct text *rest)
{
    const char *newline = memchr(rest->bytes, '\n', rest->size);
    size_t taken = newline ? (size_t)(newline - rest->bytes) + 1 : rest->size;
    struct text line = {rest->bytes, taken};

    rest->bytes += taken;
    rest->size -= taken;
    while (line.size > 0 && isspace((unsigned char)line.bytes[line.size - 1]))
        line.size--;
    return line;
}

/* Put the start of a line in quotation marks. It is a submission's own text, so
 * nothing of it may reach the terminal but plain letters. */
static const char *quote(struct text line, char quoted[24])
{
    char *next = quoted;

    *next++ = '"';
    for (size_t i = 0; i < line.size && i < 16; i++)
        *next++ = isprint((unsigned char)line.bytes[i]) ? line.bytes[i] : '?';
    snprintf(next, 6, "%s\"", line.size > 16 ? "..." : "");
    return quoted;
}

/* Compare line by line. Returns whether they are the same, else the reason why not. */
static bool is_answer(struct text output, struct text answer, char *reason, size_t size)
{
    char found[24], wanted[24];

    for (unsigned number = 1; output.size > 0 || answer.size > 0; number++) {
        struct text output_line = take_line(&output);
        struct text answer_line = take_line(&answer);

        if (output_line.size != answer_line.size ||
            memcmp(output_line.bytes, answer_line.bytes, answer_line.size) != 0) {
            snprintf(reason, size, "line %u is %s and should be %s", number,
                     quote(output_line, found), quote(answer_line, wanted));
            return false;
        }
    }
    return true;
}

static int64_t larger(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

/* Run a program over one case and enter what came of it. Returns whether all is
 * well so far. */
static bool grade_case(const struct grader *grader, const char *program,
                       const struct test_case *test_case, struct grade *grade)
{
    const char *const argv[] = {program, NULL};
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    const struct dualpipe_job job = {
        .argv = argv,
        .policy = grader->policy,
        .limits = limits,
        .standard_input = {.route = DUALPIPE_ROUTE_BUFFER,
                           .buffer = test_case->input.bytes,
                           .buffer_size = test_case->input.size},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = grader->output,
                            .buffer_size = OUTPUT_BYTES},
        .on_refusal = DUALPIPE_ON_REFUSAL_KILL,
    };

    if (dualpipe_run(&job, &result, &error) < 0) { /* our fault, not the submission's */
        grade->verdict = dualpipe_verdict_name(DUALPIPE_INTERNAL_ERROR);
        dualpipe_error_text(&error, grade->reason, sizeof(grade->reason));
        return false;
    }
    grade->cpu_us = larger(grade->cpu_us, result.usage.cpu_us);
    grade->memory_bytes = larger(grade->memory_bytes, result.usage.memory_peak_bytes);
    if (result.verdict != DUALPIPE_OK) {
        grade->verdict = dualpipe_verdict_name(result.verdict);
        snprintf(grade->reason, sizeof(grade->reason), "%s", result.reason);
        return false;
    }
    if (!is_answer((struct text){grader->output, (size_t)result.usage.stdout_bytes},
                   test_case->answer, grade->reason, sizeof(grade->reason))) {
        grade->verdict = "wrong-answer";
        return false;
    }
    return true;
}

static struct grade grade_submission(const struct grader *grader, const char *name)
{
    struct grade grade = {.verdict = "accepted", .memory_bytes = DUALPIPE_UNKNOWN};
    char program[PATH_SIZE];

    snprintf(program, sizeof(program), "%s/submissions/%s", grader->folder, name);
    for (unsigned i = 0; i < grader->case_count; i++) {
        if (!grade_case(grader, program, &grader->cases[i], &grade)) {
            grade.test_case = i + 1;
            break;
        }
    }
    return grade;
}

static void print_heading(const struct grader *grader)
{
    printf("%u test cases; limits: %.1f s of CPU, %.1f s in all, %.0f MiB, %.0f MiB of output\n\n",
           grader->case_count, (double)limits.cpu_us / 1e6, (double)limits.wall_us / 1e6,
           (double)limits.memory_bytes / (double)DUALPIPE_MEBIBYTES(1),
           (double)limits.output_bytes / (double)DUALPIPE_MEBIBYTES(1));
    printf("%-14s %-13s %4s %9s %10s  %s\n", "submission", "verdict", "case", "CPU", "memory",
           "reason");
}

static void print_grade(const char *name, const struct grade *grade, const char *expected)
{
    char test_case[12] = "";

    if (grade->test_case > 0)
        snprintf(test_case, sizeof(test_case), "%u", grade->test_case);
    printf("%-14s %-13s %4s %7.3f s", name, grade->verdict, test_case, (double)grade->cpu_us / 1e6);
    if (grade->memory_bytes == DUALPIPE_UNKNOWN)
        printf(" %10s", "?");
    else
        printf(" %6.1f MiB", (double)grade->memory_bytes / (double)DUALPIPE_MEBIBYTES(1));
    if (grade->reason[0] != '\0')
        printf("  %s", grade->reason);
    if (strcmp(grade->verdict, expected) != 0)
        printf("  <== should be %s", expected);
    putchar('\n');
    fflush(stdout); /* a table is filled before people's eyes */
}

/* Grade all that the file "expected" names. Returns the exit status. */
static int grade_all(const struct grader *grader)
{
    char path[PATH_SIZE], line[200], name[64], expected[64];
    unsigned graded = 0, unexpected = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/expected", grader->folder);
    file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "grade_submissions: cannot read %s: %s\n", path, strerror(errno));
        return 2;
    }
    print_heading(grader);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "#")] = '\0';
        if (sscanf(line, "%63s %63s", name, expected) == 2) {
            struct grade grade = grade_submission(grader, name);

            print_grade(name, &grade, expected);
            graded++;
            unexpected += strcmp(grade.verdict, expected) != 0;
        }
    }
    fclose(file);
    printf("\n%u submissions graded, %u of them not as expected\n", graded, unexpected);
    return graded > 0 && unexpected == 0 ? 0 : 1;
}

static void release(struct grader *grader)
{
    for (unsigned i = 0; i < grader->case_count; i++) {
        free(grader->cases[i].input.bytes);
        free(grader->cases[i].answer.bytes);
    }
    free(grader->output);
    dualpipe_policy_free(grader->policy);
}

int main(int argc, char **argv)
{
    static struct grader grader;
    struct dualpipe_error error = {0};
    char text[500];
    int status = 2;

    if (argc != 2) {
        fputs("usage: grade_submissions FOLDER\n", stderr);
        return 2;
    }
    grader.folder = argv[1];
    grader.output = malloc(OUTPUT_BYTES);
    if (!grader.output)
        perror("grade_submissions");
    else if (dualpipe_policy_load(&grader.policy, "native", &error) < 0)
        fprintf(stderr, "grade_submissions: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
    else if (read_cases(&grader) == 0)
        status = grade_all(&grader);
    release(&grader);
    return status;
}
