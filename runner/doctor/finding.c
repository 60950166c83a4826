/* SPDX-License-Identifier: MIT */
/* finding.c - see finding.h. */
#include "finding.h"
#include "dualpipe.h"

#include <assert.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

struct finding *finding_add(struct findings *findings, const char *name, enum finding_state state,
                            const char *format, ...)
{
    struct finding *finding = &findings->list[findings->count];
    va_list arguments;

    assert(findings->count < FINDINGS_MAX);
    findings->count++;
    *finding = (struct finding){.state = state, .name = name};
    va_start(arguments, format);
    (void)vsnprintf(finding->found, sizeof(finding->found), format, arguments);
    va_end(arguments);
    return finding;
}

void finding_cost(struct finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(finding->cost, sizeof(finding->cost), format, arguments);
    va_end(arguments);
}

void finding_mend(struct finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(finding->mend, sizeof(finding->mend), format, arguments);
    va_end(arguments);
}

const char *finding_state_name(enum finding_state state)
{
    static const char *const names[] = {"ok", "note", "less", "MISSING"};

    return names[state];
}

enum finding_state findings_worst(const struct findings *findings)
{
    enum finding_state worst = FINDING_FINE;

    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].state > worst)
            worst = findings->list[i].state;
    }
    return worst;
}

/* One line of a finding, broken at blanks where it is long. */
static void print_indented(const char *label, const char *text)
{
    const size_t width = 68;

    while (*text) {
        size_t length = strlen(text);

        if (length > width) {
            length = width;
            while (length > 0 && text[length] != ' ')
                length--;
            if (length == 0)
                length = strcspn(text, " ");
        }
        printf("           %-6s %.*s\n", label, (int)length, text);
        text += length + (text[length] == ' ');
        label = "";
    }
}

static void print_host(void)
{
    struct utsname host;

    printf("DualPipe %s", dualpipe_version());
    if (uname(&host) == 0)
        printf(" on %s %s", host.sysname, host.release);
    if (geteuid() == 0)
        printf(", as root\n\n");
    else
        printf(", as the user with uid %u\n\n", (unsigned)geteuid());
}

bool findings_print(const struct findings *findings)
{
    print_host();
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        printf("  %-7s  %s: %s\n", finding_state_name(finding->state), finding->name,
               finding->found);
        print_indented("costs", finding->cost);
        print_indented("mend", finding->mend);
    }
    return fflush(stdout) == 0 && !ferror(stdout);
}

static json_t *finding_json(const struct finding *finding)
{
    static const char *const states[] = {"ok", "note", "less", "missing"};

    return json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "name", finding->name, "state",
                     states[finding->state], "found", finding->found, "cost",
                     finding->cost[0] ? finding->cost : NULL, "mend",
                     finding->mend[0] ? finding->mend : NULL);
}

bool findings_print_json(const struct findings *findings)
{
    json_t *list = json_array();
    json_t *all;
    int result = 0;

    for (size_t i = 0; i < findings->count && result == 0; i++)
        result = json_array_append_new(list, finding_json(&findings->list[i]));
    all = json_pack("{s:i, s:s, s:b, s:o}", "schema", 1, "version", dualpipe_version(), "in_full",
                    findings_worst(findings) < FINDING_MISSING, "findings", list);
    if (result == 0 && all)
        result = json_dumpf(all, stdout, JSON_ENSURE_ASCII);
    else
        result = -1;
    json_decref(all);
    return result == 0 && putchar('\n') != EOF && fflush(stdout) == 0;
}
