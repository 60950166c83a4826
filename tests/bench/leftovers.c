/* SPDX-License-Identifier: MIT */
/* leftovers.c - see leftovers.h. */
#include "leftovers.h"

#include <dirent.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    long count = -3; /* ".", ".." and the directory itself */

    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count;
}

static long count_lines(const char *path)
{
    FILE *file = fopen(path, "re");
    long count = 0;
    int c;

    while (file && (c = getc(file)) != EOF)
        count += c == '\n';
    if (file)
        fclose(file);
    return count;
}

/* Children of all threads, and theirs. */
static long count_below(long pid)
{
    char path[320];
    const struct dirent *task;
    long count = 0;
    DIR *tasks;

    snprintf(path, sizeof(path), "/proc/%ld/task", pid);
    tasks = opendir(path);
    while (tasks && (task = readdir(tasks))) {
        long child;
        FILE *file;

        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%ld/task/%s/children", pid, task->d_name);
        file = fopen(path, "re");
        while (file && fscanf(file, "%ld", &child) == 1)
            count += 1 + count_below(child);
        if (file)
            fclose(file);
    }
    if (tasks)
        closedir(tasks);
    return count;
}

static struct {
    char prefix[48];
    long count;
} groups; /* nftw(3) hands nothing through */

static int look_at_group(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    if (type == FTW_D && strncmp(path + walk->base, groups.prefix, strlen(groups.prefix)) == 0)
        groups.count++;
    return 0;
}

/* The library names its groups so. */
static long count_groups(void)
{
    groups.count = 0;
    snprintf(groups.prefix, sizeof(groups.prefix), "dualpipe.%ld.", (long)getpid());
    nftw("/sys/fs/cgroup", look_at_group, 16, FTW_PHYS);
    return groups.count;
}

void leftovers_count(struct leftovers *leftovers)
{
    *leftovers = (struct leftovers){
        .descriptors = count_descriptors(),
        .processes = count_below(getpid()),
        .mounts = count_lines("/proc/self/mountinfo"),
        .cgroups = count_groups(),
    };
}

bool leftovers_is_more(const struct leftovers *before, const struct leftovers *after)
{
    return after->descriptors > before->descriptors || after->processes > before->processes ||
           after->mounts > before->mounts || after->cgroups > before->cgroups;
}

void leftovers_print(FILE *out, const struct leftovers *before, const struct leftovers *after)
{
    fprintf(out,
            "  before and after: descriptors %ld %ld, processes %ld %ld, mounts %ld %ld, "
            "cgroups %ld %ld\n",
            before->descriptors, after->descriptors, before->processes, after->processes,
            before->mounts, after->mounts, before->cgroups, after->cgroups);
}

void leftovers_memory(long *kib)
{
    char line[128];
    FILE *file = fopen("/proc/self/status", "re");

    *kib = 0;
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "VmRSS: %ld", kib) == 1)
            break;
    if (file)
        fclose(file);
}
