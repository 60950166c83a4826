/* SPDX-License-Identifier: MIT */
/*
 * node.h - a YAML text as a tree, read inside bounds.
 *
 * An alias is the very node that its anchor names, never a copy: aliases of
 * aliases cost nothing. Depth, size and number of nodes are bounded, a key that
 * stands twice in a map is an error.
 */
#ifndef RUNNER_JUDGE_NODE_H
#define RUNNER_JUDGE_NODE_H

#include "allocate.h"

#include <stdbool.h>
#include <stdint.h>

enum node_kind { NODE_SCALAR = 0, NODE_SEQUENCE, NODE_MAP };

struct node {
    enum node_kind kind;
    char *text;          /* of a scalar; no NUL inside */
    bool is_plain;       /* without quotes: may be a number, a flag, null */
    struct node **items; /* of a sequence; keys and values by turns of a map */
    size_t count;        /* of items, so twice the pairs of a map */
    unsigned line;       /* from 1 */
};

/* All nodes of one text. */
struct tree {
    struct node *root; /* NULL: an empty text */
    struct node **nodes;
    size_t node_count;
};

#define TREE_SIZE_MAX ((size_t)1 << 20)

/* Returns 0, or -1 and *error, the caller's to free: what, in which line. The
 * tree is to be released in any case. */
int tree_read(struct tree *tree, const char *bytes, size_t size, char **error);
void tree_release(struct tree *tree);

/* The value of a map's key, or NULL: also where the node is NULL or no map. */
const struct node *node_get(const struct node *map, const char *key);

/* Is there nothing: no node, or a plain null? */
bool node_is_null(const struct node *node);

/* What a node says. Return 0, or -1: it says no such thing. */
int node_number(const struct node *node, double *number);
int node_flag(const struct node *node, bool *flag);
int node_texts(const struct node *node, struct texts *texts); /* one text, or a sequence */

/* The text of a scalar, or NULL. */
const char *node_text(const struct node *node);

/* A decimal number as the package format has it: all of the text, and nothing
 * else. "inf" and hexadecimal are none. */
bool is_float(const char *text, size_t length);

#endif
