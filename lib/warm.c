/* SPDX-License-Identifier: MIT */
/* warm.c - see warm.h; the other side is child/spawn.c. */
#include "warm.h"

#include "clock.h"
#include "descriptor.h"
#include "environment.h"
#include "error.h"
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_TIMEOUT_US DUALPIPE_SECONDS(30)
#define PAGE_BYTES 4096

/* A descriptor for the box, and a mapping for us. */
static int make_sheet(struct dp_warm *warm, struct dualpipe_error *error)
{
    void *address;
    int fd = memfd_create("dualpipe-sheet", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd >= 0)
        fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return dp_fail(error, DUALPIPE_STEP_START_INIT, errno, "memfd_create");
    if (ftruncate(fd, (off_t)DP_SHEET_BYTES) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        close(fd);
        return dp_fail(error, DUALPIPE_STEP_START_INIT, errno, "sheet");
    }
    address = mmap(NULL, DP_SHEET_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address == MAP_FAILED) {
        close(fd);
        return dp_fail(error, DUALPIPE_STEP_START_INIT, errno, "sheet");
    }
    warm->sheet = address;
    return fd;
}

static int find_working_step(const struct dp_warm *warm)
{
    const char *base = warm->setup.block.bytes;
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)base;
    const struct dp_mount_step *steps =
        (const struct dp_mount_step *)(const void *)(base + plan->mounts);
    const char *directory = warm->setup.policy->policy.directory;

    for (uint32_t i = 0; i < plan->mount_count; i++)
        if (steps[i].kind == DP_MOUNT_WRITABLE && directory[0] == '/' &&
            strcmp(base + steps[i].target, directory + 1) == 0)
            return (int)i;
    return -1;
}

static int start_spawner(struct dp_warm *warm, struct dp_patience *patience,
                         struct dualpipe_error *error)
{
    int streams[3] = {-1, -1, -1};
    int result = dp_zygote_open_log(warm, streams, error);

    if (result == 0)
        result = dp_box_start(&warm->box, &warm->setup, streams, error);
    if (result == 0 && warm->was_patient)
        dp_patience_has_box(patience, warm->box.init);
    if (result == 0)
        result = dp_box_await_spawner(&warm->box, &warm->setup, &warm->waits, error);
    if (result == 0)
        result = dp_zygote_check(warm, error);
    else
        dp_zygote_tell(warm, error);
    dp_descriptor_close(&warm->log);
    if (result == 0)
        warm->working_step = find_working_step(warm);
    warm->disk_bytes = warm->setup.limits.disk_bytes;
    return result;
}

int dp_warm_open(struct dp_warm *warm, const struct dp_warm_plan *plan,
                 struct dualpipe_error *error)
{
    int sheet;
    int result;

    *warm = (struct dp_warm){
        .job = {.limits = *plan->limits,
                .cpus = plan->cpus,
                .binds = plan->binds,
                .bind_count = plan->bind_count,
                .directory = plan->directory},
        .log = -1,
        .last_init = -1,
        .program_fd = -1,
    };
    dp_box_init(&warm->box);
    dp_attest_own_namespaces(&warm->own_namespaces);
    result = plan->interpreter ? dp_zygote_describe(warm, plan, error) : 0;
    if (result < 0)
        return result;
    sheet = make_sheet(warm, error);
    if (sheet < 0)
        return sheet;
    result = dp_setup_make_warm(&warm->setup, &warm->job, plan->policy, plan->spawn, sheet, error);
    if (result < 0) {
        munmap(warm->sheet, DP_SHEET_BYTES);
        return result;
    }
    warm->is_open = true;
    warm->was_patient = plan->patience && dp_patience_begin(plan->patience);
    result = start_spawner(warm, plan->patience, error);
    if (warm->was_patient && !dp_patience_end(plan->patience) && result == 0)
        result = dp_fail(error, DUALPIPE_STEP_START_INIT, EPERM, "scheduling class");
    if (result < 0)
        dp_warm_close(warm);
    return result;
}

void dp_warm_close(struct dp_warm *warm)
{
    if (!warm->is_open)
        return;
    dp_box_remove(&warm->box);
    dp_descriptor_close(&warm->last_init);
    dp_descriptor_close(&warm->program_fd);
    dp_waitset_release(&warm->waits);
    dp_setup_release(&warm->setup);
    munmap(warm->sheet, DP_SHEET_BYTES);
    warm->is_open = false;
}

