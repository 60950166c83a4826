/* SPDX-License-Identifier: MIT */
#include <string.h>

static inline int begins(const char *word, const char *letters)
{
    return strncmp(word, letters, strlen(letters)) == 0;
}
