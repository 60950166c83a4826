/* SPDX-License-Identifier: MIT */
/* scratch.c - see scratch.h. */
#include "scratch.h"

#include "allocate.h"

#include "../commands.h"
#include "../words.h"
#include "../workplace.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One for the process, which removes it at its end. */
static struct workplace root = {.fd = -1};
static atomic_uint count;

int scratch_start(void)
{
    workplace_init(&root, "dualpipe-judge-");
    return workplace_begin(&root);
}

char *scratch_directory(const char *what)
{
    char *path = text_print("%s/%s-%u", root.path, what, atomic_fetch_add(&count, 1));

    if (mkdir(path, 0755) < 0 || chmod(path, 0755) < 0) {
        say("%s: %s", path, strerrordesc_np(errno));
        scratch_end();
        exit(EXIT_NO_VERDICT);
    }
    return path;
}

void scratch_remove(const char *path)
{
    directory_remove(path);
}

void scratch_end(void)
{
    workplace_remove(&root);
}
