/* SPDX-License-Identifier: MIT */
/* tree.c - see tree.h. */
#include "tree.h"

#include "../workplace.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_new(struct tree *tree, const char *directory)
{
    if (asprintf(&tree->path, "%s/tree", directory) < 0) {
        tree->path = NULL;
        return -ENOMEM;
    }
    directory_remove(tree->path); /* of an attempt before */
    if (mkdir(tree->path, 0700) < 0)
        return -errno;
    tree->fd = open(tree->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return tree->fd < 0 ? -errno : 0;
}

struct tree *tree_make(const char *directory)
{
    struct tree *tree = calloc(1, sizeof(*tree));
    int status;

    if (!tree)
        return NULL;
    tree->fd = -1;
    status = open_new(tree, directory);
    if (status < 0) {
        tree_free(tree);
        errno = -status;
        return NULL;
    }
    tree->error = -ECANCELED; /* should the run not come so far */
    tree->collect = (struct dualpipe_collect){
        .name = ".",
        .fd = tree->fd,
        .error = &tree->error,
        .max_entries = TREE_ENTRIES_MAX,
    };
    return tree;
}

void tree_free(struct tree *tree)
{
    if (!tree)
        return;
    if (tree->fd >= 0)
        (void)close(tree->fd);
    while (tree->file_count > 0)
        free((char *)tree->files[--tree->file_count].host); /* its name is the end of it */
    free(tree->files);
    free(tree->path);
    free(tree);
}

static int add_file(struct tree *tree, const char *path)
{
    struct dualpipe_file *file = &tree->files[tree->file_count];

    if (tree->file_count == TREE_FILES_MAX)
        return -E2BIG;
    *file = (struct dualpipe_file){.host = strdup(path)};
    if (!file->host)
        return -ENOMEM;
    file->name = file->host + strlen(tree->path) + 1;
    tree->file_count++;
    return 0;
}

int tree_list(struct tree *tree)
{
    char *const roots[] = {tree->path, NULL};
    const FTSENT *entry;
    FTS *walk;
    int status = 0;

    (void)close(tree->fd);
    tree->fd = -1;
    tree->files = calloc(TREE_FILES_MAX, sizeof(*tree->files));
    if (!tree->files)
        return -ENOMEM;
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!walk)
        return -errno;
    while (status == 0 && (entry = fts_read(walk)) != NULL) {
        if (entry->fts_info == FTS_F)
            status = add_file(tree, entry->fts_path);
        else if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR)
            status = -entry->fts_errno;
    }
    (void)fts_close(walk);
    return status;
}
