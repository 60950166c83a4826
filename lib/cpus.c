/* SPDX-License-Identifier: MIT */
/* cpus.c - see cpus.h. */
#include "cpus.h"

#include "claim.h"
#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPREAD "spread"
#define ONLINE_FILE "/sys/devices/system/cpu/online"

/* A decimal number of a CPU that can be in a set; -1: there is none. */
static int read_number(const char **text)
{
    char *end;
    unsigned long value;

    if (**text < '0' || **text > '9')
        return -1;
    value = strtoul(*text, &end, 10);
    if (value >= CPU_SETSIZE)
        return -1;
    *text = end;
    return (int)value;
}

int dp_cpus_parse(cpu_set_t *set, const char *text, const char **wrong)
{
    CPU_ZERO(set);
    for (;;) {
        int first;
        int last;

        *wrong = text;
        first = read_number(&text);
        last = first;
        if (first >= 0 && *text == '-') {
            text++;
            last = read_number(&text);
        }
        if (first < 0 || last < first)
            return -EINVAL;
        for (int cpu = first; cpu <= last; cpu++)
            CPU_SET((unsigned)cpu, set);
        if (*text == '\0')
            return 0;
        if (*text++ != ',')
            return -EINVAL;
    }
}

void dp_cpus_init(struct dp_cpus *cpus)
{
    *cpus = (struct dp_cpus){.claim_fd = -1};
}

static int bad_list(struct dualpipe_error *error, const char *text, const char *wrong)
{
    dp_fail(error, DUALPIPE_STEP_READ_JOB, EINVAL, "cpus");
    dp_advise(error,
              "'%.40s' is wrong at '%.20s': write numbers of CPUs below %d as 0-3,5, or " SPREAD
              ", or " SPREAD ":0-3,5",
              text, wrong, CPU_SETSIZE);
    return -EINVAL;
}

/* A host that does not tell is believed to have them all; the box's attestation
 * looks again at what was got. */
static int check_online(const cpu_set_t *set, struct dualpipe_error *error)
{
    char text[1024] = "";
    const char *wrong;
    cpu_set_t online;
    ssize_t got = -1;
    int fd = open(ONLINE_FILE, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        got = read(fd, text, sizeof(text) - 1);
        close(fd);
    }
    text[got > 0 ? got : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (dp_cpus_parse(&online, text, &wrong) < 0)
        return 0;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, set) || CPU_ISSET(cpu, &online))
            continue;
        dp_fail(error, DUALPIPE_STEP_READ_JOB, EINVAL, "cpus");
        dp_advise(error, "this host has no CPU %u now; it has %.60s", cpu, text);
        return -EINVAL;
    }
    return 0;
}

static int claim_one(struct dp_cpus *cpus, struct dualpipe_error *error)
{
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        int fd;

        if (!CPU_ISSET(cpu, &cpus->set))
            continue;
        fd = dp_claim("cpu", cpu);
        if (fd == -EADDRINUSE)
            continue;
        if (fd < 0)
            return dp_fail(error, DUALPIPE_STEP_READ_JOB, -fd, "cpus");
        cpus->claim_fd = fd;
        CPU_ZERO(&cpus->set);
        CPU_SET(cpu, &cpus->set);
        return 0;
    }
    dp_fail(error, DUALPIPE_STEP_READ_JOB, EBUSY, "cpus");
    dp_advise(error, "each of these CPUs has a run of its own already: run no more than %d at once",
              CPU_COUNT(&cpus->set));
    error->retryable = true;
    return -EBUSY;
}

int dp_cpus_choose(struct dp_cpus *cpus, const char *text, struct dualpipe_error *error)
{
    const size_t length = sizeof(SPREAD) - 1;
    const char *list = text;
    const char *wrong;
    bool spreads;
    int result = 0;

    dp_cpus_init(cpus);
    if (!text)
        return 0;
    spreads = strncmp(text, SPREAD, length) == 0 && (text[length] == ':' || !text[length]);
    if (spreads)
        list = text[length] ? text + length + 1 : NULL;
    if (list && dp_cpus_parse(&cpus->set, list, &wrong) < 0)
        return bad_list(error, text, wrong);
    if (list)
        result = check_online(&cpus->set, error);
    else if (sched_getaffinity(0, sizeof(cpus->set), &cpus->set) != 0)
        result = dp_fail(error, DUALPIPE_STEP_READ_JOB, errno, "cpus");
    if (result == 0 && spreads)
        result = claim_one(cpus, error);
    cpus->is_set = result == 0;
    return result;
}

void dp_cpus_release(struct dp_cpus *cpus)
{
    dp_descriptor_close(&cpus->claim_fd);
}
