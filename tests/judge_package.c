/* SPDX-License-Identifier: MIT */
/* judge_package.c - see judge_package.h. */
#define _XOPEN_SOURCE 700
#include "judge_package.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void package_put(const struct package *package, const char *name, const char *text)
{
    char path[512];
    FILE *file;

    cr_assert_lt(snprintf(path, sizeof(path), "%s/%s", package->directory, name), 512);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0755);
        *slash = '/';
    }
    file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

void package_put_case(const struct package *package, const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "data/%s.in", name);
    package_put(package, path, "1\n");
    snprintf(path, sizeof(path), "data/%s.ans", name);
    package_put(package, path, "1\n");
}

void package_put_settings(const struct package *package, const char *version, const char *more)
{
    char text[4096];

    snprintf(text, sizeof(text), "problem_format_version: %s\nname: Some\nuuid: 1\n%s", version,
             more);
    package_put(package, "problem.yaml", text);
}

void package_make(struct package *package)
{
    strcpy(package->directory, "/tmp/dualpipe-package-XXXXXX");
    cr_assert_not_null(mkdtemp(package->directory));
    package_put_case(package, "secret/1");
    package_put_case(package, "secret/2");
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *place)
{
    (void)status;
    (void)flag;
    (void)place;
    return remove(path);
}

void package_remove(const struct package *package)
{
    cr_expect_eq(nftw(package->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}
