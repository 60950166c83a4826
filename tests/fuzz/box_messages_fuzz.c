/* SPDX-License-Identifier: MIT */
/* box_messages_fuzz.c - libFuzzer on what comes out of a box while it is made: reports of
 * failed steps, of readiness, of obeyed orders, and descriptors at the control socket,
 * all with any bytes and any length. KIND, COUNT of descriptors, then the message. */
#include "fuzz.h"

#include "../../lib/box.c"
#include "../../lib/warm.c"

#include <dirent.h>

static const char subject[] = "a text of the plan";

static unsigned count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    unsigned count = 0;

    MUST(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

/* A pipe with the message in it, as init's are. */
static int pipe_with(const struct fuzz_bytes *bytes)
{
    const size_t size = bytes->size < 4096 ? bytes->size : 4096;
    int ends[2];

    MUST(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    MUST(size == 0 || write(ends[1], bytes->data, size) == (ssize_t)size);
    close(ends[1]);
    return ends[0];
}

/* Whatever is said there, the box is not made: a report of a failure is one. */
static void check_error_report(struct dp_box *box, const struct dp_setup *setup,
                               const struct fuzz_bytes *bytes)
{
    struct dualpipe_error error = {0};
    char text[512];
    int result;

    box->error = pipe_with(bytes);
    result = read_child_error(box, setup, &error);
    if (bytes->size == 0)
        MUST(result == 0);
    else
        MUST(result < 0 && result > -4096 && error.errnum == -result);
    MUST(error.layer < DUALPIPE_LAYER_COUNT);
    MUST(dualpipe_error_text(&error, text, sizeof(text)) == text);
    close(box->error);
    box->error = pipe_with(bytes);
    result = init_failed(box, setup, ECHILD, &error);
    MUST(result < 0 && error.errnum > 0);
}

static void check_status_report(struct dp_box *box, const struct dp_setup *setup,
                                const struct fuzz_bytes *bytes)
{
    struct dualpipe_error error = {0};
    struct dp_status status = {0};
    int result;

    box->status = pipe_with(bytes);
    memcpy(&status, bytes->data, bytes->size < sizeof(status) ? bytes->size : sizeof(status));
    result = read_ready(box, setup, &error);
    MUST(result <= 0);
    if (box->is_ready)
        MUST(result == 0 && bytes->size >= sizeof(status) && status.kind == DP_STATUS_READY);
}

static void check_answer(const struct fuzz_bytes *bytes)
{
    struct dp_warm warm = {.box.init_pidfd = -1};
    struct dualpipe_error error = {0};
    struct dp_status status = {0};
    int result;

    warm.box.status = pipe_with(bytes);
    memcpy(&status, bytes->data, bytes->size < sizeof(status) ? bytes->size : sizeof(status));
    result = await_answer(&warm, DUALPIPE_STEP_COPY_FILE, "file", &error);
    MUST(result <= 0 && (result == 0 || error.errnum > 0));
    if (result == 0)
        MUST(status.kind == DP_STATUS_OBEYED && status.wait_status == 0);
    close(warm.box.status);
}

static void send_control(int fd, unsigned count, const struct fuzz_bytes *bytes)
{
    const size_t size = bytes->size < 4096 ? bytes->size : 4096;
    struct iovec part = {(void *)(uintptr_t)bytes->data, size};
    union {
        char bytes[CMSG_SPACE(8 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    int fds[8];

    for (unsigned i = 0; i < count; i++)
        fds[i] = STDERR_FILENO;
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        control.align.cmsg_level = SOL_SOCKET;
        control.align.cmsg_type = SCM_RIGHTS;
        control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
    }
    (void)sendmsg(fd, &message, MSG_NOSIGNAL);
}

/* Two descriptors are the listener and its courier; any others are closed again. */
static void check_control(struct dp_box *box, unsigned count, const struct fuzz_bytes *bytes)
{
    int pair[2];

    MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    box->control = pair[0];
    send_control(pair[1], count, bytes);
    send_control(pair[1], count, bytes);
    close(pair[1]);
    while (read_control(box))
        ;
    MUST(box->control < 0);
    if (box->listener >= 0)
        MUST(count == 2 && box->courier_pidfd >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char plan[64];
    const unsigned before = count_descriptors();
    struct fuzz_bytes bytes = {data, size};
    const uint8_t kind = fuzz_byte(&bytes);
    const uint8_t count = fuzz_byte(&bytes);
    struct dp_setup setup = {.block = {.bytes = plan, .size = sizeof(plan)}};
    struct dp_box box;

    memcpy(plan + 32, subject, sizeof(subject));
    dp_box_init(&box);
    if (kind % 4 == 0)
        check_error_report(&box, &setup, &bytes);
    else if (kind % 4 == 1)
        check_status_report(&box, &setup, &bytes);
    else if (kind % 4 == 2)
        check_answer(&bytes);
    else
        check_control(&box, count % 5, &bytes);
    dp_box_remove(&box);
    MUST(count_descriptors() == before);
    return 0;
}
