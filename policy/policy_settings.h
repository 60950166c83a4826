/* SPDX-License-Identifier: MIT */
/*
 * policy_settings.h - all that a text says beside system calls: the view, the
 * environment, limits, layers, how programs are started.
 */
#ifndef DP_POLICY_SETTINGS_H
#define DP_POLICY_SETTINGS_H

#include "policy_text.h"

#define DP_VIEWS_MAX 256
#define DP_ENV_MAX 256
#define DP_PRELOAD_MAX 256
#define DP_LIMIT_COUNT 10

struct dp_settings {
    struct dp_policy_error *error;
    struct dp_arena *arena;
    struct dp_view views[DP_VIEWS_MAX];
    struct dp_mark view_marks[DP_VIEWS_MAX];
    size_t view_count;
    const char *env[DP_ENV_MAX];
    struct dp_mark env_marks[DP_ENV_MAX];
    size_t env_count;
    const char *preload[DP_PRELOAD_MAX];
    size_t preload_count;
    struct dualpipe_limits limits;
    struct dp_mark limit_marks[DP_LIMIT_COUNT];
    const char *directory;
    struct dp_mark directory_mark;
    uint32_t layers;
    struct dp_mark layers_mark;
    bool exec_free;
    struct dp_mark exec_mark;
};

/* What holds where a text says nothing: as little as makes sense. */
void dp_settings_init(struct dp_settings *settings, struct dp_arena *arena,
                      struct dp_policy_error *error);

/* One statement each; its word is the line's first. Return 0 or a negative
 * errno value, with the error set. */
int dp_settings_read_view(struct dp_settings *settings, const struct dp_line *line);
int dp_settings_read_environment(struct dp_settings *settings, const struct dp_line *line);
int dp_settings_read_preload(struct dp_settings *settings, const struct dp_line *line);
int dp_settings_read_limit(struct dp_settings *settings, const struct dp_line *line);
int dp_settings_read_start(struct dp_settings *settings, const struct dp_line *line);
int dp_settings_read_layers(struct dp_settings *settings, const struct dp_line *line);
int dp_settings_read_exec(struct dp_settings *settings, const struct dp_line *line);

int dp_settings_finish(struct dp_settings *settings, struct dp_policy *policy);

#endif
