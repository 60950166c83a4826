/* SPDX-License-Identifier: MIT */
/* plot.c - see plot.h. */
#include "plot.h"

#include <math.h>
#include <string.h>

/* In pixels. */
#define WIDTH 900
#define LABEL_WIDTH 250
#define VALUE_WIDTH 170
#define BAR_HEIGHT 14
#define ROW_HEIGHT 20
#define TITLE_HEIGHT 46
#define TOP 56
#define BOTTOM 20

/* The axis is logarithmic: a half as far from 1 as a double. */
#define RATIO_MIN 0.4
#define RATIO_MAX 100.0

static const double ticks[] = {0.5, 1, 2, 5, 10, 20, 50};

static double place_of(double ratio)
{
    const double part = log(ratio / RATIO_MIN) / log(RATIO_MAX / RATIO_MIN);
    const double clipped = part < 0 ? 0 : part > 1 ? 1 : part;

    return LABEL_WIDTH + clipped * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);
}

static void write_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else
            fputc(*text, out);
    }
}

static int height_of(const struct table *table)
{
    return TITLE_HEIGHT + (int)table->count * ROW_HEIGHT;
}

static void write_axis(FILE *out, int top, int bottom)
{
    for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
        const double x = place_of(ticks[i]);

        fprintf(out,
                "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='%s'/>"
                "<text x='%.1f' y='%d' text-anchor='middle' class='small'>%g</text>\n",
                x, top, x, bottom, ticks[i] == 1 ? "#888" : "#ddd", x, top - 4, ticks[i]);
    }
}

static bool is_ours(const char *name)
{
    return strncmp(name, "pool", 4) == 0 || strncmp(name, "dualpipe", 8) == 0;
}

/* The bar grows from 1; the line is where half of the rounds lie. */
static void write_bar(FILE *out, const struct figure *figure, int y)
{
    const double one = place_of(1);
    const double end = place_of(figure->ratio.median);
    const double middle = y + BAR_HEIGHT / 2.0;

    fprintf(out, "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s'/>\n",
            end < one ? end : one, y, fabs(end - one) + 1, BAR_HEIGHT,
            is_ours(figure->name) ? "#2b7a9b" : "#b9b4a7");
    fprintf(out, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#222'/>\n",
            place_of(figure->ratio.low), middle, place_of(figure->ratio.high), middle);
}

static void write_row(FILE *out, const struct table *table, const struct figure *figure, int y)
{
    const int base = y + BAR_HEIGHT - 3;

    fprintf(out, "<text x='%d' y='%d' text-anchor='end'>", LABEL_WIDTH - 8, base);
    write_text(out, figure->name);
    fprintf(out, "</text>");
    if (figure->reason[0]) {
        fprintf(out, "<text x='%.1f' y='%d' class='small'>not measured</text>\n", place_of(1) + 4,
                base);
        return;
    }
    write_bar(out, figure, y);
    fprintf(out,
            "<text x='%d' y='%d'>%.2f</text><text x='%d' y='%d' text-anchor='end' "
            "class='small'>%.*f %s</text>\n",
            WIDTH - VALUE_WIDTH + 8, base, figure->ratio.median, WIDTH - 8, base,
            figure->value.median < 100 ? 1 : 0, figure->value.median,
            strcmp(table->unit, "microseconds") == 0 ? "us" : table->unit);
}

static void write_table(FILE *out, const struct table *table, int top)
{
    fprintf(out, "<text x='8' y='%d' class='title'>", top + 14);
    write_text(out, table->title);
    fprintf(out, " (%s is better%s)</text>\n", table->better,
            table->is_noisy ? "; too noisy to tell" : "");
    write_axis(out, top + TITLE_HEIGHT - 12, top + height_of(table) - 8);
    for (size_t i = 0; i < table->count; i++)
        write_row(out, table, &table->figures[i], top + TITLE_HEIGHT - 8 + (int)i * ROW_HEIGHT);
}

void plot_write(FILE *out, const struct machine *machine, const struct results *results)
{
    int y = TOP;

    for (size_t i = 0; i < results->count; i++)
        y += height_of(&results->tables[i]) + BOTTOM;
    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
            "viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>\n"
            "<style>.small{font-size:10px;fill:#555}.title{font-weight:bold}</style>\n"
            "<rect width='100%%' height='100%%' fill='#fff'/>\n",
            WIDTH, y, WIDTH, y);
    fprintf(out,
            "<text x='8' y='20' font-size='16'>Ratios to the first line of each table, medians "
            "of interleaved rounds</text>\n<text x='8' y='38' class='small'>");
    write_text(out, machine->processor);
    fprintf(out, ", %d CPUs%s, Linux ", machine->cpus, machine->is_virtual ? " (virtual)" : "");
    write_text(out, machine->kernel);
    fprintf(out, ", user %u; the line in a bar: half of all rounds lie there</text>\n",
            machine->uid);
    y = TOP;
    for (size_t i = 0; i < results->count; i++) {
        write_table(out, &results->tables[i], y);
        y += height_of(&results->tables[i]) + BOTTOM;
    }
    fputs("</svg>\n", out);
}
