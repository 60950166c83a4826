/* SPDX-License-Identifier: MIT */
/* probe_kernel.c - the kernel's age, and what of it a box rests on. */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static void probe_release(struct findings *findings)
{
    struct utsname host;
    struct finding *finding;
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release;

    if (uname(&host) < 0 || sscanf(host.release, "%u.%u", &major, &minor) != 2) {
        finding_add(findings, "kernel", FINDING_NOTE, "its release cannot be read");
        return;
    }
    release = major * 1000 + minor;
    if (release < 5019) {
        finding = finding_add(findings, "kernel", FINDING_MISSING, "Linux %u.%u", major, minor);
        finding_cost(finding, "refused system calls cannot be held safely before 5.19");
        finding_mend(finding, "boot a kernel of 5.19 or newer (Debian 12 has 6.1)");
    } else if (release < 6012) {
        finding = finding_add(findings, "kernel", FINDING_NOTE, "Linux %u.%u", major, minor);
        finding_cost(finding,
                     "%sa supervisor of an ordinary user may wait for its CPU some "
                     "milliseconds longer at a limit (until 6.12)",
                     release < 6006 ? "refused calls take longer (until 6.6); " : "");
    } else {
        finding_add(findings, "kernel", FINDING_FINE, "Linux %u.%u", major, minor);
    }
}

static void probe_landlock(struct findings *findings)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1U);
    struct finding *finding;
    char modules[128];

    if (version >= 1) {
        finding = finding_add(findings, "landlock", version >= 6 ? FINDING_FINE : FINDING_NOTE,
                              "version %ld", version);
        if (version < 6)
            finding_cost(finding, "signals and abstract sockets are held by namespaces alone "
                                  "(version 6 has scopes)");
        return;
    }
    finding = finding_add(findings, "landlock", FINDING_MISSING, "not there (%s)",
                          strerrordesc_np(errno));
    finding_cost(finding, "the file system would be held by mounts alone; every run is refused "
                          "unless it says --without landlock");
    probe_line("/sys/kernel/security/lsm", modules, sizeof(modules));
    finding_mend(finding, "add landlock to the kernel's command line: lsm=landlock,%s",
                 modules[0] ? modules : "...");
}

static void probe_no_new_privileges(struct findings *findings)
{
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0)
        finding_add(findings, "no-new-privileges", FINDING_FINE, "there");
    else
        finding_add(findings, "no-new-privileges", FINDING_MISSING, "not there");
}

static void probe_memfd(struct findings *findings)
{
    long forbidden = probe_number("/proc/sys/vm/memfd_noexec", 0);
    struct finding *finding;

    if (forbidden < 2) {
        finding_add(findings, "memfd", FINDING_FINE, "programs can be started from memory");
        return;
    }
    finding =
        finding_add(findings, "memfd", FINDING_LESS,
                    "vm.memfd_noexec is %ld: no program can be started from memory", forbidden);
    finding_cost(finding, "boxes are forks of the command: slower, and their memory figures "
                          "start with its pages");
    finding_mend(finding, "sysctl -w vm.memfd_noexec=1");
}

static void probe_proc(struct findings *findings)
{
    struct finding *finding;

    if (access("/proc/self/ns/user", F_OK) == 0) {
        finding_add(findings, "proc", FINDING_FINE, "/proc is mounted");
        return;
    }
    finding = finding_add(findings, "proc", FINDING_MISSING, "/proc is not mounted");
    finding_cost(finding, "no box can be attested, so nothing is run");
    finding_mend(finding, "mount -t proc proc /proc");
}

void probe_kernel(struct findings *findings)
{
    probe_release(findings);
    probe_proc(findings);
    probe_no_new_privileges(findings);
    probe_landlock(findings);
    probe_memfd(findings);
}
