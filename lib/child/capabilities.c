/* SPDX-License-Identifier: MIT */
/* capabilities.c - give all of them up, for good, and prove it. */
#include "child.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/securebits.h>

void child_empty_bounding_set(const struct child *child)
{
    if (!child_has(child, DUALPIPE_LAYER_CAPABILITIES))
        return;
    for (uint32_t number = 0; number <= child->plan->capability_last; number++) {
        long result = raw5(SYS_prctl, PR_CAPBSET_DROP, number, 0, 0, 0);

        if (result != 0)
            child_fail(child, DUALPIPE_STEP_DROP_CAPABILITIES, result, DUALPIPE_LAYER_CAPABILITIES,
                       0);
    }
}

static long empty_sets(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};

    return raw2(SYS_capset, &header, none);
}

/* Nothing is left, and nothing comes back. Returns 0 when that is so. */
static long prove_none_left(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    long result = raw2(SYS_capget, &header, data);

    if (result != 0)
        return result;
    for (unsigned i = 0; i < 2; i++)
        if (data[i].effective | data[i].permitted | data[i].inheritable)
            return -EPERM;
    data[0].effective = data[0].permitted = 1U << CAP_SETUID;
    if (raw2(SYS_capset, &header, data) != -EPERM)
        return -EPERM;
    return 0;
}

void child_drop_capabilities(const struct child *child)
{
    /* Locked: uid 0 means nothing, no set is kept or refilled by an id change. */
    const long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                      SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                      SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    long result;

    if (!child_has(child, DUALPIPE_LAYER_CAPABILITIES))
        return;
    result = raw5(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (result == 0)
        result = raw5(SYS_prctl, PR_SET_SECUREBITS, bits, 0, 0, 0); /* needs CAP_SETPCAP */
    if (result == 0)
        result = empty_sets();
    if (result == 0)
        result = prove_none_left();
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_DROP_CAPABILITIES, result, DUALPIPE_LAYER_CAPABILITIES, 0);
}

void child_set_no_new_privileges(const struct child *child)
{
    long result;

    if (!child_has(child, DUALPIPE_LAYER_NO_NEW_PRIVILEGES))
        return;
    result = raw5(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (result == 0 && raw5(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        result = -EPERM;
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_NO_NEW_PRIVILEGES, result, DUALPIPE_LAYER_NO_NEW_PRIVILEGES,
                   0);
}
