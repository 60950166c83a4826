/* SPDX-License-Identifier: MIT */
/* inside.c - see inside.h. */
#include "inside.h"

#include <limits.h>
#include <string.h>

bool is_plain_name(const char *name)
{
    return name[0] && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strchr(name, '/') &&
           strlen(name) <= NAME_MAX;
}

bool leads_down(const char *path)
{
    if (!path[0] || path[0] == '/' || path[strlen(path) - 1] == '/')
        return false;
    while (*path) {
        size_t length = strcspn(path, "/");

        if (length == 2 && memcmp(path, "..", 2) == 0)
            return false;
        path += length;
        path += strspn(path, "/");
    }
    return true;
}
