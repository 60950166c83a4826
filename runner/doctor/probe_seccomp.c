/* SPDX-License-Identifier: MIT */
/* probe_seccomp.c - filters, their listeners, and foreign system-call ABIs. */
#include "probe.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define NOTIFY_SET_FLAGS _IOW('!', 4, uint64_t) /* SECCOMP_IOCTL_NOTIF_SET_FLAGS, Linux 6.6 */
#define NOTIFY_SYNC_WAKE_UP UINT64_C(1)

/* The value tells whether the supervisor is woken on the target's own CPU. */
static int install_listener(const void *unused, long *value)
{
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {.len = 1, .filter = &allow};
    long fd;

    (void)unused;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return errno;
    fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                 SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
                 &program);
    if (fd < 0)
        return errno;
    *value = ioctl((int)fd, NOTIFY_SET_FLAGS, NOTIFY_SYNC_WAKE_UP) == 0;
    return 0;
}

static void put_no_listener(struct findings *findings, int errnum)
{
    struct finding *finding = finding_add(findings, "seccomp", FINDING_MISSING,
                                          "no filter with a listener: %s", strerrordesc_np(errnum));

    finding_cost(finding, "every run is refused: its start could not be held, and refused "
                          "calls not be named");
    if (errnum == EBUSY)
        finding_mend(finding, "something around this process (a container's agent, another "
                              "sandbox) listens to its system calls, and the kernel allows one "
                              "listener: run outside of it");
    else
        finding_mend(finding, "use a kernel of 5.19 or newer with CONFIG_SECCOMP_FILTER, outside "
                              "of filters that refuse seccomp(2)");
}

static void probe_listener(struct findings *findings)
{
    struct probe_answer made = probe_in_child(install_listener, NULL);
    long around = probe_key("/proc/self/status", "Seccomp_filters");
    struct finding *finding;

    if (made.errnum != 0) {
        put_no_listener(findings, made.errnum);
        return;
    }
    finding = finding_add(findings, "seccomp", FINDING_FINE, "filters and listeners work%s",
                          made.value ? ", with wake-ups on the target's CPU" : "");
    if (around > 0) {
        finding->state = FINDING_NOTE;
        finding_cost(finding,
                     "%ld filter%s around this process already: each system call of a "
                     "target passes %s too",
                     around, around == 1 ? "" : "s", around == 1 ? "it" : "them");
    }
}

static int call_i386(const void *unused, long *value)
{
    long result = 20; /* getpid */

    (void)unused;
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "cc", "r8", "r9", "r10", "r11");
    *value = result;
    return result < 0 ? (int)-result : 0;
}

static int call_x32(const void *unused, long *value)
{
    (void)unused;
    *value = syscall(0x40000000L | SYS_getpid);
    return *value < 0 ? errno : 0;
}

static void probe_foreign(struct findings *findings)
{
    const bool i386 = probe_in_child(call_i386, NULL).errnum == 0;
    const bool x32 = probe_in_child(call_x32, NULL).errnum == 0;

    finding_add(findings, "foreign-abis", FINDING_FINE,
                "%s; a target that uses one is ended, whatever its policy",
                i386 && x32 ? "the kernel answers i386 and x32 calls"
                : i386      ? "the kernel answers i386 calls, not x32"
                : x32       ? "the kernel answers x32 calls, not i386"
                            : "the kernel answers neither i386 nor x32 calls");
}

void probe_seccomp(struct findings *findings)
{
    probe_listener(findings);
    probe_foreign(findings);
}
