/* SPDX-License-Identifier: MIT */
/* glob.c - see glob.h. */
#include "glob.h"

#include "allocate.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 200000 /* what one match may cost, whatever the pattern */

struct match {
    unsigned steps;
};

static bool matches(struct match *match, const char *pattern, const char *text);

/* Each alternative in turn, with what follows the brace. */
static bool matches_brace(struct match *match, const char *pattern, const char *text)
{
    const char *end = strchr(pattern, '}');
    const char *start = pattern + 1;

    if (!end)
        return *text == '{' && matches(match, pattern + 1, text + 1);
    for (;;) {
        const size_t length = strcspn(start, ",}");
        char *rest = text_print("%.*s%s", (int)length, start, end + 1);
        const bool found = matches(match, rest, text);

        free(rest);
        if (found)
            return true;
        start += length;
        if (start == end)
            return false;
        start++;
    }
}

static bool matches(struct match *match, const char *pattern, const char *text)
{
    for (; *pattern; pattern++, text++) {
        if (++match->steps > STEPS_MAX)
            return false;
        if (*pattern == '{')
            return matches_brace(match, pattern, text);
        if (*pattern == '*') {
            for (;; text++) {
                if (matches(match, pattern + 1, text))
                    return true;
                if (!*text || *text == '/')
                    return false;
            }
        }
        if (*pattern != *text)
            return false;
    }
    return !*text;
}

bool glob_matches(const char *pattern, const char *path)
{
    struct match match = {0};
    char *part;
    bool found;

    if (strlen(pattern) > GLOB_PATTERN_MAX)
        return false;
    part = text_copy(path);
    found = matches(&match, pattern, part);
    for (char *slash = strrchr(part, '/'); slash && !found; slash = strrchr(part, '/')) {
        *slash = '\0';
        found = matches(&match, pattern, part);
    }
    free(part);
    return found;
}
