/* SPDX-License-Identifier: MIT */
/*
 * cgroup_find.c - where groups can be made on this host.
 *
 * A tree's mount point comes from /proc/self/mountinfo, our own place in it
 * from /proc/self/cgroup. In v2 a group with processes can have no children
 * with controllers, so that we look at our own group, then at the one above it
 * (where a delegated subtree lets us make siblings), then, as root, at the top.
 */
#include "cgroup_find.h"

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* Where v2 is mounted on every host whose controllers are in v2. */
#define V2_MOUNT "/sys/fs/cgroup"

struct tree {
    char mount[PATH_MAX]; /* where it is mounted; "" where it is not */
    char root[PATH_MAX];  /* which part of it is */
    char own[PATH_MAX];   /* the group that this process is in */
};

static const char *const controllers[DP_TREE_COUNT] = {
    [DP_TREE_V2] = "",
    [DP_TREE_MEMORY] = "memory",
    [DP_TREE_PIDS] = "pids",
    [DP_TREE_CPUACCT] = "cpuacct",
};

/* Is the word one of a comma-separated list? */
static bool lists(const char *list, const char *word)
{
    const size_t length = strlen(word);

    for (const char *at = list; at; at = strchr(at, ',')) {
        if (*at == ',')
            at++;
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

static void keep(char *to, const char *from)
{
    snprintf(to, PATH_MAX, "%s", from);
}

/* ID PARENT MAJOR:MINOR ROOT MOUNT OPTIONS ... - TYPE SOURCE SUPER-OPTIONS */
static void read_mount(struct tree *trees, char *line)
{
    char *field[5] = {NULL};
    char *rest = line;
    char *type;
    char *super;

    for (int i = 0; i < 5; i++)
        if (!(field[i] = strsep(&rest, " ")) || !rest)
            return;
    type = strstr(rest, " - ");
    if (!type)
        return;
    type += 3;
    super = strrchr(type, ' ');
    if (!super)
        return;
    super++;
    for (int tree = 0; tree < DP_TREE_COUNT; tree++) {
        const bool is_it = tree == DP_TREE_V2 ? strncmp(type, "cgroup2 ", 8) == 0
                                              : strncmp(type, "cgroup ", 7) == 0 &&
                                                    lists(super, controllers[tree]);

        if (is_it && !trees[tree].mount[0]) {
            keep(trees[tree].root, field[3]);
            keep(trees[tree].mount, field[4]);
        }
    }
}

/* ID:CONTROLLERS:PATH */
static void read_own(struct tree *trees, char *line)
{
    char *path = line;
    const char *list;

    (void)strsep(&path, ":");
    list = strsep(&path, ":");
    if (!list || !path)
        return;
    for (int tree = 0; tree < DP_TREE_COUNT; tree++)
        if (tree == DP_TREE_V2 ? list[0] == '\0' : lists(list, controllers[tree]))
            keep(trees[tree].own, path);
}

static bool read_lines(struct tree *trees, const char *path,
                       void (*read_line)(struct tree *, char *))
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    while ((length = getline(&line, &size, file)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        read_line(trees, line);
    }
    free(line);
    fclose(file);
    return true;
}

/* The directory of our own group, as far as it is visible here. */
static int open_own(const struct tree *tree)
{
    char path[2 * PATH_MAX];
    const char *own = tree->own;
    const size_t length = strlen(tree->root);

    if (!tree->mount[0] || !own[0])
        return -1;
    if (length > 1 && strncmp(own, tree->root, length) == 0)
        own += length;
    snprintf(path, sizeof(path), "%s/%s", tree->mount, own);
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool has_word(int directory, const char *name, const char *word)
{
    char text[512];
    const size_t length = strlen(word);
    ssize_t got = -1;
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        got = read(fd, text, sizeof(text) - 1);
        close(fd);
    }
    if (got <= 0)
        return false;
    text[got] = '\0';
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\n'))
            return true;
    return false;
}

static void enable(int directory, const char *word)
{
    int fd = openat(directory, "cgroup.subtree_control", O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (write(fd, word, strlen(word)) < 0)
        errno = 0; /* it is looked at again below */
    close(fd);
}

/* May groups with limits be made below this one? */
static bool is_place(int directory)
{
    static const char *const needed[] = {"memory", "pids"};

    if (directory < 0 || faccessat(directory, ".", W_OK, AT_EACCESS) != 0 ||
        faccessat(directory, "cgroup.procs", W_OK, AT_EACCESS) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        char word[16];

        snprintf(word, sizeof(word), "+%s", needed[i]);
        if (!has_word(directory, "cgroup.subtree_control", needed[i]))
            enable(directory, word);
        if (!has_word(directory, "cgroup.subtree_control", needed[i]))
            return false;
    }
    return true;
}

static int find_v2(const struct tree *tree)
{
    const int own = open_own(tree);
    int above = -1;
    int top = -1;

    if (is_place(own))
        return own;
    if (own >= 0 && strcmp(tree->own, "/") != 0 && strcmp(tree->own, tree->root) != 0)
        above = openat(own, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (own >= 0)
        close(own);
    if (is_place(above))
        return above;
    if (above >= 0)
        close(above);
    if (geteuid() == 0 && tree->mount[0])
        top = open(tree->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (is_place(top))
        return top;
    if (top >= 0)
        close(top);
    return -1;
}

/* In v1, and for a v2 tree without controllers, any writable directory does. */
static int find_plain(const struct tree *tree)
{
    const int own = open_own(tree);

    if (own >= 0 && (faccessat(own, ".", W_OK, AT_EACCESS) != 0 ||
                     faccessat(own, "cgroup.procs", W_OK, AT_EACCESS) != 0)) {
        close(own);
        return -1;
    }
    return own;
}

static int raise_or_none(int fd)
{
    if (fd >= 0)
        fd = dp_descriptor_raise(fd);
    return fd < 0 ? -1 : fd;
}

void dp_cgroup_init(struct dp_cgroup *cgroup)
{
    *cgroup = (struct dp_cgroup){0};
    for (int tree = 0; tree < DP_TREE_COUNT; tree++)
        cgroup->parent[tree] = cgroup->group[tree] = -1;
}

static void find_v1(struct dp_cgroup *cgroup, const struct tree *trees)
{
    for (int tree = DP_TREE_MEMORY; tree < DP_TREE_COUNT; tree++)
        cgroup->parent[tree] = raise_or_none(find_plain(&trees[tree]));
    if (cgroup->parent[DP_TREE_MEMORY] < 0 || cgroup->parent[DP_TREE_PIDS] < 0) {
        for (int tree = DP_TREE_MEMORY; tree < DP_TREE_COUNT; tree++)
            dp_descriptor_close(&cgroup->parent[tree]);
        return;
    }
    cgroup->parent[DP_TREE_V2] = raise_or_none(find_plain(&trees[DP_TREE_V2]));
    cgroup->kind = cgroup->parent[DP_TREE_V2] >= 0 ? DP_CGROUP_HYBRID : DP_CGROUP_V1;
}

/* On other hosts the controllers are v1's, and so is what can be found. */
static bool has_v2_controllers(void)
{
    struct statfs status;

    return statfs(V2_MOUNT, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

void dp_cgroup_find(struct dp_cgroup *cgroup, bool only_v2)
{
    struct tree *trees;

    dp_cgroup_init(cgroup);
    if (only_v2 && !has_v2_controllers())
        return;
    trees = calloc(DP_TREE_COUNT, sizeof(*trees));
    if (trees && read_lines(trees, "/proc/self/mountinfo", read_mount) &&
        read_lines(trees, "/proc/self/cgroup", read_own)) {
        cgroup->parent[DP_TREE_V2] = raise_or_none(find_v2(&trees[DP_TREE_V2]));
        if (cgroup->parent[DP_TREE_V2] >= 0)
            cgroup->kind = DP_CGROUP_V2;
        else if (!only_v2)
            find_v1(cgroup, trees);
    }
    free(trees);
}
