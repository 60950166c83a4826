/* SPDX-License-Identifier: MIT */
/* tree.h - what a compile step leaves in its working directory, on the host. */
#ifndef BATCH_TREE_H
#define BATCH_TREE_H

#include "dualpipe.h"

#include <stddef.h>

#define TREE_FILES_MAX 64
#define TREE_ENTRIES_MAX 256 /* directories too */

struct tree {
    char *path; /* of its directory */
    int fd;     /* of it, while it is being filled; or -1 */
    int error;  /* of the collecting */
    struct dualpipe_collect collect;
    struct dualpipe_file *files; /* what it holds; their texts belong to it */
    size_t file_count;
};

/* Make an empty directory in the one given. Returns NULL and errno. */
struct tree *tree_make(const char *directory);

/* Its directory stays. */
void tree_free(struct tree *tree);

/* It was filled: look at what it holds. Returns 0, or -E2BIG, there are more
 * files than can be given to a box, or another negative errno value. */
int tree_list(struct tree *tree);

#endif
