/* SPDX-License-Identifier: MIT */
/* transcript.c - see transcript.h. */
#include "transcript.h"

#include <string.h>

static void add_line(struct sheet *sheet, const struct judge_exchange *exchange, const char *line,
                     size_t length)
{
    sheet_print(sheet, "%.6f %c ", (double)exchange->at_us * 1e-6,
                exchange->to_submission ? '<' : '>');
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)line[i];

        if (byte < 0x20 || byte == 0x7f)
            sheet_print(sheet, "\\x%02x", byte);
        else
            sheet_add_bytes(sheet, line + i, 1);
    }
    sheet_add(sheet, "\n");
}

void transcript_add(struct sheet *sheet, const struct judge_exchange *exchanges, size_t count,
                    bool is_cut)
{
    for (size_t i = 0; i < count; i++) {
        const char *at = exchanges[i].text;
        const char *end = at + exchanges[i].text_size;

        while (at < end) {
            const char *newline = memchr(at, '\n', (size_t)(end - at));
            const size_t length = (size_t)((newline ? newline : end) - at);

            add_line(sheet, &exchanges[i], at, length);
            at += length + (newline != NULL);
        }
    }
    if (is_cut)
        sheet_add(sheet, "... more was said than is kept\n");
}

void transcript_add_all(struct sheet *sheet, const struct judgement *judgement)
{
    for (size_t i = 0; i < judgement->submission_count; i++) {
        const struct judge_submission *submission = &judgement->submissions[i];

        for (size_t k = 0; k < submission->case_count; k++) {
            const struct judge_case *made = &submission->cases[k];

            if (made->exchange_count == 0)
                continue;
            sheet_print(sheet, "# %s, %s: %s\n", submission->file, made->name,
                        judge_verdict_name(made->verdict));
            transcript_add(sheet, made->exchanges, made->exchange_count, made->exchanges_cut);
        }
    }
}
