/* SPDX-License-Identifier: MIT */
/* style.c - how text for people may look where it is written. */
#include "style.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_USUAL 80
#define COLUMNS_LEAST 40
#define COLUMNS_MOST 1000

static size_t columns_of(int fd)
{
    const char *text = getenv("COLUMNS");
    unsigned long columns = text ? strtoul(text, NULL, 10) : 0;
    struct winsize size;

    if (columns == 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns == 0)
        columns = COLUMNS_USUAL;
    if (columns < COLUMNS_LEAST)
        columns = COLUMNS_LEAST;
    return columns < COLUMNS_MOST ? columns : COLUMNS_MOST;
}

struct style style_of(int fd)
{
    const char *terminal = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");
    struct style style = {0};

    if (!isatty(fd))
        return style;
    style.columns = columns_of(fd);
    style.is_terminal = terminal && terminal[0] && strcmp(terminal, "dumb") != 0;
    style.has_colour = style.is_terminal && !(no_colour && no_colour[0]);
    return style;
}

static const char *colour_of(enum judge_verdict verdict)
{
    static const char *const colours[JUDGE_VERDICT_COUNT] = {
        [JUDGE_SKIPPED] = "2",         [JUDGE_ACCEPTED] = "32",      [JUDGE_WRONG_ANSWER] = "31",
        [JUDGE_TIME_LIMIT] = "33",     [JUDGE_MEMORY_LIMIT] = "33",  [JUDGE_OUTPUT_LIMIT] = "33",
        [JUDGE_RUN_TIME_ERROR] = "35", [JUDGE_VIOLATION] = "1;35",   [JUDGE_IDLE] = "36",
        [JUDGE_COMPILE_ERROR] = "34",  [JUDGE_JUDGE_ERROR] = "1;31",
    };

    return verdict < JUDGE_VERDICT_COUNT && colours[verdict] ? colours[verdict] : "0";
}

void style_verdict(struct sheet *sheet, const struct style *style, enum judge_verdict verdict,
                   size_t width)
{
    const char *name = judge_verdict_name(verdict);
    size_t length = strlen(name);

    if (style->has_colour)
        sheet_print(sheet, "\033[%sm%s\033[0m", colour_of(verdict), name);
    else
        sheet_add(sheet, name);
    for (; length < width; length++)
        sheet_add(sheet, " ");
}
