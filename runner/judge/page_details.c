/* SPDX-License-Identifier: MIT */
/* page_details.c - one case of a judgement, on its page. */
#include "escape.h"
#include "page.h"

#include <inttypes.h>
#include <string.h>

void page_verdict(struct sheet *sheet, enum judge_verdict verdict)
{
    const char *name = judge_verdict_name(verdict);

    sheet_print(sheet, "<span class=\"verdict %s\">%s</span>", name, name);
}

void page_text(struct sheet *sheet, const char *heading, const char *text)
{
    if (!text || !text[0])
        return;
    sheet_print(sheet, "<h4>%s</h4>\n<pre>", heading);
    /* HTML drops a newline that comes first in a pre. */
    if (text[0] == '\n')
        sheet_add(sheet, "\n");
    escape_markup(sheet, text);
    sheet_add(sheet, "</pre>\n");
}

static bool has_difference(const struct judge_difference *difference)
{
    return difference->line > 0;
}

/* Where the token stands in the line as a word of its own, or NULL. */
static const char *find_token(const char *line, const char *token, size_t number)
{
    static const char blanks[] = " \t\n\v\f\r";
    const char *fallback = NULL;
    size_t length = token ? strlen(token) : 0;
    const char *at;
    size_t i = 0;

    if (length == 0 || !line)
        return NULL;
    for (at = line + strspn(line, blanks); *at; at += strspn(at, blanks)) {
        size_t size = strcspn(at, blanks);

        i++;
        if (size == length && memcmp(at, token, length) == 0) {
            if (i == number)
                return at;
            fallback = fallback ? fallback : at;
        }
        at += size;
    }
    return fallback;
}

/* Blanks that matter are made visible. */
static void add_visible(struct sheet *sheet, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, " \t");

        escape_markup_bytes(sheet, text, length);
        text += length;
        if (*text)
            sheet_add(sheet, *text++ == ' ' ? "<i>\xc2\xb7</i>" : "<i>\xe2\x86\x92</i>");
    }
}

static void add_line(struct sheet *sheet, const char *label, size_t number, const char *line,
                     const char *token, const struct judge_difference *difference)
{
    const char *mark = find_token(line, token, difference->token);

    sheet_print(sheet, "<tr class=\"%s\"><th>%s</th><td class=\"number\">", label, label);
    if (number > 0)
        sheet_print(sheet, "%zu", number);
    sheet_add(sheet, "</td><td><code>");
    if (!line) {
        sheet_add(sheet, token ? "<mark>" : "<em>end of the ");
        escape_markup(sheet, token ? token : strcmp(label, "found") == 0 ? "output" : "answer");
        sheet_add(sheet, token ? "</mark>" : "</em>");
    } else if (mark) {
        escape_markup_bytes(sheet, line, (size_t)(mark - line));
        sheet_add(sheet, "<mark>");
        escape_markup(sheet, token);
        sheet_add(sheet, "</mark>");
        escape_markup(sheet, mark + strlen(token));
    } else if (difference->token == 0) {
        add_visible(sheet, line);
    } else {
        escape_markup(sheet, line);
    }
    sheet_add(sheet, "</code></td></tr>\n");
}

static void add_difference(struct sheet *sheet, const struct judge_difference *difference)
{
    if (!has_difference(difference))
        return;
    sheet_print(sheet, "<h4>First difference: line %zu", difference->line);
    if (difference->token > 0)
        sheet_print(sheet, ", token %zu", difference->token);
    else
        sheet_add(sheet, ", white space");
    sheet_add(sheet, "</h4>\n<div class=\"wide\"><table class=\"difference\">\n");
    add_line(sheet, "expected", difference->answer_line, difference->expected_line,
             difference->expected, difference);
    add_line(sheet, "found", difference->line, difference->found_line, difference->found,
             difference);
    sheet_add(sheet, "</table></div>\n");
}

static void add_exchange(struct sheet *sheet, const struct judge_exchange *exchange)
{
    int64_t us = exchange->at_us > 0 ? exchange->at_us : 0;

    sheet_print(sheet,
                "<tr class=\"%s\"><td class=\"number\">%" PRId64 ".%06" PRId64
                "</td><th>%s</th><td><code>",
                exchange->to_submission ? "to" : "from", us / 1000000, us % 1000000,
                exchange->to_submission ? "&lt;" : "&gt;");
    escape_markup_bytes(sheet, exchange->text, exchange->text_size);
    sheet_add(sheet, "</code></td></tr>\n");
}

static void add_conversation(struct sheet *sheet, const struct judge_case *one)
{
    size_t i;

    if (one->exchange_count == 0)
        return;
    sheet_add(sheet, "<h4>Conversation</h4>\n<p class=\"note\">&gt; from the submission, &lt; to "
                     "it; seconds since its first instruction</p>\n"
                     "<div class=\"wide\"><table class=\"conversation\">\n");
    for (i = 0; i < one->exchange_count; i++)
        add_exchange(sheet, &one->exchanges[i]);
    sheet_add(sheet, "</table></div>\n");
    if (one->exchanges_cut)
        sheet_add(sheet, "<p class=\"note\">There was more; it was not kept.</p>\n");
}

bool page_case_has_details(const struct judge_case *one)
{
    return has_difference(&one->difference) || one->exchange_count > 0 ||
           (one->message && one->message[0]) || (one->team_message && one->team_message[0]) ||
           (one->standard_error && one->standard_error[0]) ||
           (one->was_run && one->run.refused_text[0]);
}

void page_case_details(struct sheet *sheet, const struct judge_case *one)
{
    add_difference(sheet, &one->difference);
    page_text(sheet, "Message for the judges", one->message);
    page_text(sheet, "Message for the author", one->team_message);
    if (one->was_run) {
        page_text(sheet, "Refused system call", one->run.refused_text);
        page_text(sheet, "Hint", one->run.refused_hint);
    }
    page_text(sheet, "Standard error", one->standard_error);
    add_conversation(sheet, one);
}
