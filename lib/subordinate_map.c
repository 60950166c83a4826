/* SPDX-License-Identifier: MIT */
/*
 * subordinate_map.c - see subordinate.h: has the system's set-uid programs write a map.
 *
 * They are run as child/errand.c says: out of the host's sight, without its
 * descriptors and environment, for a bounded time.
 */
#include "subordinate.h"

#include "child/child.h"
#include "clock.h"
#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* They read some files and write one. Where names come over a network, longer. */
#define ERRAND_TIMEOUT_US DUALPIPE_SECONDS(10)
#define KILL_TIMEOUT_US DUALPIPE_SECONDS(1)
#define NOT_YET (-EAGAIN) /* the keeper has said nothing */
#define WORDS_BYTES 160
#define NUMBER_BYTES 16

/* Where the keeper stands, and what it reads, for as long as it lives. */
struct desk {
    struct dp_errand errand;
    char numbers[7][NUMBER_BYTES];
    const char *argv[9];
    char stack[16384] __attribute__((aligned(16)));
};

struct words {
    char text[WORDS_BYTES];
    size_t length;
};

/* What it says, as far as there is room; all of it is read. */
static void hear(int fd, struct words *words)
{
    char piece[256];
    ssize_t got;

    while ((got = read(fd, piece, sizeof(piece))) > 0)
        for (ssize_t i = 0; i < got && words->length < sizeof(words->text) - 1; i++)
            words->text[words->length++] = piece[i] >= ' ' && piece[i] <= '~' ? piece[i] : ' ';
}

static bool is_over(int pidfd)
{
    return dp_descriptor_await(pidfd, 0);
}

static bool is_program_over(const struct dp_errand *errand)
{
    return errand->program_pid == 0 || is_over(errand->program_pidfd);
}

/* Until the keeper is gone, and so what it kept, or the time is over. */
static bool await(const struct dp_errand *errand, int words_fd, struct words *words,
                  int64_t deadline)
{
    struct pollfd waits[2] = {{.fd = errand->pidfd, .events = POLLIN},
                              {.fd = words_fd, .events = POLLIN}};

    while (!is_over(errand->pidfd)) {
        const int64_t left_us = deadline - dp_now_us();

        if (left_us <= 0)
            return false;
        poll(waits, 2, (int)(left_us / 1000) + 1);
        hear(words_fd, words);
    }
    hear(words_fd, words);
    return true;
}

static void end(int pidfd)
{
    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    dp_descriptor_await(pidfd, KILL_TIMEOUT_US);
}

/* Too slow, or without its keeper, who was killed by someone else. Its real uid is ours,
 * so that it can be. A keeper that is still there then is held still by somebody, and
 * ended: it would go on some time with numbers that mean other descriptors by then. */
static void end_errand(const struct dp_errand *errand, int words_fd, struct words *words)
{
    if (errand->program_pid != 0)
        end(errand->program_pidfd);
    if (await(errand, words_fd, words, dp_deadline(dp_now_us(), KILL_TIMEOUT_US)))
        return;
    end(errand->pidfd);
    if (errand->program_pid != 0) /* it may have made it meanwhile */
        end(errand->program_pidfd);
}

static bool finish(struct dp_errand *errand, int words_fd, struct words *words)
{
    siginfo_t info;
    const bool is_in_time =
        await(errand, words_fd, words, dp_deadline(dp_now_us(), ERRAND_TIMEOUT_US));

    if (!is_in_time || errand->result == NOT_YET)
        end_errand(errand, words_fd, words);
    while (waitid(P_PIDFD, (id_t)errand->pidfd, &info, WEXITED | WNOHANG | __WALL) < 0 &&
           errno == EINTR)
        ;
    return is_in_time;
}

static long start(struct desk *desk)
{
    sigset_t all;
    sigset_t before;
    long result;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    result = dp_child_run_errand(&desk->errand, desk->stack + sizeof(desk->stack));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static int judge(const struct dp_errand *errand, bool is_in_time, const struct words *words,
                 struct dualpipe_error *error)
{
    const int errnum = !is_in_time                ? ETIMEDOUT
                       : errand->result < 0       ? -errand->result
                       : errand->exec_errno != 0  ? errand->exec_errno
                       : errand->wait_status != 0 ? EPERM
                                                  : 0;

    if (errnum == 0)
        return 0;
    dp_fail_layer(error, DUALPIPE_STEP_MAP_IDS, errnum, DUALPIPE_LAYER_USER_NAMESPACE,
                  errand->program);
    if (words->length > 0)
        dp_advise(error, "it says: %s", words->text);
    return -errnum;
}

static void write_words(struct desk *desk, pid_t pid, const char *program,
                        const struct dp_id_pair pairs[2])
{
    unsigned count = 0;

    snprintf(desk->numbers[0], NUMBER_BYTES, "%d", (int)pid);
    for (unsigned i = 0; i < 2; i++) {
        snprintf(desk->numbers[3 * i + 1], NUMBER_BYTES, "%u", pairs[i].inside);
        snprintf(desk->numbers[3 * i + 2], NUMBER_BYTES, "%u", pairs[i].outside);
        snprintf(desk->numbers[3 * i + 3], NUMBER_BYTES, "1");
    }
    desk->argv[count++] = program;
    for (unsigned i = 0; i < 7; i++)
        desk->argv[count++] = desk->numbers[i];
    desk->argv[count] = NULL;
}

static int open_ends(struct dp_errand *errand, int *listen_fd)
{
    int result = dp_descriptor_pipe(listen_fd, &errand->words_fd);

    if (result == 0)
        result = dp_descriptor_nonblocking(*listen_fd);
    if (result < 0)
        return result;
    errand->input_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (errand->input_fd < 0)
        return -errno;
    errand->input_fd = dp_descriptor_raise(errand->input_fd);
    return errand->input_fd < 0 ? errand->input_fd : 0;
}

static int run(struct desk *desk, struct dualpipe_error *error)
{
    struct dp_errand *errand = &desk->errand;
    struct words words = {{0}, 0};
    int listen_fd = -1;
    long result = open_ends(errand, &listen_fd);

    if (result == 0)
        result = start(desk);
    if (result < 0)
        result = dp_fail_layer(error, DUALPIPE_STEP_MAP_IDS, (int)-result,
                               DUALPIPE_LAYER_USER_NAMESPACE, errand->program);
    else
        result = judge(errand, finish(errand, listen_fd, &words), &words, error);
    dp_descriptor_close(&listen_fd);
    dp_descriptor_close(&errand->words_fd);
    dp_descriptor_close(&errand->input_fd);
    return (int)result;
}

int dp_subordinate_map(pid_t pid, const char *program, const struct dp_id_pair pairs[2],
                       struct dualpipe_error *error)
{
    struct desk *desk =
        mmap(NULL, sizeof(*desk), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int result;

    if (desk == MAP_FAILED)
        return dp_fail(error, DUALPIPE_STEP_MAP_IDS, ENOMEM, program);
    write_words(desk, pid, program, pairs);
    desk->errand = (struct dp_errand){
        .program = program,
        .argv = desk->argv,
        .input_fd = -1,
        .words_fd = -1,
        .pidfd = -1,
        .result = NOT_YET,
    };
    result = run(desk, error);
    if (desk->errand.pidfd >= 0 &&
        (!is_over(desk->errand.pidfd) || !is_program_over(&desk->errand)))
        return result; /* somebody still stands there */
    if (desk->errand.program_pid != 0)
        dp_descriptor_close(&desk->errand.program_pidfd);
    dp_descriptor_close(&desk->errand.pidfd);
    munmap(desk, sizeof(*desk));
    return result;
}
