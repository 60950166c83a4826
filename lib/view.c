/* SPDX-License-Identifier: MIT */
/*
 * view.c - the policy's and the job's view of the file system, turned into
 * steps for the child and into Landlock's grants.
 */
#include "view_steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of Landlock's later versions, as in view_steps.h. */
#define NET_BIND_TCP (1ULL << 0)
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

#define PAGE_BYTES 4096

/* Symbolic links last: nothing may be made through one, for an absolute one
 * would lead out of the root that is being built. */
static void links_last(struct dp_view_steps *view)
{
    struct dp_mount_step sorted[DP_VIEW_STEPS] = {{0}};
    unsigned count = 0;

    for (int links = 0; links <= 1; links++)
        for (unsigned i = 0; i < view->step_count; i++)
            if ((view->steps[i].kind == DP_MOUNT_SYMLINK) == links)
                sorted[count++] = view->steps[i];
    memcpy(view->steps, sorted, count * sizeof(sorted[0]));
}

int dp_landlock_version(void)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

    return version < 0 ? 0 : (int)version;
}

static void handle_rights(struct dp_plan *plan, int version)
{
    plan->landlock_fs = (1ULL << 13) - 1;
    if (version >= 2)
        plan->landlock_fs |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        plan->landlock_fs |= DP_LANDLOCK_FS_TRUNCATE;
    if (version >= 4)
        plan->landlock_net = NET_BIND_TCP | NET_CONNECT_TCP;
    if (version >= 5)
        plan->landlock_fs |= DP_LANDLOCK_FS_IOCTL_DEV;
    if (version >= 6)
        plan->landlock_scope = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
}

void dp_view_size(char size[24], char inodes[24], int64_t disk_bytes, unsigned own_inodes)
{
    const bool is_bounded = disk_bytes != DUALPIPE_UNLIMITED;

    snprintf(size, 24, "%lld", is_bounded ? (long long)disk_bytes : 0LL);
    snprintf(inodes, 24, "%lld",
             is_bounded ? (long long)dp_view_inodes(disk_bytes) + own_inodes : 0LL);
}

/* What the directories' own sizes leave, and what we put there ourselves. A size
 * of 0 would be none at all: where nothing is left, it is one page. */
static void size_root(struct dp_view_steps *view, struct dp_plan *plan)
{
    struct dp_setup *setup = view->setup;
    int64_t disk = view->disk_left;
    char size[24];
    char inodes[24];

    if (setup->program.is_copied && disk != DUALPIPE_UNLIMITED)
        disk += setup->program.size_bytes + PAGE_BYTES;
    dp_view_size(size, inodes, disk == 0 ? PAGE_BYTES : disk, view->step_count);
    plan->tmpfs_size = dp_block_text(&setup->block, size);
    plan->tmpfs_inodes = dp_block_text(&setup->block, inodes);
}

int dp_view_plan(struct dp_setup *setup, struct dp_plan *plan, struct dualpipe_error *error)
{
    struct dp_view_steps view;
    int result;

    view.setup = setup;
    view.error = error;
    view.step_count = 0;
    view.grant_count = 0;
    view.disk_left = setup->limits.disk_bytes;
    setup->sized_bytes = 0;
    result = dp_view_of_policy(&view);
    if (result == 0)
        result = dp_view_of_job(&view);
    if (result < 0)
        return result;
    links_last(&view);
    handle_rights(plan, dp_landlock_version());
    for (unsigned i = 0; i < view.grant_count; i++)
        view.grants[i].access &= plan->landlock_fs;
    size_root(&view, plan);
    plan->mounts = dp_block_put(&setup->block, view.steps, view.step_count * sizeof(view.steps[0]));
    plan->mount_count = view.step_count;
    plan->landlock =
        dp_block_put(&setup->block, view.grants, view.grant_count * sizeof(view.grants[0]));
    plan->landlock_count = view.grant_count;
    return setup->block.failed ? dp_view_fail(&view, ENOMEM, NULL) : 0;
}
