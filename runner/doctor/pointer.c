/* SPDX-License-Identifier: MIT */
/* pointer.c - see pointer.h. */
#include "pointer.h"
#include "../words.h"
#include "dualpipe.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *layer_line(int layer)
{
    switch (layer) {
    case DUALPIPE_LAYER_CAPABILITIES:
    case DUALPIPE_LAYER_RLIMITS:
    case DUALPIPE_LAYER_DESCRIPTORS:
        return NULL; /* every kernel has these */
    default:
        return layer >= 0 ? dualpipe_layer_name((enum dualpipe_layer)layer) : NULL;
    }
}

/* The programs that give an ordinary user one, and the files that allow it. */
static bool is_about_second_uid(const struct dualpipe_error *error)
{
    static const char *const subjects[] = {"/usr/bin/newuidmap", "/usr/bin/newgidmap",
                                           "/etc/subuid", "/etc/subgid"};

    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
        if (strcmp(error->subject, subjects[i]) == 0)
            return true;
    return false;
}

const char *doctor_line(const struct dualpipe_error *error)
{
    if (error->retryable && error->errnum != EUSERS)
        return NULL; /* a moment's trouble, which doctor would not meet */
    switch (error->step) {
    case DUALPIPE_STEP_CLAIM_ID:
        return geteuid() == 0 ? "private-uids" : "second-uid";
    case DUALPIPE_STEP_MAP_IDS:
        return is_about_second_uid(error) ? "second-uid"
               : geteuid() == 0           ? "private-uids"
                                          : "user-namespace";
    case DUALPIPE_STEP_MAKE_CGROUP:
        return "cgroup";
    case DUALPIPE_STEP_BUILD_FILTER:
    case DUALPIPE_STEP_LOAD_FILTER:
    case DUALPIPE_STEP_HAND_OVER_LISTENER:
        return "seccomp";
    case DUALPIPE_STEP_MOUNT:
        if (error->layer < 0)
            return NULL; /* before there is a box: a file of the job's or the policy's */
        return strcmp(error->subject, "/proc") == 0 ? "inner-proc" : "mount-namespace";
    case DUALPIPE_STEP_CLONE:
    case DUALPIPE_STEP_START_INIT:
    case DUALPIPE_STEP_SET_HOSTNAME:
    case DUALPIPE_STEP_NO_NEW_PRIVILEGES:
    case DUALPIPE_STEP_LANDLOCK:
    case DUALPIPE_STEP_ATTEST:
        return layer_line(error->layer);
    default:
        return NULL;
    }
}

void point_to_doctor(const struct dualpipe_error *error)
{
    const char *line = doctor_line(error);

    if (line)
        say("'dualpipe doctor %s' says what this host lacks", line);
}

const char *text_with_doctor(const struct dualpipe_error *error, char *text, size_t size)
{
    const char *line = doctor_line(error);
    size_t used;

    (void)dualpipe_error_text(error, text, size);
    used = strlen(text);
    if (line && used < size)
        (void)snprintf(text + used, size - used, "; 'dualpipe doctor %s' says what this host lacks",
                       line);
    return text;
}

bool is_new_to_doctor(struct doctor_pointers *pointers, const struct dualpipe_error *error)
{
    const char *line = doctor_line(error);
    const size_t max = sizeof(pointers->said) / sizeof(pointers->said[0]);

    for (size_t i = 0; line && i < pointers->count; i++) {
        if (strcmp(pointers->said[i], line) == 0)
            return false;
    }
    if (!line || pointers->count == max)
        return false;
    pointers->said[pointers->count++] = line;
    return true;
}
