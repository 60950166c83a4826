/* SPDX-License-Identifier: MIT */
/* node.c - see node.h. */
#include "node.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 32
#define NODES_MAX 65536

struct anchor {
    char *name;
    struct node *node; /* NULL while it is being read */
};

struct reader {
    yaml_parser_t parser;
    struct tree *tree;
    struct anchor *anchors;
    size_t anchor_count;
    char **error;
};

static int fail(struct reader *reader, size_t line, const char *what)
{
    if (!*reader->error)
        *reader->error = text_print("line %zu: %s", line + 1, what);
    return -1;
}

static int next_event(struct reader *reader, yaml_event_t *event)
{
    if (yaml_parser_parse(&reader->parser, event))
        return 0;
    fail(reader, reader->parser.problem_mark.line,
         reader->parser.problem ? reader->parser.problem : "it is no YAML");
    return -1;
}

static struct node *make_node(struct reader *reader, const yaml_event_t *event)
{
    struct tree *tree = reader->tree;
    struct node *node;

    if (tree->node_count == NODES_MAX) {
        fail(reader, event->start_mark.line, "more values than are taken (65536)");
        return NULL;
    }
    node = allocate(sizeof(*node));
    node->line = (unsigned)event->start_mark.line + 1;
    *GROW(tree->nodes, tree->node_count) = node;
    return node;
}

/* Returns its place in the list; a name may be used again. */
static size_t note_anchor(struct reader *reader, const yaml_char_t *name)
{
    struct anchor *anchor = GROW(reader->anchors, reader->anchor_count);

    anchor->name = text_copy((const char *)name);
    anchor->node = NULL;
    return reader->anchor_count - 1;
}

static struct node *find_alias(struct reader *reader, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;

    for (size_t i = reader->anchor_count; i-- > 0;) {
        if (strcmp(reader->anchors[i].name, name) != 0)
            continue;
        if (!reader->anchors[i].node)
            fail(reader, event->start_mark.line, "an alias inside of what it stands for");
        return reader->anchors[i].node;
    }
    fail(reader, event->start_mark.line, "an alias of an anchor that there is not");
    return NULL;
}

static struct node *read_scalar(struct reader *reader, const yaml_event_t *event)
{
    struct node *node = make_node(reader, event);
    const size_t length = event->data.scalar.length;

    if (!node)
        return NULL;
    if (memchr(event->data.scalar.value, '\0', length)) {
        fail(reader, event->start_mark.line, "a text with a NUL byte");
        return NULL;
    }
    node->text = text_cut((const char *)event->data.scalar.value, length);
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return node;
}

static struct node *read_value(struct reader *reader, const yaml_event_t *event, unsigned depth);

static int check_key(struct reader *reader, const struct node *map, const struct node *key)
{
    if (key->kind != NODE_SCALAR)
        return fail(reader, key->line - 1, "a key that is no text");
    for (size_t i = 0; i < map->count; i += 2) {
        if (strcmp(map->items[i]->text, key->text) == 0)
            return fail(reader, key->line - 1, "a key that stands here twice");
    }
    return 0;
}

static int read_items(struct reader *reader, struct node *node, yaml_event_type_t end,
                      unsigned depth)
{
    for (;;) {
        struct node *item;
        yaml_event_t event;
        bool at_end;

        if (next_event(reader, &event) < 0)
            return -1;
        at_end = event.type == end;
        item = at_end ? NULL : read_value(reader, &event, depth + 1);
        yaml_event_delete(&event);
        if (at_end)
            return node->kind == NODE_MAP && node->count % 2 ? -1 : 0;
        if (!item)
            return -1;
        if (node->kind == NODE_MAP && node->count % 2 == 0 && check_key(reader, node, item) < 0)
            return -1;
        *GROW(node->items, node->count) = item;
    }
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor;
    default:
        return NULL;
    }
}

static struct node *read_collection(struct reader *reader, const yaml_event_t *event,
                                    unsigned depth)
{
    const bool is_map = event->type == YAML_MAPPING_START_EVENT;
    struct node *node;

    if (depth >= DEPTH_MAX) {
        fail(reader, event->start_mark.line, "deeper than is taken (32 levels)");
        return NULL;
    }
    node = make_node(reader, event);
    if (!node)
        return NULL;
    node->kind = is_map ? NODE_MAP : NODE_SEQUENCE;
    if (read_items(reader, node, is_map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT, depth) <
        0)
        return NULL;
    return node;
}

static struct node *read_value(struct reader *reader, const yaml_event_t *event, unsigned depth)
{
    const yaml_char_t *anchor = anchor_of(event);
    const size_t place = anchor ? note_anchor(reader, anchor) : 0;
    struct node *node = NULL;