static int send_order(const struct dp_warm *warm, struct dp_order *order, const int *fds,
                      unsigned count, struct dualpipe_error *error)
{
    struct iovec part = {.iov_base = order, .iov_len = sizeof(*order)};
    union {
        char bytes[CMSG_SPACE(3 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
    }
    if (sendmsg(warm->box.control, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*order))
        return 0;
    return dp_fail(error, DUALPIPE_STEP_FORK_TARGET, errno, "spawner of the box");
}

/* As view.c sizes the root of a new box. */
int64_t dp_warm_files_bytes(const struct dp_warm *warm)
{
    const int64_t bytes = warm->disk_bytes;

    if (bytes == DUALPIPE_UNLIMITED)
        return bytes;
    return bytes > warm->setup.sized_bytes ? bytes - warm->setup.sized_bytes : PAGE_BYTES;
}

static void write_size(const struct dp_warm *warm, struct dp_order *order)
{
    dp_view_size(order->size, order->inodes, dp_warm_files_bytes(warm), warm->setup.mount_count);
}

int dp_warm_order_target(struct dp_warm *warm, const int streams[3], struct dualpipe_error *error)
{
    struct dp_order order = {.kind = DP_ORDER_TARGET};

    warm->sheet->init_deadline_us = 0;
    write_size(warm, &order);
    return send_order(warm, &order, streams, 3, error);
}

/* What the spawner makes of the order. */
static int await_answer(const struct dp_warm *warm, enum dualpipe_step step, const char *subject,
                        struct dualpipe_error *error)
{
    struct pollfd waits[2] = {{.fd = warm->box.status, .events = POLLIN},
                              {.fd = warm->box.init_pidfd, .events = POLLIN}};
    struct dp_status answer;

    dp_descriptors_await(waits, 2, ANSWER_TIMEOUT_US);
    if (read(warm->box.status, &answer, sizeof(answer)) != (ssize_t)sizeof(answer) ||
        answer.kind != DP_STATUS_OBEYED || answer.wait_status < 0 ||
        answer.wait_status > DP_ERRNO_MAX) {
        dp_fail(error, step, ECHILD, "spawner of the box");
        error->retryable = true;
        return -ECHILD;
    }
    if (answer.wait_status == 0)
        return 0;
    dp_fail(error, step, answer.wait_status, subject);
    if (step == DUALPIPE_STEP_COPY_FILE && answer.wait_status == ENOSPC)
        dp_advise(error, "it does not fit into the box: raise --disk");
    return -answer.wait_status;
}

int dp_warm_order_file(struct dp_warm *warm, const char *name, int fd, unsigned mode,
                       struct dualpipe_error *error)
{
    struct dp_order order = {.kind = DP_ORDER_FILE, .mode = mode};
    const int length = snprintf(order.path, sizeof(order.path), "%d/%s", warm->working_step, name);
    int result;

    if (length >= (int)sizeof(order.path))
        return dp_fail(error, DUALPIPE_STEP_COPY_FILE, ENAMETOOLONG, name);
    write_size(warm, &order);
    result = send_order(warm, &order, &fd, 1, error);
    return result < 0 ? result : await_answer(warm, DUALPIPE_STEP_COPY_FILE, name, error);
}

int dp_warm_order_size(struct dp_warm *warm, int64_t disk_bytes, struct dualpipe_error *error)
{
    struct dp_order order = {.kind = DP_ORDER_SIZE};
    int result;

    if (disk_bytes == warm->disk_bytes)
        return 0;
    warm->disk_bytes = disk_bytes;
    write_size(warm, &order);
    result = send_order(warm, &order, NULL, 0, error);
    return result < 0 ? result
                      : await_answer(warm, DUALPIPE_STEP_MOUNT, "size of the files", error);
}

/* Where the next text goes. */
struct pen {
    struct dp_sheet *sheet;
    size_t used;
};

static int write_text(struct pen *pen, const char *text, uint64_t *address)
{
    const size_t size = strlen(text) + 1;

    if (size > DP_SHEET_TEXT_BYTES - pen->used)
        return -E2BIG;
    memcpy(pen->sheet->texts + pen->used, text, size);
    *address = DP_SHEET_ADDRESS + offsetof(struct dp_sheet, texts) + pen->used;
    pen->used += size;
    return 0;
}

static int write_texts(struct pen *pen, const char *const *texts, uint64_t *addresses,
                       unsigned *count, unsigned max)
{
    for (; texts && *texts; texts++) {
        int result = *count + 1 < max ? 0 : -E2BIG;

        if (result == 0)
            result = write_text(pen, *texts, &addresses[*count]);
        if (result < 0)
            return result;
        ++*count;
    }
    addresses[*count] = 0;
    return 0;
}

int dp_warm_write_sheet(struct dp_warm *warm, const char *program, const struct dualpipe_job *job)
{
    const struct dp_policy *policy = &warm->setup.policy->policy;
    struct pen pen = {.sheet = warm->sheet};
    unsigned arguments = 0;
    unsigned variables = 0;
    int result =
        write_texts(&pen, job->argv, warm->sheet->arguments, &arguments, DP_SHEET_ARGUMENTS);

    for (size_t i = 0; i < policy->env_count && result == 0; i++) {
        const char *const one[] = {policy->env[i], NULL};

        if (!dp_environment_overrides(job->env, policy->env[i]))
            result =
                write_texts(&pen, one, warm->sheet->environment, &variables, DP_SHEET_VARIABLES);
    }
    if (result == 0)
        result =
            write_texts(&pen, job->env, warm->sheet->environment, &variables, DP_SHEET_VARIABLES);
    if (result == 0)
        snprintf(warm->sheet->program, sizeof(warm->sheet->program), "%s", program);
    return result;
}
