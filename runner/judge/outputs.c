/* SPDX-License-Identifier: MIT */
/* outputs.c - see outputs.h. */
#include "outputs.h"

#include "allocate.h"
#include "judgement_json.h"
#include "report_csv.h"
#include "report_html.h"
#include "report_junit.h"
#include "report_table.h"
#include "transcript.h"

#include "../words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *path_of(const struct judge_options *options, enum judge_output which)
{
    switch (which) {
    case OUTPUT_REPORT:
        return options->report_path;
    case OUTPUT_REPORT_LINES:
        return options->report_lines_path;
    case OUTPUT_JUNIT:
        return options->junit_path;
    case OUTPUT_HTML:
        return options->html_path;
    case OUTPUT_CSV:
        return options->csv_path;
    case OUTPUT_TRANSCRIPT:
        return options->transcript_path;
    default:
        return NULL;
    }
}

static const char *const names[] = {"--report", "--report-lines", "--junit",
                                    "--html",   "--csv",          "--transcript"};

int judge_outputs_open(struct judge_outputs *outputs, const struct judge_options *options)
{
    unsigned count = 0;

    for (unsigned i = 0; i < OUTPUT_COUNT; i++)
        outputs->files[i] = (struct output)OUTPUT_NONE;
    for (unsigned i = 0; i < OUTPUT_COUNT; i++) {
        const char *path = path_of(options, (enum judge_output)i);
        int status = 0;

        if (!path)
            continue;
        if (strcmp(path, "-") == 0) {
            output_adopt(&outputs->files[i], names[i], path, STDOUT_FILENO);
            count++;
        } else {
            status = output_open(&outputs->files[i], names[i], path, false);
        }
        if (status < 0) {
            say("%s %s: %s; nothing was judged", names[i], path, strerrordesc_np(-status));
            return -1;
        }
    }
    if (count <= 1)
        return 0;
    say("only one report can go to standard output");
    return -1;
}

static int lines(const struct judgement *judgement, struct sheet *sheet)
{
    for (size_t i = 0; i < judgement->submission_count; i++) {
        char *line = judge_submission_json(judgement, &judgement->submissions[i]);

        if (!line)
            return -ENOMEM;
        sheet_add(sheet, line);
        free(line);
    }
    return sheet_status(sheet);
}

static int whole(const struct judgement *judgement, struct sheet *sheet)
{
    char *text = judgement_json(judgement);

    if (!text)
        return -ENOMEM;
    sheet_add(sheet, text);
    free(text);
    return sheet_status(sheet);
}

static int make(enum judge_output which, const struct judgement *judgement, const char *first,
                struct sheet *sheet)
{
    switch (which) {
    case OUTPUT_REPORT:
        return whole(judgement, sheet);
    case OUTPUT_REPORT_LINES:
        return lines(judgement, sheet);
    case OUTPUT_JUNIT:
        return report_junit(judgement, sheet);
    case OUTPUT_HTML:
        return report_html(judgement, sheet);
    case OUTPUT_TRANSCRIPT:
        transcript_add_all(sheet, judgement);
        return sheet_status(sheet);
    default:
        return report_csv(judgement, first, sheet);
    }
}

static int write_one(struct output *output, enum judge_output which,
                     const struct judgement *judgement, const char *first)
{
    struct sheet sheet = {0};
    int status;

    if (output->fd < 0)
        return 0;
    status = make(which, judgement, first, &sheet);
    if (status == 0)
        status = output_empty(output);
    if (status == 0)
        status = output_write(output, sheet.text ? sheet.text : "", sheet.length);
    sheet_release(&sheet);
    if (status == 0)
        status = output_close(output);
    if (status == 0)
        return 0;
    say("%s %s: %s; it was not written", output->option, output->path, strerrordesc_np(-status));
    return -1;
}

static int write_table(const struct judge_options *options, const struct judgement *judgement)
{
    struct style style = style_of(STDOUT_FILENO);
    struct output output = OUTPUT_NONE;
    struct sheet sheet = {0};
    int status;

    if (options->color != COLOR_AUTO)
        style.has_colour = options->color == COLOR_ALWAYS;
    status = report_table(judgement, &style, options->talk > 0, &sheet);
    output_adopt(&output, "the table", "standard output", STDOUT_FILENO);
    if (status == 0)
        status = output_write(&output, sheet.text ? sheet.text : "", sheet.length);
    sheet_release(&sheet);
    if (status < 0)
        say("the table could not be written: %s", strerrordesc_np(-status));
    return status < 0 ? -1 : 0;
}

int judge_outputs_write(struct judge_outputs *outputs, const struct judge_options *options,
                        const struct judgement *judgement, const char *first)
{
    bool is_taken = options->talk < 0;
    int result = 0;

    for (unsigned i = 0; i < OUTPUT_COUNT; i++)
        is_taken = is_taken || outputs->files[i].fd == STDOUT_FILENO;
    for (unsigned i = 0; i < OUTPUT_COUNT; i++) {
        if (write_one(&outputs->files[i], (enum judge_output)i, judgement, first) < 0)
            result = -1;
    }
    if (!is_taken && !judgement->error && write_table(options, judgement) < 0)
        result = -1;
    return result;
}

void judge_outputs_close(struct judge_outputs *outputs)
{
    for (unsigned i = 0; i < OUTPUT_COUNT; i++)
        (void)output_close(&outputs->files[i]);
}
