/* SPDX-License-Identifier: MIT */
/* probe_namespaces.c - which namespaces may be made here, and how far they go. */
#include "probe.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static int make_user_namespace(const void *unused, long *value)
{
    (void)unused;
    (void)value;
    return unshare(CLONE_NEWUSER) < 0 ? errno : 0;
}

/* AppArmor may let the namespace be made, and then give no capability in it. */
static int make_namespaces(const void *flags, long *value)
{
    if (unshare(CLONE_NEWUSER) < 0)
        return errno;
    *value = 1;
    return unshare(*(const int *)flags) < 0 ? errno : 0;
}

static const char *why_no_user_namespace(char *mend, size_t size, int errnum)
{
    if (probe_number("/proc/sys/user/max_user_namespaces", 1) == 0 || errnum == ENOSPC ||
        errnum == EUSERS)
        return "sysctl -w user.max_user_namespaces=65536";
    if (probe_number("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0)
        return "sysctl -w kernel.unprivileged_userns_clone=1";
    if (probe_key("/proc/self/status", "Seccomp") == 2)
        return "a filter around this process refuses it; in Docker: --security-opt "
               "seccomp=unconfined, in Kubernetes: securityContext.seccompProfile.type: "
               "Unconfined, or a profile that allows clone, clone3, unshare and mount";
    (void)snprintf(mend, size, "%s: let this user make user namespaces", strerrordesc_np(errnum));
    return mend;
}

/* Returns whether further namespaces can be asked for. */
static bool probe_user_namespace(struct findings *findings)
{
    const int uts = CLONE_NEWUTS;
    struct probe_answer made = probe_in_child(make_user_namespace, NULL);
    struct finding *finding;
    char text[160];

    if (made.errnum != 0) {
        finding = finding_add(findings, "user-namespace", FINDING_MISSING, "cannot be made: %s",
                              strerrordesc_np(made.errnum));
        finding_cost(finding, "no box can be made");
        finding_mend(finding, "%s", why_no_user_namespace(text, sizeof(text), made.errnum));
        return false;
    }
    made = probe_in_child(make_namespaces, &uts);
    if (made.errnum == EPERM && made.value == 1) {
        finding = finding_add(findings, "user-namespace", FINDING_MISSING,
                              "can be made, but without capabilities inside");
        finding_cost(finding, "no box can be made");
        finding_mend(finding, "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an "
                              "AppArmor profile for dualpipe that says 'userns,'");
        return false;
    }
    finding_add(findings, "user-namespace", FINDING_FINE, "made, with capabilities inside");
    return true;
}

static void probe_one(struct findings *findings, const char *name, int flag, const char *sysctl)
{
    struct probe_answer made = probe_in_child(make_namespaces, &flag);
    struct finding *finding;

    if (made.errnum == 0) {
        finding_add(findings, name, FINDING_FINE, "made");
        return;
    }
    finding = finding_add(findings, name, FINDING_MISSING, "cannot be made: %s",
                          strerrordesc_np(made.errnum));
    finding_cost(finding, "runs are refused unless they say --without %s", name);
    if (made.errnum == ENOSPC)
        finding_mend(finding, "sysctl -w user.max_%s_namespaces=65536", sysctl);
    else
        finding_mend(finding, "use a kernel that has it, outside of filters that refuse it");
}

/* In a box of its own a /proc can be mounted only where the host's is whole:
 * containers cover parts of theirs. */
static int mount_proc(const void *unused, long *value)
{
    int status = 0;
    pid_t pid;

    (void)unused;
    (void)value;
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS) < 0)
        return errno;
    pid = fork();
    if (pid == 0)
        _exit(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 ? errno
                                                                                         : 0);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

static void probe_inner_proc(struct findings *findings)
{
    struct probe_answer made = probe_in_child(mount_proc, NULL);
    struct finding *finding;

    if (made.errnum == 0) {
        finding_add(findings, "inner-proc", FINDING_FINE, "a box can have a /proc of its own");
        return;
    }
    finding = finding_add(findings, "inner-proc", FINDING_MISSING,
                          "a box cannot have a /proc of its own: %s", strerrordesc_np(made.errnum));
    finding_cost(finding, "policies that show /proc (java, node, compile, shell) do not run");
    finding_mend(finding, "parts of this /proc are covered, as containers do; in Docker: "
                          "--security-opt systempaths=unconfined, in Kubernetes: "
                          "securityContext.procMount: Unmasked");
}

void probe_namespaces(struct findings *findings)
{
    static const struct {
        const char *name;
        int flag;
        const char *sysctl;
    } spaces[] = {
        {"pid-namespace", CLONE_NEWPID, "pid"},     {"mount-namespace", CLONE_NEWNS, "mnt"},
        {"network-namespace", CLONE_NEWNET, "net"}, {"ipc-namespace", CLONE_NEWIPC, "ipc"},
        {"uts-namespace", CLONE_NEWUTS, "uts"},     {"cgroup-namespace", CLONE_NEWCGROUP, "cgroup"},
    };

    if (!probe_user_namespace(findings))
        return;
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
        probe_one(findings, spaces[i].name, spaces[i].flag, spaces[i].sysctl);
    probe_inner_proc(findings);
}
