/* SPDX-License-Identifier: MIT */
/* figures.c - see figures.h. */
#include "figures.h"

#include "../host.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>

#define PAGE_KIB 4

static const char *const names[FIGURE_COUNT] = {
    [FIGURE_RUNS] = "runs in each second",
    [FIGURE_MEMORY] = "memory (KiB)",
    [FIGURE_DESCRIPTORS] = "descriptors",
    [FIGURE_THREADS] = "threads",
    [FIGURE_PROCESSES] = "processes",
    [FIGURE_CGROUPS] = "cgroups",
    [FIGURE_MOUNTS] = "mounts",
};

/* What one figure may gain by chance: boxes are made and removed all the time, each
 * with a keeper, an init and a target, a cgroup and some twenty descriptors. */
static const int64_t slack[FIGURE_COUNT] = {
    [FIGURE_MEMORY] = 8192,  [FIGURE_DESCRIPTORS] = 128, [FIGURE_THREADS] = 8,
    [FIGURE_PROCESSES] = 32, [FIGURE_CGROUPS] = 16,      [FIGURE_MOUNTS] = 0,
};

static int64_t own_memory(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        fail("/proc/self/statm cannot be read");
    fclose(file);
    return pages * PAGE_KIB;
}

static int64_t lines_of(const char *path)
{
    int64_t count = 0;
    FILE *file = fopen(path, "re");
    int byte;

    if (!file)
        fail("%s cannot be read", path);
    while ((byte = fgetc(file)) != EOF)
        count += byte == '\n';
    fclose(file);
    return count;
}

/* Children of each thread, and theirs: the list is also the queue. */
static int64_t processes_below(void)
{
    static int list[65536];
    int count = 1;

    list[0] = getpid();
    for (int i = 0; i < count; i++) {
        char path[64];
        const struct dirent *entry;
        DIR *tasks;

        snprintf(path, sizeof(path), "/proc/%d/task", list[i]);
        tasks = opendir(path);
        while (tasks && (entry = readdir(tasks))) {
            char children[400];
            FILE *file;

            if (entry->d_name[0] == '.')
                continue;
            snprintf(children, sizeof(children), "%s/%s/children", path, entry->d_name);
            file = fopen(children, "re");
            while (file && count < 65536 && fscanf(file, "%d", &list[count]) == 1)
                count++;
            if (file)
                fclose(file);
        }
        if (tasks)
            closedir(tasks);
    }
    return count - 1;
}

static char mark[32];
static int64_t marked;

static int count_marked(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    marked += kind == FTW_D && strstr(path + where->base, mark) == path + where->base;
    return 0;
}

void figures_look(int64_t values[FIGURE_COUNT])
{
    values[FIGURE_RUNS] = 0;
    values[FIGURE_MEMORY] = own_memory();
    values[FIGURE_DESCRIPTORS] = entries_of("/proc/self/fd") - 3;
    values[FIGURE_THREADS] = entries_of("/proc/self/task") - 2;
    values[FIGURE_PROCESSES] = processes_below();
    snprintf(mark, sizeof(mark), "dualpipe.%d.", (int)getpid());
    marked = 0;
    nftw("/sys/fs/cgroup", count_marked, 16, FTW_PHYS);
    values[FIGURE_CGROUPS] = marked;
    values[FIGURE_MOUNTS] = lines_of("/proc/self/mountinfo");
}

void figures_add(struct figures *figures, const int64_t values[FIGURE_COUNT])
{
    if (figures->count == figures->room) {
        figures->room = figures->room ? 2 * figures->room : 64;
        figures->looks = realloc(figures->looks, figures->room * sizeof(*figures->looks));
        if (!figures->looks)
            fail("no memory for the figures");
    }
    memcpy(figures->looks[figures->count++], values, sizeof(*figures->looks));
}

static int64_t mean(const struct figures *figures, enum figure which, size_t from, size_t to)
{
    int64_t sum = 0;

    for (size_t i = from; i < to; i++)
        sum += figures->looks[i][which];
    return to > from ? sum / (int64_t)(to - from) : 0;
}

/* Throughput is the whole machine's affair: only a collapse is ours. */
static bool has_grown(enum figure which, int64_t first, int64_t last)
{
    if (which == FIGURE_RUNS)
        return last < first / 3;
    return last > first + first / 4 + slack[which];
}

unsigned figures_compare(const struct figures *figures)
{
    const size_t quarter = figures->count / 4;
    unsigned grown = 0;

    if (quarter == 0) {
        printf("too short for quarters: %zu looks\n", figures->count);
        return 0;
    }
    printf("%-22s%14s%14s\n", "", "first quarter", "last quarter");
    for (enum figure which = 0; which < FIGURE_COUNT; which++) {
        const int64_t first = mean(figures, which, 0, quarter);
        const int64_t last = mean(figures, which, figures->count - quarter, figures->count);
        const bool has = has_grown(which, first, last);

        printf("%-22s%14lld%14lld%s\n", names[which], (long long)first, (long long)last,
               has ? "  NOT FLAT" : "");
        grown += has;
    }
    return grown;
}

void figures_release(struct figures *figures)
{
    free(figures->looks);
}
