/* SPDX-License-Identifier: MIT */
/* yaml_fuzz.c - libFuzzer on the reader of YAML: a tree inside its bounds, or an error
 * with its line. */
#include "fuzz.h"

#include "node.h"

static void check_node(const struct tree *tree, const struct node *node)
{
    struct texts texts = {0};
    double number = 0;
    bool flag = false;

    MUST((node->kind == NODE_SCALAR) == (node->text != NULL));
    MUST(node->kind != NODE_MAP || node->count % 2 == 0);
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i += 2)
        MUST(node_get(node, node->items[i]->text) == node->items[i + 1]);
    if (node_number(node, &number) == 0)
        MUST(node_flag(node, &flag) < 0 && number == number);
    (void)node_texts(node, &texts);
    texts_release(&texts);
    (void)tree;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    char *error = NULL;
    struct tree tree;
    const int result = tree_read(&tree, text, size, &error);

    MUST((result == 0) == (error == NULL));
    for (size_t i = 0; result == 0 && i < tree.node_count; i++)
        check_node(&tree, tree.nodes[i]);
    tree_release(&tree);
    free(error);
    free(text);
    return 0;
}
