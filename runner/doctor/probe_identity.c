/* SPDX-License-Identifier: MIT */
/* probe_identity.c - whose boxes are, and what this process may have. */
#include "dualpipe.h"
#include "probe.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* README: root's boxes have uids of their own from here on. */
#define PRIVATE_FIRST UINT32_C(0x77000000)
#define PRIVATE_COUNT UINT32_C(65536)

/* Does this process' own user namespace have the range at all? */
static bool has_private_range(const char *path)
{
    FILE *file = fopen(path, "re");
    uint32_t inside;
    uint32_t outside;
    uint32_t count;
    bool found = false;

    while (file && !found &&
           fscanf(file, "%" SCNu32 " %" SCNu32 " %" SCNu32, &inside, &outside, &count) == 3)
        found = inside <= PRIVATE_FIRST &&
                (uint64_t)inside + count >= (uint64_t)PRIVATE_FIRST + PRIVATE_COUNT;
    if (file)
        (void)fclose(file);
    return found;
}

/* Root of a rootless container is an ordinary user of the host. What belongs
 * to the host's root shows it. */
static bool is_host_root(void)
{
    struct stat status;

    return geteuid() == 0 && (stat("/proc/version", &status) != 0 || status.st_uid == 0);
}

/* capabilities(7): to write other ids than one's own into a map. */
static bool may_map_ids(void)
{
    const unsigned long wanted = 1UL << CAP_SETUID | 1UL << CAP_SETGID;
    unsigned long effective = 0;
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];

    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "CapEff: %lx", &effective) == 1)
            break;
    }
    if (file)
        (void)fclose(file);
    return (effective & wanted) == wanted;
}

static void probe_private_uids(struct findings *findings)
{
    struct finding *finding;

    if (!may_map_ids()) {
        finding = finding_add(findings, "private-uids", FINDING_MISSING,
                              "root here is without CAP_SETUID or CAP_SETGID");
        finding_cost(finding, "no box can be made as root, for it would be the host's root");
        finding_mend(finding, "run dualpipe as another user than root; or in Docker: --cap-add "
                              "SETUID --cap-add SETGID");
        return;
    }
    if (has_private_range("/proc/self/uid_map") && has_private_range("/proc/self/gid_map")) {
        finding_add(findings, "private-uids", FINDING_FINE, "each box has a uid of its own");
        return;
    }
    finding = finding_add(findings, "private-uids", FINDING_MISSING,
                          "root here has not the uids from %" PRIu32 " on", PRIVATE_FIRST);
    finding_cost(finding, "no box can be made as root");
    finding_mend(finding, "run dualpipe as another user than root, or let the container map the "
                          "host's whole range of uids");
}

static void probe_own_uid(struct findings *findings)
{
    struct finding *finding = finding_add(findings, "private-uids", FINDING_NOTE,
                                          "boxes run as you, in namespaces of their own");

    if (getgroups(0, NULL) > 1)
        finding_mend(finding, "your supplementary groups stay with the target; it sees no file "
                              "that they could open");
}

/* A box is made with one, for that is all that proves it. */
static void probe_second_uid(struct findings *findings)
{
    struct dualpipe_error error = {.size = sizeof(error)};
    struct dualpipe_pool *pool = NULL;
    struct finding *finding;
    const int result = dualpipe_pool_open(
        &pool,
        &(struct dualpipe_pool_options){.boxes = 1, .freshness = DUALPIPE_FRESHNESS_VERIFIED},
        &error);

    if (result == 0) {
        dualpipe_pool_close(pool, DUALPIPE_POOL_CANCEL);
        finding_add(findings, "second-uid", FINDING_FINE,
                    "targets of boxes that are used again ('verified') are one of your "
                    "subordinate uids");
        return;
    }
    finding = finding_add(findings, "second-uid", FINDING_LESS, "not to be had: %s: %s",
                          error.subject, strerrordesc_np(error.errnum));
    finding_cost(finding, "no box can be used again for another job ('verified'); 'fresh' boxes "
                          "can be had");
    finding_mend(finding, "%s", error.advice);
}

static void probe_limit(struct findings *findings)
{
    struct rlimit files;
    struct finding *finding;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_max >= 1024)
        return;
    finding =
        finding_add(findings, "open-files", FINDING_LESS,
                    "at most %" PRIu64 " descriptors for this process", (uint64_t)files.rlim_max);
    finding_cost(finding, "a run needs about 40; several at once fail as retryable");
    finding_mend(finding, "ulimit -n 4096, or LimitNOFILE= of the service");
}

void probe_identity(struct findings *findings)
{
    if (is_host_root()) {
        probe_private_uids(findings);
    } else {
        probe_own_uid(findings);
        probe_second_uid(findings);
    }
    probe_limit(findings);
}
