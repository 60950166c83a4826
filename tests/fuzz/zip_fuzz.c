/* SPDX-License-Identifier: MIT */
/* zip_fuzz.c - libFuzzer on packages that come as archives: what is unpacked are files
 * and directories below the place it is unpacked to, inside the bounds. */
#include "fuzz.h"

#include "zip.h"

#include <ftw.h>
#include <sys/stat.h>

static char root[FUZZ_PATH];
static char archive[FUZZ_PATH + 8];
static char place[FUZZ_PATH + 8];

static int check_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    MUST(kind == FTW_F || kind == FTW_D);
    MUST(S_ISREG(status->st_mode) || S_ISDIR(status->st_mode));
    MUST((status->st_mode & 07022) == 0);
    MUST(status->st_nlink == 1 || S_ISDIR(status->st_mode));
    (void)path;
    (void)where;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_root(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Nothing but the archive and the place: nothing was written beside it. */
static int count_entries(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    if (where->level == 1)
        MUST(strcmp(path, archive) == 0 || strcmp(path, place) == 0);
    return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    umask(022);
    fuzz_directory(root);
    snprintf(archive, sizeof(archive), "%s/zip", root);
    snprintf(place, sizeof(place), "%s/place", root);
    atexit(remove_root);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *error = NULL;
    int result;

    MUST(mkdir(place, 0755) == 0);
    fuzz_put(AT_FDCWD, archive, data, size);
    result = zip_unpack(archive, place, &error);
    MUST((result == 0) == (error == NULL));
    nftw(place, check_one, 8, FTW_PHYS);
    nftw(root, count_entries, 8, FTW_PHYS);
    nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(error);
    return 0;
}
