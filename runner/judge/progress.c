/* SPDX-License-Identifier: MIT */
/* progress.c - one line on a terminal that says how far the judge is. */
#include "progress.h"
#include "escape.h"

#include <time.h>
#include <unistd.h>

#define INTERVAL_US INT64_C(100000)
#define BAR_WIDTH 20
#define TEXT_WIDTH 64 /* of all that is not the submission's name */

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* A line that cannot be written has nowhere else to go. */
static void write_sheet(struct progress *progress, struct sheet *sheet)
{
    if (sheet_status(sheet) == 0 && sheet->length > 0) {
        ssize_t written = write(progress->fd, sheet->text, sheet->length);

        (void)written;
    }
    sheet_release(sheet);
}

void progress_start(struct progress *progress, int fd, bool is_quiet)
{
    *progress = (struct progress){.fd = fd};
    if (!is_quiet)
        progress->style = style_of(fd);
}

static void add_bar(struct sheet *sheet, size_t done, size_t count)
{
    size_t filled = count > 0 ? done * BAR_WIDTH / count : 0;
    size_t i;

    sheet_add(sheet, " [");
    for (i = 0; i < BAR_WIDTH; i++)
        sheet_add(sheet, i < filled ? "#" : ".");
    sheet_add(sheet, "] ");
}

void progress_show(struct progress *progress, const struct progress_state *state)
{
    struct sheet sheet = {0};
    int64_t now;

    if (!progress->style.is_terminal)
        return;
    now = now_us();
    if (progress->is_there && now - progress->written_us < INTERVAL_US)
        return;
    sheet_add(&sheet, "\r\033[K");
    if (state->submission_count > 1)
        sheet_print(&sheet, "%zu/%zu ", state->submission_number, state->submission_count);
    (void)escape_line(
        &sheet, state->submission,
        progress->style.columns > TEXT_WIDTH + 8 ? progress->style.columns - TEXT_WIDTH : 8);
    if (state->case_number == 0 && state->accepted == 0) {
        sheet_add(&sheet, ": compiling or starting");
    } else {
        add_bar(&sheet, state->case_number, state->case_count);
        sheet_print(&sheet, "%zu/%zu", state->case_number, state->case_count);
        if (state->accepted < state->case_number)
            sheet_print(&sheet, ", %zu not accepted", state->case_number - state->accepted);
    }
    write_sheet(progress, &sheet);
    progress->is_there = true;
    progress->written_us = now;
}

void progress_clear(struct progress *progress)
{
    struct sheet sheet = {0};

    if (!progress->is_there)
        return;
    sheet_add(&sheet, "\r\033[K");
    write_sheet(progress, &sheet);
    progress->is_there = false;
}
