/* SPDX-License-Identifier: MIT */
/* finding.h - what the doctor found on this host, line by line. */
#ifndef RUNNER_DOCTOR_FINDING_H
#define RUNNER_DOCTOR_FINDING_H

#include <stdbool.h>
#include <stddef.h>

enum finding_state {
    FINDING_FINE = 0,
    FINDING_NOTE,    /* good to know; nothing to mend */
    FINDING_LESS,    /* policies run in full, something else is not to be had */
    FINDING_MISSING, /* the built-in policies do not run in full */
};

struct finding {
    enum finding_state state;
    const char *name; /* that of the layer, where it is one; static text */
    char found[200];
    char cost[480]; /* of what is not there, or "" */
    char mend[360]; /* what to do about it, or "" */
};

#define FINDINGS_MAX 64

struct findings {
    struct finding list[FINDINGS_MAX];
    size_t count;
};

/* Add a line; name is static text. Returns it, for its cost and how to mend it. */
struct finding *finding_add(struct findings *findings, const char *name, enum finding_state state,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
void finding_cost(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void finding_mend(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "ok", "note", "less", "MISSING": static text. */
const char *finding_state_name(enum finding_state state);

/* The worst of all. */
enum finding_state findings_worst(const struct findings *findings);

/* For people, on standard output; and as one JSON object. Both return false
 * where it could not be written. */
bool findings_print(const struct findings *findings);
bool findings_print_json(const struct findings *findings);

#endif
