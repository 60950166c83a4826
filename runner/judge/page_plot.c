/* SPDX-License-Identifier: MIT */
/* page_plot.c - plots over the cases, as SVG that is drawn here. */
#include "../words.h"
#include "escape.h"
#include "figures.h"
#include "page.h"

#include <inttypes.h>
#include <math.h>

#define WIDTH 640.0
#define HEIGHT 200.0
#define LEFT 74.0
#define RIGHT 12.0
#define TOP 16.0
#define BOTTOM 26.0
#define FAR_BELOW 12.0 /* a limit so many times what is used: a logarithmic axis */
#define TICK_MOST 24
#define NAME_MOST 36 /* columns of a case's name under the axis */

/* What one plot shows, in the unit of its axis. */
struct plot {
    const struct judge_submission *submission;
    const char *title;
    const char *unit;
    double limit; /* 0: none */
    double (*value)(const struct judge_case *one);
    bool with_tips;
    bool is_logarithmic;
    double low; /* of the axis */
    double high;
};

static double cpu_ms(const struct judge_case *one)
{
    return (double)one->run.usage.cpu_us / 1e3;
}

static double memory_mebibytes(const struct judge_case *one)
{
    int64_t bytes = one->run.usage.memory_peak_bytes;

    return bytes > 0 ? (double)bytes / 1048576.0 : 0.0;
}

static void find_axis(struct plot *plot)
{
    double most = 0;
    double least = 0;
    size_t i;

    for (i = 0; i < plot->submission->case_count; i++) {
        const struct judge_case *one = &plot->submission->cases[i];
        double value = one->was_run ? plot->value(one) : 0;

        most = value > most ? value : most;
        least = value > 0 && (least == 0 || value < least) ? value : least;
    }
    plot->high = (most > plot->limit ? most : plot->limit) * 1.08;
    if (plot->high <= 0)
        plot->high = 1;
    plot->is_logarithmic = plot->limit > most * FAR_BELOW && least > 0;
    if (plot->is_logarithmic)
        plot->low = pow(10, floor(log10(least / 1.5)));
}

static double y_of(const struct plot *plot, double value)
{
    double share;

    if (plot->is_logarithmic) {
        value = value > plot->low ? value : plot->low;
        share = log(value / plot->low) / log(plot->high / plot->low);
    } else {
        share = value / plot->high;
    }
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
}

static double x_of(const struct plot *plot, size_t index)
{
    double step = (WIDTH - LEFT - RIGHT) / (double)plot->submission->case_count;

    return LEFT + step * ((double)index + 0.5);
}

static void add_tick(struct sheet *sheet, const struct plot *plot, double value)
{
    double y = y_of(plot, value);

    sheet_print(sheet,
                "<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                "<text class=\"tick\" x=\"%.0f\" y=\"%.1f\">%.6g</text>\n",
                LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 3.5, value);
}

/* 1, 2 or 5 times a power of ten, so that there are some four of them. */
static double tick_step(double high)
{
    double rough = high / 4;
    double power = pow(10, floor(log10(rough)));
    double lead = rough / power;

    return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

static void add_ticks(struct sheet *sheet, const struct plot *plot)
{
    double step = tick_step(plot->high);
    double value = plot->is_logarithmic ? plot->low : 0;
    int i;

    for (i = 0; i < TICK_MOST && value <= plot->high; i++) {
        add_tick(sheet, plot, value);
        value = plot->is_logarithmic ? value * 10 : step * (i + 1);
    }
}

static void add_value(struct sheet *sheet, const struct plot *plot, size_t index)
{
    const struct judge_case *one = &plot->submission->cases[index];
    double width = 0.7 * (WIDTH - LEFT - RIGHT) / (double)plot->submission->case_count;
    double value = plot->value(one);
    double y = y_of(plot, value);
    double height = HEIGHT - BOTTOM - y;

    width = width > 24 ? 24 : width < 0.8 ? 0.8 : width;
    height = height > 1 ? height : 1;
    sheet_print(sheet, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"",
                judge_verdict_name(one->verdict), x_of(plot, index) - width / 2,
                HEIGHT - BOTTOM - height, width, height);
    if (!plot->with_tips) {
        sheet_add(sheet, "/>\n");
        return;
    }
    sheet_add(sheet, "><title>");
    escape_markup(sheet, one->name);
    sheet_print(sheet, ": %.6g %s, %s</title></rect>\n", value, plot->unit,
                judge_verdict_name(one->verdict));
}

static void add_limit(struct sheet *sheet, const struct plot *plot)
{
    double y = y_of(plot, plot->limit);

    if (plot->limit <= 0)
        return;
    sheet_print(sheet,
                "<line class=\"limit\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                "<text class=\"limit\" x=\"%.0f\" y=\"%.1f\">limit %.6g %s</text>\n",
                LEFT, WIDTH - RIGHT, y, y, WIDTH - RIGHT, y - 4, plot->limit, plot->unit);
}

static void add_name(struct sheet *sheet, const char *place, double x, const char *name)
{
    struct sheet cut = {0};

    (void)escape_line(&cut, name, NAME_MOST);
    sheet_print(sheet, "<text class=\"%s\" x=\"%.0f\" y=\"%.0f\">", place, x, HEIGHT - 8);
    escape_markup(sheet, cut.text);
    sheet_add(sheet, "</text>\n");
    sheet_release(&cut);
}

static void add_names(struct sheet *sheet, const struct plot *plot)
{
    const struct judge_case *cases = plot->submission->cases;
    size_t count = plot->submission->case_count;

    add_name(sheet, "first", LEFT, cases[0].name);
    if (count > 1)
        add_name(sheet, "last", WIDTH - RIGHT, cases[count - 1].name);
}

static void add_plot(struct sheet *sheet, struct plot plot)
{
    size_t i;

    find_axis(&plot);
    sheet_print(sheet,
                "<figure>\n<figcaption>%s, in %s%s</figcaption>\n"
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s over the cases\">\n",
                plot.title, plot.unit, plot.is_logarithmic ? " (logarithmic)" : "", WIDTH, HEIGHT,
                plot.title);
    add_ticks(sheet, &plot);
    for (i = 0; i < plot.submission->case_count; i++) {
        if (plot.submission->cases[i].was_run)
            add_value(sheet, &plot, i);
    }
    add_limit(sheet, &plot);
    add_names(sheet, &plot);
    sheet_add(sheet, "</svg>\n</figure>\n");
}

static bool was_any_run(const struct judge_submission *submission)
{
    size_t i;

    for (i = 0; i < submission->case_count; i++) {
        if (submission->cases[i].was_run)
            return true;
    }
    return false;
}

void page_plots(struct sheet *sheet, const struct judge_submission *submission,
                const struct dualpipe_limits *limits, bool with_tips)
{
    int64_t memory = limits->memory_bytes;

    if (!was_any_run(submission))
        return;
    sheet_add(sheet, "<div class=\"plots\">\n");
    add_plot(sheet, (struct plot){.submission = submission,
                                  .title = "CPU time",
                                  .unit = "ms",
                                  .limit = limits->cpu_us > 0 ? (double)limits->cpu_us / 1e3 : 0,
                                  .value = cpu_ms,
                                  .with_tips = with_tips});
    add_plot(sheet, (struct plot){.submission = submission,
                                  .title = "Memory",
                                  .unit = "MiB",
                                  .limit = memory > 0 ? (double)memory / 1048576.0 : 0,
                                  .value = memory_mebibytes,
                                  .with_tips = with_tips});
    sheet_add(sheet, "</div>\n");
}
