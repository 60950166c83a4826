/* SPDX-License-Identifier: MIT */
/* probe_surroundings.c - containers, and what the host lets others do. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *container_name(void)
{
    if (access("/.dockerenv", F_OK) == 0)
        return "Docker";
    if (access("/run/.containerenv", F_OK) == 0)
        return "Podman";
    if (getenv("KUBERNETES_SERVICE_HOST"))
        return "Kubernetes";
    return getenv("container");
}

static void probe_container(struct findings *findings)
{
    const char *name = container_name();

    if (name)
        finding_add(findings, "container", FINDING_NOTE,
                    "this is one (%.40s); the lines above and README say which of its flags "
                    "boxes need",
                    name);
    else
        finding_add(findings, "container", FINDING_FINE, "none that tells");
}

static void probe_io_uring(struct findings *findings)
{
    long disabled = probe_number("/proc/sys/kernel/io_uring_disabled", -1);

    finding_add(findings, "io-uring", FINDING_FINE, "%s; no policy lets a target reach it",
                disabled == 2   ? "the host has it switched off"
                : disabled == 1 ? "the host keeps it for a group"
                                : "the host offers it");
}

static void probe_ptrace(struct findings *findings)
{
    long scope = probe_number("/proc/sys/kernel/yama/ptrace_scope", 0);

    finding_add(findings, "ptrace-scope", FINDING_FINE,
                "%ld; boxes need no ptrace, and no policy lets a target use it", scope);
}

void probe_surroundings(struct findings *findings)
{
    probe_container(findings);
    probe_io_uring(findings);
    probe_ptrace(findings);
}
