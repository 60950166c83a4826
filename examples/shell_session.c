/* SPDX-License-Identifier: MIT */
/*
 * shell_session.c - drive an interactive program, command by command.
 *
 * Usage: shell_session CALCULATOR
 *
 * The program (targets/calculator.c) remembers variables from one command to
 * the next, so it stays in its box for the whole session. What is shown:
 *
 *   - commands and answers, each answer with a deadline;
 *   - a prompt, which is half a line: readline keeps it until the rest comes;
 *   - "nothing yet" (-ETIMEDOUT) and "nothing ever" (0), which differ;
 *   - a program that waits for something we never send, and is killed.
 *
 * It prints the session and exits with 0 if each answer was the right one.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dualpipe.h"

#define PATIENCE_US DUALPIPE_SECONDS(10)     /* for an answer that must come */
#define GLANCE_US DUALPIPE_MILLISECONDS(100) /* for one that must not */

/* One session with one calculator. */
struct session {
    struct dualpipe *pipe;
    bool as_expected; /* so far */
};

static void complain(struct session *session, const char *format, ...)
{
    va_list arguments;

    session->as_expected = false;
    fputs("shell_session: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static int open_session(struct session *session, const char *program,
                        const struct dualpipe_policy *policy)
{
    const char *const argv[] = {program, NULL};
    const struct dualpipe_job job = {
        .argv = argv,
        .policy = policy,
        .limits = {.cpu_us = DUALPIPE_SECONDS(5), .wall_us = DUALPIPE_SECONDS(60)},
    };
    struct dualpipe_error error = {0};
    char text[500];
    int status = dualpipe_open(&session->pipe, &job, &error);

    session->as_expected = true;
    if (status < 0)
        complain(session, "%s", dualpipe_error_text(&error, text, sizeof(text)));
    return status;
}

/* End the session. Returns whether all of it went as expected. */
static bool close_session(struct session *session, enum dualpipe_verdict expected)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[500];

    if (dualpipe_close_error(session->pipe, &result, &error) < 0) {
        complain(session, "%s", dualpipe_error_text(&error, text, sizeof(text)));
        return false;
    }
    printf("   (%s: %s)\n", dualpipe_verdict_name(result.verdict), result.reason);
    if (result.verdict != expected)
        complain(session, "the verdict should be %s", dualpipe_verdict_name(expected));
    return session->as_expected;
}

static void send_line(struct session *session, const char *line)
{
    char text[200];
    int length = snprintf(text, sizeof(text), "%s\n", line);
    int status = dualpipe_write(session->pipe, text, (size_t)length, PATIENCE_US, NULL);

    printf("<- %s\n", line);
    if (status < 0)
        complain(session, "cannot send \"%s\": %s", line, strerror(-status));
}

/* The next line must be this one. */
static void expect_line(struct session *session, const char *expected)
{
    char line[200];
    ssize_t length = dualpipe_readline(session->pipe, line, sizeof(line), PATIENCE_US);

    if (length < 0) {
        complain(session, "no answer: %s", strerror((int)-length));
    } else if (length == 0) {
        complain(session, "no answer: the output is at its end");
    } else {
        line[strcspn(line, "\n")] = '\0';
        printf("-> %s\n", line);
        if (strcmp(line, expected) != 0)
            complain(session, "the answer should be \"%s\"", expected);
    }
}

/* No whole line may come yet: the program is waiting for us. */
static void expect_silence(struct session *session)
{
    char line[200];
    ssize_t length = dualpipe_readline(session->pipe, line, sizeof(line), GLANCE_US);

    printf("   (no whole line yet)\n");
    if (length != -ETIMEDOUT)
        complain(session, "there should be no whole line yet, but readline gave %zd", length);
}

/* No line may ever come again: the program closed its output, or is gone. */
static void expect_end(struct session *session)
{
    char line[200];
    ssize_t length = dualpipe_readline(session->pipe, line, sizeof(line), PATIENCE_US);

    printf("   (end of output)\n");
    if (length != 0)
        complain(session, "the output should be at its end, but readline gave %zd", length);
}

static bool calculate(const char *program, const struct dualpipe_policy *policy)
{
    struct session session;

    if (open_session(&session, program, policy) < 0)
        return false;
    send_line(&session, "x = 6 * 7");
    expect_line(&session, "x = 42");
    send_line(&session, "(x + 8) / 4");
    expect_line(&session, "12.5");
    send_line(&session, "x / 0");
    expect_line(&session, "error: division by zero");
    expect_silence(&session);

    send_line(&session, "ask y");
    expect_silence(&session); /* "y? " has come, but it is no line: it is kept */
    send_line(&session, "x - 2");
    expect_line(&session, "y? y = 40");

    send_line(&session, "quit");
    expect_line(&session, "bye");
    expect_end(&session);
    return close_session(&session, DUALPIPE_OK);
}

/* What must be done with a program that will not go on, and does not end. */
static bool lose_patience(const char *program, const struct dualpipe_policy *policy)
{
    struct session session;

    if (open_session(&session, program, policy) < 0)
        return false;
    send_line(&session, "ask password");
    expect_silence(&session);
    dualpipe_kill(session.pipe);
    expect_line(&session, "password? "); /* half a line is all that it ever said */
    expect_end(&session);
    return close_session(&session, DUALPIPE_CANCELLED);
}

int main(int argc, char **argv)
{
    struct dualpipe_policy *policy;
    struct dualpipe_error error = {0};
    char text[500];
    bool as_expected;

    if (argc != 2) {
        fputs("usage: shell_session CALCULATOR\n", stderr);
        return 2;
    }
    if (dualpipe_policy_load(&policy, "native", &error) < 0) {
        fprintf(stderr, "shell_session: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return 1;
    }
    as_expected = calculate(argv[1], policy);
    putchar('\n');
    as_expected &= lose_patience(argv[1], policy);
    dualpipe_policy_free(policy);
    return as_expected ? 0 : 1;
}
