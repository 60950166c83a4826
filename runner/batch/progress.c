/* SPDX-License-Identifier: MIT */
/* progress.c - see progress.h. */
#include "progress.h"

#include "../words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DRAW_EVERY_US DUALPIPE_MILLISECONDS(100)
#define RATE_AFTER_US DUALPIPE_MILLISECONDS(500)
#define BAR_CELLS 20
#define TEXT_SIZE 512

void progress_init(struct progress *progress, bool is_quiet, int64_t now_us)
{
    const char *terminal = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");

    *progress = (struct progress){.started_us = now_us};
    progress->has_bar = !is_quiet && isatty(STDERR_FILENO) && terminal && terminal[0] &&
                        strcmp(terminal, "dumb") != 0;
    progress->has_colour = progress->has_bar && !(no_colour && no_colour[0]);
}

void progress_count(struct progress *progress, const struct job *job)
{
    int accepted = job_accepted(job);

    progress->done++;
    progress->judged += accepted >= 0;
    progress->accepted += accepted > 0;
    switch (job_outcome(job)) {
    case OUTCOME_NO_JOB:
        progress->bad_lines++;
        break;
    case OUTCOME_FAULT:
        progress->faults++;
        break;
    case OUTCOME_COMPILE_ERROR:
        progress->compile_errors++;
        break;
    default:
        progress->verdicts[job->run.result.verdict]++;
    }
}

static size_t add_count(char *text, size_t length, size_t size, size_t count, const char *what)
{
    int added = 0;

    if (count > 0 && length < size)
        added =
            snprintf(text + length, size - length, "%s%zu %s", length > 0 ? ", " : "", count, what);
    return length + (size_t)(added > 0 ? added : 0);
}

/* "97 ok, 2 time-limit, 1 bad line". */
static void put_counts(const struct progress *progress, char *text, size_t size)
{
    size_t length = 0;
    int verdict;

    text[0] = '\0';
    for (verdict = DUALPIPE_VERDICT_COUNT - 1; verdict >= 0; verdict--)
        length = add_count(text, length, size, progress->verdicts[verdict],
                           dualpipe_verdict_name((enum dualpipe_verdict)verdict));
    length = add_count(text, length, size, progress->compile_errors, "compile-error");
    length = add_count(text, length, size, progress->faults, "internal-error");
    (void)add_count(text, length, size, progress->bad_lines,
                    progress->bad_lines == 1 ? "bad line" : "bad lines");
}

static double rate_of(const struct progress *progress, int64_t now_us)
{
    int64_t spent_us = now_us - progress->started_us;

    return spent_us > 0 ? (double)progress->done * 1e6 / (double)spent_us : 0;
}

/* What part of the work of this process is done; below 0: nobody knows. */
static double part_of(const struct progress *progress)
{
    int64_t total = progress->bytes_total - progress->bytes_skipped;

    if (progress->bytes_total <= 0)
        return -1;
    if (total <= 0)
        return 1;
    return (double)(progress->bytes_passed - progress->bytes_skipped) / (double)total;
}

static void put_time_left(const struct progress *progress, int64_t now_us, char *text, size_t size)
{
    double part = part_of(progress);
    double spent_us = (double)(now_us - progress->started_us);
    long left;

    text[0] = '\0';
    if (part <= 0 || part > 1 || spent_us < RATE_AFTER_US)
        return;
    left = (long)(spent_us / 1e6 * (1 - part) / part + 0.5);
    if (left >= 3600)
        (void)snprintf(text, size, "  %ld:%02ld:%02ld left", left / 3600, left / 60 % 60,
                       left % 60);
    else
        (void)snprintf(text, size, "  %ld:%02ld left", left / 60, left % 60);
}

/* The part of the whole input that is done, what was done before included. */
static void put_bar(const struct progress *progress, char *text, size_t size)
{
    static const char full[] = "####################";
    static const char empty[] = "--------------------";
    double part = 0;
    int cells;

    text[0] = '\0';
    if (progress->bytes_total <= 0)
        return;
    part = (double)progress->bytes_passed / (double)progress->bytes_total;
    cells = part >= 1 ? BAR_CELLS : (int)(part * BAR_CELLS);
    (void)snprintf(text, size, "%s%.*s%s%.*s %3d%%  ", progress->has_colour ? "\033[32m" : "",
                   cells, full, progress->has_colour ? "\033[0m" : "", BAR_CELLS - cells, empty,
                   (int)(part * 100));
}

static size_t columns(void)
{
    struct winsize window;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        return window.ws_col;
    return 80;
}

void progress_draw(struct progress *progress, int64_t now_us)
{
    char text[TEXT_SIZE];
    char counts[TEXT_SIZE / 2];
    char bar[96];
    char left[32];
    char line[TEXT_SIZE + 16];
    size_t width = columns();
    int length;

    if (!progress->has_bar || (progress->is_drawn && now_us - progress->drawn_us < DRAW_EVERY_US))
        return;
    put_counts(progress, counts, sizeof(counts));
    put_bar(progress, bar, sizeof(bar));
    put_time_left(progress, now_us, left, sizeof(left));
    if (progress->has_colour && bar[0])
        width += strlen("\033[32m\033[0m");
    (void)snprintf(text, sizeof(text), "%s%zu done  %.0f/s%s  %s", bar, progress->done,
                   rate_of(progress, now_us), left, counts);
    length = snprintf(line, sizeof(line), "\r\033[K%.*s", (int)(width - 1), text);
    if (length > 0)
        (void)!write(STDERR_FILENO, line, (size_t)length);
    progress->is_drawn = true;
    progress->drawn_us = now_us;
}

void progress_clear(struct progress *progress)
{
    static const char clear[] = "\r\033[K";

    if (progress->is_drawn)
        (void)!write(STDERR_FILENO, clear, sizeof(clear) - 1);
    progress->is_drawn = false;
}

void progress_say(const struct progress *progress, int64_t now_us)
{
    char counts[TEXT_SIZE / 2];
    char judged[64] = "";
    char skipped[64] = "";
    double seconds = (double)(now_us - progress->started_us) / 1e6;

    put_counts(progress, counts, sizeof(counts));
    if (progress->judged > 0)
        (void)snprintf(judged, sizeof(judged), "; %zu of %zu accepted", progress->accepted,
                       progress->judged);
    if (progress->skipped > 0)
        (void)snprintf(skipped, sizeof(skipped), "; %zu were done before", progress->skipped);
    say("%zu job%s in %.1f s (%.0f/s)%s%s%s%s", progress->done, progress->done == 1 ? "" : "s",
        seconds, rate_of(progress, now_us), counts[0] ? ": " : "", counts, judged, skipped);
}
