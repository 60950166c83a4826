/* SPDX-License-Identifier: MIT */
/* error.c - see error.h. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool dp_is_shortage(int errnum)
{
    switch (errnum) {
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ETOOMANYREFS: /* descriptors under way in sockets */
        return true;
    default:
        return false;
    }
}

/* Failures of a busy or exhausted host, not of this job. */
static bool is_retryable(int errnum)
{
    switch (errnum) {
    case ETIMEDOUT:
    case EINTR:
    case EIO:
    case EUSERS:
    case ESRCH: /* our code in the box was killed while the box was made */
        return true;
    default:
        return dp_is_shortage(errnum);
    }
}

int dp_fail(struct dualpipe_error *error, enum dualpipe_step step, int errnum, const char *subject)
{
    *error = (struct dualpipe_error){
        .size = sizeof(*error),
        .step = step,
        .errnum = errnum,
        .layer = -1,
        .retryable = is_retryable(errnum),
    };
    if (subject)
        snprintf(error->subject, sizeof(error->subject), "%s", subject);
    if (errnum == EMFILE)
        dp_advise(error, "raise the limit of open files: ulimit -n");
    return -errnum;
}

void dp_advise(struct dualpipe_error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->advice, sizeof(error->advice), format, arguments);
    va_end(arguments);
}

void dp_error_give(struct dualpipe_error *to, const struct dualpipe_error *from)
{
    size_t size = sizeof(*to);

    if (!to)
        return;
    if (to->size > 0 && to->size < size)
        size = to->size;
    memcpy(to, from, size);
    to->size = size;
}

static const char *host_remedy(enum dualpipe_layer layer, int errnum)
{
    switch (layer) {
    case DUALPIPE_LAYER_USER_NAMESPACE:
        if (errnum == ENOSPC || errnum == EUSERS)
            return "raise sysctl user.max_user_namespaces (0 forbids them)";
        if (errnum == ENOSYS)
            return "a filter around this process refuses clone3, as container engines' do: "
                   "run with their option seccomp=unconfined, or a profile that allows it";
        return "let this user make user namespaces: sysctl "
               "kernel.unprivileged_userns_clone=1 (Debian) or "
               "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)";
    case DUALPIPE_LAYER_LANDLOCK:
        return "boot with landlock among the kernel's lsm= modules";
    case DUALPIPE_LAYER_SECCOMP:
        if (errnum == EBUSY)
            return "something around this process already listens to its seccomp "
                   "filter; run outside of it";
        return "use a kernel of 5.19 or newer with CONFIG_SECCOMP_FILTER";
    default:
        return NULL;
    }
}

static void advise_layer(struct dualpipe_error *error)
{
    const enum dualpipe_layer layer = (enum dualpipe_layer)error->layer;
    const char *remedy;

    if (error->advice[0]) /* for its errno alone */
        return;
    if (dp_is_shortage(error->errnum)) {
        dp_advise(error, "the host has no more processes, memory or descriptors to give: see "
                         "'ulimit -a', and the limits of the container or service");
        return;
    }
    remedy = host_remedy(layer, error->errnum);
    if (remedy)
        dp_advise(error, "%s; or give the layer up by name: --without %s", remedy,
                  dualpipe_layer_name(layer));
    else
        dp_advise(error, "give the layer up by name: --without %s", dualpipe_layer_name(layer));
}

int dp_fail_layer(struct dualpipe_error *error, enum dualpipe_step step, int errnum,
                  enum dualpipe_layer layer, const char *subject)
{
    dp_fail(error, step, errnum, subject);
    error->layer = (int)layer;
    advise_layer(error);
    return -errnum;
}
