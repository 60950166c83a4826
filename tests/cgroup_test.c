/* SPDX-License-Identifier: MIT */
/* cgroup_test.c - is a process where it should be, as its /proc/PID/cgroup tells? */
#include "../lib/cgroup.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define V2 1
#define V1 2
#define HYBRID 3

/* Which trees are used; what the kernel says; whether that is the group "box-1". */
static const struct row {
    unsigned trees;
    const char *lines;
    bool is_there;
} rows[] = {
    {V2, "0::/some/box-1\n", true},
    {V2, "0::/box-1\n", true},
    {V2, "0::/../../other/box-1\n", true},
    {V2, "0::/some/box-10\n", false},
    {V2, "0::/some/box-1/inside\n", false},
    {V2, "0::/\n", false},
    {V2, "", false},
    {V2, "nonsense", false},
    {V2, "4:memory:/box-1\n", false},
    {V1, "4:memory:/box-1\n3:pids:/box-1\n2:cpu,cpuacct:/box-1\n0::/\n", true},
    {V1, "4:pids,memory,cpuacct:/box-1\n", true},
    {V1, "4:memory:/box-1\n3:pids:/box-1\n2:cpu,cpuacct:/\n", false},
    {V1, "4:memory:/box-1\n3:pids:/box-1\n2:cpu:/box-1\n", false},
    {V1, "4:memory:/box-1\n3:pids:/box-2\n2:cpuacct:/box-1\n", false},
    {V1, "4:name=memory:/box-1\n3:pids:/box-1\n2:cpuacct:/box-1\n", false},
    {HYBRID, "4:memory:/box-1\n3:pids:/box-1\n2:cpuacct:/box-1\n0::/box-1\n", true},
    {HYBRID, "4:memory:/box-1\n3:pids:/box-1\n2:cpuacct:/box-1\n0::/\n", false},
};

Test(cgroup, is_told_from_others_by_name_and_tree)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dp_cgroup cgroup = {.name = "box-1", .group = {-1, -1, -1, -1}};
        char lines[256];

        if (rows[i].trees & V2)
            cgroup.group[DP_TREE_V2] = 0;
        if (rows[i].trees & V1)
            cgroup.group[DP_TREE_MEMORY] = cgroup.group[DP_TREE_PIDS] =
                cgroup.group[DP_TREE_CPUACCT] = 0;
        snprintf(lines, sizeof(lines), "%s", rows[i].lines);
        cr_expect_eq(dp_cgroup_has(&cgroup, lines), rows[i].is_there, "row %zu", i);
    }
}
