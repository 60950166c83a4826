/* SPDX-License-Identifier: MIT */
/* scratch.c - see scratch.h. */
#include "scratch.h"

#include "allocate.h"

#include "../commands.h"
#include "../words.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FTW_DESCRIPTORS 16

/* One for the process, which removes it at its end. */
static char *root;
static atomic_uint count;

int scratch_start(void)
{
    const char *place = getenv("TMPDIR");

    root = text_print("%s/dualpipe-judge-XXXXXX", place && place[0] == '/' ? place : "/tmp");
    if (mkdtemp(root))
        return 0;
    free(root);
    root = NULL;
    return -errno;
}

char *scratch_directory(const char *what)
{
    char *path = text_print("%s/%s-%u", root, what, atomic_fetch_add(&count, 1));

    if (mkdir(path, 0755) < 0 || chmod(path, 0755) < 0) {
        say("%s: %s", path, strerrordesc_np(errno));
        scratch_end();
        exit(EXIT_NO_VERDICT);
    }
    return path;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)where;
    (void)(kind == FTW_DP ? rmdir(path) : unlink(path));
    return 0;
}

void scratch_remove(const char *path)
{
    (void)nftw(path, remove_one, FTW_DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}

void scratch_end(void)
{
    if (!root)
        return;
    scratch_remove(root);
    free(root);
    root = NULL;
}