    if (event->type == YAML_ALIAS_EVENT)
        return find_alias(reader, event);
    if (event->type == YAML_SCALAR_EVENT)
        node = read_scalar(reader, event);
    else if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
        node = read_collection(reader, event, depth);
    if (anchor)
        reader->anchors[place].node = node;
    return node;
}

/* One document, no more. */
static int read_stream(struct reader *reader)
{
    bool at_end = false;
    int result = 0;

    while (result == 0 && !at_end) {
        yaml_event_t event;

        if (next_event(reader, &event) < 0)
            return -1;
        at_end = event.type == YAML_STREAM_END_EVENT;
        if (event.type == YAML_DOCUMENT_START_EVENT && reader->tree->root) {
            result = fail(reader, event.start_mark.line, "a second document in one file");
        } else if (event.type == YAML_ALIAS_EVENT || anchor_of(&event) ||
                   event.type == YAML_SCALAR_EVENT || event.type == YAML_SEQUENCE_START_EVENT ||
                   event.type == YAML_MAPPING_START_EVENT) {
            reader->tree->root = read_value(reader, &event, 0);
            result = reader->tree->root ? 0 : -1;
        }
        yaml_event_delete(&event);
    }
    return result;
}

int tree_read(struct tree *tree, const char *bytes, size_t size, char **error)
{
    struct reader reader = {.tree = tree, .error = error};
    int result;

    *tree = (struct tree){0};
    *error = NULL;
    if (size > TREE_SIZE_MAX)
        return fail(&reader, 0, "the file is larger than is taken (1 MiB)");
    if (!yaml_parser_initialize(&reader.parser))
        return fail(&reader, 0, "out of memory");
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, size);
    result = read_stream(&reader);
    if (result < 0)
        fail(&reader, 0, "it is no YAML");
    for (size_t i = 0; i < reader.anchor_count; i++)
        free(reader.anchors[i].name);
    free(reader.anchors);
    yaml_parser_delete(&reader.parser);
    return result;
}

void tree_release(struct tree *tree)
{
    for (size_t i = 0; i < tree->node_count; i++) {
        free(tree->nodes[i]->text);
        free(tree->nodes[i]->items);
        free(tree->nodes[i]);
    }
    free(tree->nodes);
    *tree = (struct tree){0};
}

const struct node *node_get(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i + 1 < map->count; i += 2) {
        if (strcmp(map->items[i]->text, key) == 0)
            return map->items[i + 1];
    }
    return NULL;
}

bool node_is_null(const struct node *node)
{
    return !node || (node->kind == NODE_SCALAR && node->is_plain &&
                     (strcmp(node->text, "") == 0 || strcmp(node->text, "~") == 0 ||
                      strcasecmp(node->text, "null") == 0));
}

const char *node_text(const struct node *node)
{
    return node && node->kind == NODE_SCALAR && !node_is_null(node) ? node->text : NULL;
}

static size_t digits(const char *text, size_t length)
{
    size_t count = 0;

    while (count < length && text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

bool is_float(const char *text, size_t length)
{
    size_t at = length > 0 && (text[0] == '+' || text[0] == '-');
    const size_t whole = digits(text + at, length - at);
    size_t part = 0;

    at += whole;
    if (at < length && text[at] == '.') {
        at++;
        part = digits(text + at, length - at);
        at += part;
    }
    if (whole + part == 0)
        return false;
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        size_t exponent;

        at++;
        at += at < length && (text[at] == '+' || text[at] == '-');
        exponent = digits(text + at, length - at);
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return at == length;
}

int node_number(const struct node *node, double *number)
{
    const char *text = node_text(node);
    double value;

    if (!text || !is_float(text, strlen(text)))
        return -1;
    value = strtod(text, NULL);
    if (!isfinite(value)) /* more than a number of ours holds */
        return -1;
    *number = value;
    return 0;
}

int node_flag(const struct node *node, bool *flag)
{
    static const char *const words[] = {"false", "no", "off", "true", "yes", "on"};
    const char *text = node_text(node);

    for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(text, words[i]) == 0) {
            *flag = i >= 3;
            return 0;
        }
    }
    return -1;
}

int node_texts(const struct node *node, struct texts *texts)
{
    if (node_is_null(node))
        return 0;
    if (node->kind == NODE_SCALAR) {
        texts_add(texts, node->text);
        return 0;
    }
    if (node->kind != NODE_SEQUENCE)
        return -1;
    for (size_t i = 0; i < node->count; i++) {
        if (node->items[i]->kind != NODE_SCALAR)
            return -1;
        texts_add(texts, node->items[i]->text);
    }
    return 0;
}
