/* SPDX-License-Identifier: MIT */
/* probe_cgroup.c - control groups, as a run gets them, and swap. */
#include "dualpipe.h"
#include "probe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int do_nothing(void *unused)
{
    (void)unused;
    return 0;
}

/* Ask for a cgroup, and see whether the run gets it. */
static bool ask_for_cgroup(struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dualpipe_policy *policy;
    struct dualpipe_job job = {
        .function = do_nothing,
        .require = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP),
    };
    bool has_it = false;

    if (dualpipe_policy_load(&policy, "static", error) < 0)
        return false;
    job.policy = policy;
    has_it = dualpipe_run(&job, result, error) == 0;
    dualpipe_policy_free(policy);
    return has_it && result->layers[DUALPIPE_LAYER_CGROUP].state == DUALPIPE_LAYER_ON;
}

/* "" where there is no v2 tree. */
static void read_controllers(char *line, size_t size)
{
    if (probe_line("/sys/fs/cgroup/cgroup.controllers", line, size)[0] == '\0')
        probe_line("/sys/fs/cgroup/unified/cgroup.controllers", line, size);
}

static void put_no_cgroup(struct findings *findings)
{
    const bool is_v2 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
    const bool is_mounted = is_v2 || access("/sys/fs/cgroup/memory", F_OK) == 0;
    struct finding *finding = finding_add(findings, "cgroup", FINDING_LESS, "%s",
                                          !is_mounted ? "none is mounted"
                                          : is_v2     ? "version 2, but no group can be made"
                                                      : "version 1, but no group can be made");

    finding_cost(finding, "memory of several processes together is sampled, not limited by the "
                          "kernel, and --require cgroup is refused; one process is held exactly");
    if (access("/run/.containerenv", F_OK) == 0 || access("/.dockerenv", F_OK) == 0)
        finding_mend(finding, "give the container its own writable tree: docker run "
                              "--cgroupns=private -v /sys/fs/cgroup:/sys/fs/cgroup:rw");
    else if (geteuid() != 0 && is_v2)
        finding_mend(finding, "start it in a group of your own: systemd-run --user --scope -p "
                              "Delegate=yes dualpipe ...");
    else if (geteuid() != 0)
        finding_mend(finding, "run as root, or boot with systemd.unified_cgroup_hierarchy=1");
    else
        finding_mend(finding, "mount -t cgroup2 none /sys/fs/cgroup");
}

static void probe_swap(struct findings *findings)
{
    const long total = probe_key("/proc/meminfo", "SwapTotal");
    struct finding *finding;

    if (total <= 0) {
        finding_add(findings, "swap", FINDING_FINE, "there is none");
        return;
    }
    finding = finding_add(findings, "swap", FINDING_NOTE, "%ld MiB", total / 1024);
    finding_cost(finding, "boxes get none where they have a cgroup; without one, a target that "
                          "the host swaps out is slow");
    finding_mend(finding, "swapoff -a, for figures that can be compared");
}

void probe_cgroup(struct findings *findings)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char controllers[128];
    const char *source;

    if (ask_for_cgroup(&result, &error)) {
        read_controllers(controllers, sizeof(controllers));
        source = result.memory_source ? result.memory_source : "";
        if (strcmp(source, "cgroup2") == 0)
            finding_add(findings, "cgroup", FINDING_FINE, "version 2 (%s)", controllers);
        else
            finding_add(findings, "cgroup", FINDING_FINE, "version 1%s",
                        access("/sys/fs/cgroup/unified", F_OK) == 0
                            ? ", with version 2 to kill all at once"
                            : "");
    } else {
        put_no_cgroup(findings);
    }
    probe_swap(findings);
}
