/* SPDX-License-Identifier: MIT */
/*
 * landlock.c - the second lock on the file system: even where a mount or a
 * system call went wrong, only what the plan grants can be opened.
 *
 * The rules are made in the box because most of its mounts exist only there.
 */
#include "landlock.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>

/* Newer than Debian 12's header. Older kernels are given a smaller size. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

static long grant(const struct child *child, long ruleset, const struct dp_landlock_step *step)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = step->access};
    long result;
    long fd = raw4(SYS_openat, AT_FDCWD, child_text(child, step->path), O_PATH | O_CLOEXEC, 0);

    if (fd < 0)
        return fd;
    rule.parent_fd = (int)fd;
    result = raw4(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    raw1(SYS_close, fd);
    return result;
}

static long make_ruleset(const struct dp_plan *plan)
{
    const struct ruleset attr = {plan->landlock_fs, plan->landlock_net, plan->landlock_scope};
    long size = 8;

    if (plan->landlock_net)
        size = 16;
    if (plan->landlock_scope)
        size = 24;
    return raw3(SYS_landlock_create_ruleset, &attr, size, 0);
}

/* The root directory is readable by its mode and granted by no rule. */
static long prove_in_force(void)
{
    long fd = raw4(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

    if (fd == -EACCES)
        return 0;
    if (fd >= 0)
        raw1(SYS_close, fd);
    return -EPERM;
}

int child_make_rules(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    const struct dp_landlock_step *steps =
        (const struct dp_landlock_step *)(const void *)(child->base + plan->landlock);
    const long ruleset = make_ruleset(plan);

    if (ruleset < 0)
        child_fail(child, DUALPIPE_STEP_LANDLOCK, ruleset, DUALPIPE_LAYER_LANDLOCK, 0);
    for (uint32_t i = 0; i < plan->landlock_count; i++) {
        const long result = grant(child, ruleset, &steps[i]);

        if (result != 0)
            child_fail(child, DUALPIPE_STEP_LANDLOCK, result, DUALPIPE_LAYER_LANDLOCK,
                       steps[i].path);
    }
    return (int)ruleset;
}

void child_restrict_files(const struct child *child)
{
    long ruleset = child->plan->ruleset_fd;
    long result;

    if (!child_has(child, DUALPIPE_LAYER_LANDLOCK))
        return;
    if (ruleset < 0)
        ruleset = child_make_rules(child);
    result = raw2(SYS_landlock_restrict_self, ruleset, 0);
    if (result == 0)
        result = prove_in_force();
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_LANDLOCK, result, DUALPIPE_LAYER_LANDLOCK, 0);
    raw1(SYS_close, ruleset);
}
