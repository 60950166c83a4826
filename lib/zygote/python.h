/* SPDX-License-Identifier: MIT */
/*
 * python.h - the calls of CPython's own that a zygote makes.
 *
 * They are looked up in the interpreter that this library is loaded into: no
 * version's headers are needed, and one library serves them all. Those that are
 * used have had the same form since 3.8.
 */
#ifndef DP_ZYGOTE_PYTHON_H
#define DP_ZYGOTE_PYTHON_H

#include <stddef.h>
#include <stdio.h>

struct python_object;

/* What calls that start the interpreter return, by value. */
struct python_status {
    int kind; /* 0: it worked */
    const char *function;
    const char *message;
    int exit_code;
};

/* Larger than any version's; only ever handed on. */
struct python_config {
    _Alignas(16) char bytes[8192];
};

#define PYTHON_FILE_INPUT 257

struct python {
    void (*config_init)(struct python_config *config);
    struct python_status (*config_set_argv)(struct python_config *config, long count,
                                            char *const *argv);
    struct python_status (*start)(const struct python_config *config);
    void (*config_clear)(struct python_config *config);
    struct python_object *(*import)(const char *name);
    struct python_object *(*compile)(const char *text, const char *name, int kind);
    struct python_object *(*evaluate)(struct python_object *code, struct python_object *globals,
                                      struct python_object *locals);
    struct python_object *(*run_file)(FILE *file, const char *name, int kind,
                                      struct python_object *globals, struct python_object *locals,
                                      int closes, void *flags);
    struct python_object *(*run_text)(const char *text, int kind, struct python_object *globals,
                                      struct python_object *locals, void *flags);
    void (*before_fork)(void);
    void (*after_fork)(void);
    struct python_object *(*builtins)(void);
    struct python_object *(*module)(const char *name);
    struct python_object *(*names_of)(struct python_object *module);
    struct python_object *(*new_dict)(void);
    struct python_object *(*dict_get)(struct python_object *dict, const char *name);
    int (*dict_put)(struct python_object *dict, const char *name, struct python_object *value);
    int (*dict_set)(struct python_object *dict, struct python_object *name,
                    struct python_object *value);
    int (*dict_remove)(struct python_object *dict, const char *name);
    struct python_object *(*new_list)(long size);
    int (*list_append)(struct python_object *list, struct python_object *value);
    struct python_object *(*tuple_get)(struct python_object *tuple, long place);
    struct python_object *(*text)(const char *bytes);
    struct python_object *(*bytes)(const char *bytes, long size);
    const char *(*utf8)(struct python_object *text);
    struct python_object *(*encode_path)(struct python_object *text);
    char *(*bytes_text)(struct python_object *bytes);
    long (*number)(struct python_object *number);
    struct python_object *(*call)(struct python_object *function, ...); /* up to NULL */
    struct python_object *(*call_method)(struct python_object *object, const char *name,
                                         const char *format, ...);
    struct python_object *(*system)(const char *name);
    int (*raised)(struct python_object *kind);
    void (*print_error)(void);
    void (*take_error)(struct python_object **kind, struct python_object **value,
                       struct python_object **trace);
    void (*complete_error)(struct python_object **kind, struct python_object **value,
                           struct python_object **trace);
    void (*clear_error)(void);
    void (*tell_error)(struct python_object *about);
    void (*release)(struct python_object *object);
    struct python_object **system_exit; /* of variables: their addresses */
    struct python_object **keyboard_interrupt;
};

/* Returns the name of the first one that is not there, or NULL. */
const char *python_find(struct python *python);

#endif
