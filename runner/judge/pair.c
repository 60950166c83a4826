/* SPDX-License-Identifier: MIT */
/* pair.c - see pair.h. */
#include "pair.h"

#include "allocate.h"
#include "quiet.h"

#include "../doctor/pointer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PIPE_BYTES (1 << 20)
#define LOOK_MS 100
#define REJECTED_GRACE_US INT64_C(100000)
#define PIECE_BYTES 65536
#define EXCHANGES_MAX 20000

/* From one side to the other. Direct: .out is the read end and .in the write end
 * of one pipe, held beside the two sides. Recorded: of two pipes, between which
 * we pump. */
struct way {
    int out;
    int in;
    char *held; /* read, and not yet taken */
    size_t start;
    size_t end;
    bool is_at_end;  /* the writer is gone and all was read */
    bool is_dropped; /* nobody reads any more: what still comes goes nowhere */
};

struct talk {
    struct pair *pair;
    const struct pair_order *order;
    struct dualpipe *handles[2];
    struct way ways[2]; /* the one that leads from the side of that number */
    struct quiet quiet[2];
    int64_t began_us;
    size_t recorded;
    int64_t kill_at_us[2]; /* a side that counts no more, unless it ends by then; 0: not */
};

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static bool is_recorded(const struct talk *talk)
{
    return talk->order->record_bytes > 0;
}

/* The same pipe end under a description of our own: a side may set the flags of
 * the one that it was given. Returns it, or -1. */
static int open_own(int fd, int mode)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, mode | O_NONBLOCK | O_CLOEXEC);
}

/* One pipe; far is the end that is given away. Returns 0 or -1. */
static int make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES); /* more room, not needed */
    return 0;
}

/* Sets the ends that both sides are given: writer's output, reader's input. */
static int make_way(const struct talk *talk, struct way *way, int *output, int *input)
{
    int first[2] = {-1, -1};
    int second[2] = {-1, -1};
    int result = make_pipe(first);

    if (result == 0 && is_recorded(talk))
        result = make_pipe(second);
    *output = first[1];
    if (is_recorded(talk)) {
        *input = second[0];
        way->out = first[0];
        way->in = second[1];
        way->held = allocate(PIECE_BYTES);
        if (result == 0 &&
            (fcntl(way->out, F_SETFL, O_NONBLOCK) < 0 || fcntl(way->in, F_SETFL, O_NONBLOCK) < 0))
            result = -1;
        return result;
    }
    *input = first[0];
    way->out = result == 0 ? open_own(first[0], O_RDONLY) : -1;
    way->in = result == 0 ? open_own(first[1], O_WRONLY) : -1;
    return way->out < 0 || way->in < 0 ? -1 : 0;
}

static void note_error(struct pair_side *side, const struct dualpipe_error *error)
{
    char text[640];

    if (!side->error)
        side->error = text_copy(text_with_doctor(error, text, sizeof(text)));
}

static int start_side(struct talk *talk, int which, int input, int output)
{
    struct dualpipe_job *job = talk->order->jobs[which];
    struct dualpipe_error error = {.size = sizeof(error)};
    int end_fd;

    job->standard_input = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_GIVEN, .fd = input};
    job->standard_output = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_GIVEN, .fd = output};
    if (dualpipe_open(&talk->handles[which], job, &error) < 0) {
        talk->handles[which] = NULL;
        note_error(&talk->pair->sides[which], &error);
        return -1;
    }
    end_fd = dualpipe_descriptor(talk->handles[which]); /* without it nobody hears of its end */
    if (end_fd >= 0)
        return 0;
    talk->pair->sides[which].error = text_print("epoll: %s", strerrordesc_np(-end_fd));
    return -1;
}

/* The second side first: it is to be there when the first one's clock starts. */
static int start(struct talk *talk)
{
    int outputs[2] = {-1, -1};
    int inputs[2] = {-1, -1};
    int result = 0;

    for (int i = 0; i < 2 && result == 0; i++)
        result = make_way(talk, &talk->ways[i], &outputs[i], &inputs[1 - i]);
    if (result < 0)
        talk->pair->sides[0].error = text_print("pipes: %s", strerrordesc_np(errno));
    if (result == 0)
        result = start_side(talk, PAIR_SECOND, inputs[PAIR_SECOND], outputs[PAIR_SECOND]);
    if (result == 0)
        result = start_side(talk, PAIR_FIRST, inputs[PAIR_FIRST], outputs[PAIR_FIRST]);
    talk->began_us = now_us();
    for (int i = 0; i < 2; i++) {
        close_end(&inputs[i]);
        close_end(&outputs[i]);
    }
    return result;
}

static void record(struct talk *talk, int from, const char *text, size_t size)
{
    struct pair *pair = talk->pair;
    const size_t left = talk->order->record_bytes - talk->recorded;
    struct judge_exchange *exchange;

    if (size > left || pair->exchange_count == EXCHANGES_MAX) {
        pair->exchanges_cut = true;
        size = pair->exchange_count == EXCHANGES_MAX ? 0 : left;
    }
    if (size == 0)
        return;
    talk->recorded += size;
    exchange = GROW(pair->exchanges, pair->exchange_count);
    *exchange = (struct judge_exchange){.at_us = now_us() - talk->began_us,
                                        .to_submission = from == PAIR_SECOND,
                                        .text = text_cut(text, size),
                                        .text_size = size};
}

/* Nobody reads at the far side: take what comes, so that the writer is neither
 * stopped nor killed for it. */
static void drop(struct way *way)
{
    char piece[8192];
    ssize_t got;

    do
        got = read(way->out, piece, sizeof(piece));
    while (got > 0);
    if (got == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(&way->out);
}

static void pump(struct talk *talk, int from)
{
    struct way *way = &talk->ways[from];
    ssize_t moved;

    if (way->start == way->end && way->out >= 0) {
        moved = read(way->out, way->held, PIECE_BYTES);
        if (moved == 0 || (moved < 0 && errno != EAGAIN && errno != EINTR))
            way->is_at_end = true;
        if (moved > 0) {
            way->start = 0;
            way->end = (size_t)moved;
            record(talk, from, way->held, way->end);
        }
    }
    if (way->start < way->end && way->in >= 0) {
        moved = write(way->in, way->held + way->start, way->end - way->start);
        if (moved > 0)
            way->start += (size_t)moved;
        else if (moved < 0 && errno != EAGAIN && errno != EINTR)
            way->start = way->end; /* its reader is gone */
    }
    if (way->is_at_end && way->start == way->end) {
        close_end(&way->out);
        /* The end is passed on when its writer is over, as between two that are
         * joined directly: else the other might end of it, and seem to be first. */
        if (!talk->handles[from])
            close_end(&way->in);
    }
}

static void move(struct talk *talk, int from)
{
    if (talk->ways[from].out < 0)
        return;
    if (talk->ways[from].is_dropped)
        drop(&talk->ways[from]);
    else if (is_recorded(talk))
        pump(talk, from);
}

/* SIGPIPE is no failure: the other side had stopped listening first. */
static bool has_failed(const struct dualpipe_result *result)
{
    return result->verdict != DUALPIPE_OK &&
           !(result->verdict == DUALPIPE_SIGNALLED && WIFSIGNALED(result->status) &&
             WTERMSIG(result->status) == SIGPIPE);
}

/* A side is over. Its words that are still under way arrive; then the other side
 * sees their end. What the other says goes nowhere, and harms nobody. */
static void take_leave(struct talk *talk, int which)
{
    const struct dualpipe_result *result = &talk->pair->sides[which].result;
    struct way *from = &talk->ways[which];
    struct way *to = &talk->ways[1 - which];

    if (!is_recorded(talk)) { /* else the pump finds the end, behind all that was said */
        close_end(&from->in);
        close_end(&from->out);
    } else if (from->out < 0) {
        close_end(&from->in);
    }
    to->is_dropped = true;
    close_end(&to->in);
    to->start = to->end = 0;
    if (which == PAIR_SECOND && talk->order->is_rejection &&
        talk->order->is_rejection(result, talk->order->argument)) {
        close_end(&to->out);
        talk->kill_at_us[PAIR_FIRST] = now_us() + REJECTED_GRACE_US;
    }
    if (which == PAIR_FIRST && talk->order->failed_grace_us > 0 && has_failed(result))
        talk->kill_at_us[PAIR_SECOND] = now_us() + talk->order->failed_grace_us;
}

static void finish_side(struct talk *talk, int which)
{
    struct pair_side *side = &talk->pair->sides[which];
    struct dualpipe_error error = {.size = sizeof(error)};

    side->result = (struct dualpipe_result){.size = sizeof(side->result)};
    side->has_result = dualpipe_close_error(talk->handles[which], &side->result, &error) == 0;
    talk->handles[which] = NULL;
    if (side->has_result && side->result.verdict == DUALPIPE_INTERNAL_ERROR) {
        side->has_result = false;
        error = side->result.error;
    }
    if (!side->has_result) {
        note_error(side, &error);
        side->result = (struct dualpipe_result){.size = sizeof(side->result), .error = error};
    }
    take_leave(talk, which);
}

/* Both asleep for long, and nothing on its way to one that would read it. */
static void look_for_silence(struct talk *talk, int64_t now)
{
    struct pair *pair = talk->pair;
    bool is_silent = true;

    for (int i = 0; i < 2; i++) {
        int64_t since;

        if (!talk->handles[i])
            return;
        since = quiet_look(&talk->quiet[i], dualpipe_pid(talk->handles[i]), now,
                           pair->sides[i].waits, sizeof(pair->sides[i].waits));
        is_silent = is_silent && since > 0 && now - since >= talk->order->idle_us;
    }
    if (!is_silent)
        return;
    pair->is_silent = true;
    for (int i = 0; i < 2; i++)
        (void)dualpipe_kill(talk->handles[i]);
}

static void kill_what_counts_no_more(struct talk *talk, int64_t now)
{
    for (int i = 0; i < 2; i++) {
        if (talk->kill_at_us[i] == 0 || now < talk->kill_at_us[i] || !talk->handles[i])
            continue;
        (void)dualpipe_kill(talk->handles[i]);
        talk->kill_at_us[i] = 0;
        talk->pair->second_was_ended = talk->pair->second_was_ended || i == PAIR_SECOND;
    }
}

/* Wait until something is to be done, and for a look at the silent at most. */
static void wait_for_events(struct talk *talk, struct pollfd *polls)
{
    nfds_t count = 0;

    for (int i = 0; i < 2; i++) {
        struct way *way = &talk->ways[i];

        polls[i] = (struct pollfd){
            .fd = talk->handles[i] ? dualpipe_descriptor(talk->handles[i]) : -1, .events = POLLIN};
        polls[2 + i] = (struct pollfd){.fd = -1};
        if (way->is_dropped || (is_recorded(talk) && way->start == way->end))
            polls[2 + i] = (struct pollfd){.fd = way->out, .events = POLLIN};
        else if (is_recorded(talk))
            polls[2 + i] = (struct pollfd){.fd = way->in, .events = POLLOUT};
    }
    count = 4;
    (void)poll(polls, count, LOOK_MS);
}

static void run_rounds(struct talk *talk)
{
    int64_t looked_us = talk->began_us;

    while (talk->handles[0] || talk->handles[1]) {
        struct pollfd polls[4];
        int64_t now;

        wait_for_events(talk, polls);
        for (int i = 0; i < 2; i++) {
            if (polls[2 + i].revents)
                move(talk, i);
        }
        for (int i = 1; i >= 0; i--) {
            if (talk->handles[i] && polls[i].revents)
                finish_side(talk, i);
        }
        now = now_us();
        kill_what_counts_no_more(talk, now);
        if (now - looked_us >= INT64_C(1000) * LOOK_MS && !talk->pair->is_silent) {
            look_for_silence(talk, now);
            looked_us = now;
        }
    }
}

static void find_first(struct pair *pair)
{
    const int64_t first = pair->sides[PAIR_FIRST].result.ended_us;
    const int64_t second = pair->sides[PAIR_SECOND].result.ended_us;

    if (first > 0 && second > 0)
        pair->ended_first = second <= first ? PAIR_SECOND : PAIR_FIRST;
}

int pair_run(struct pair *pair, const struct pair_order *order)
{
    struct talk talk = {.pair = pair, .order = order};
    int result;

    *pair = (struct pair){.ended_first = -1};
    for (int i = 0; i < 2; i++)
        talk.ways[i] = (struct way){.out = -1, .in = -1};
    result = start(&talk);
    if (result == 0)
        run_rounds(&talk);
    for (int i = 0; i < 2; i++) {
        if (talk.handles[i]) {
            (void)dualpipe_kill(talk.handles[i]);
            (void)dualpipe_close(talk.handles[i], NULL);
        }
        close_end(&talk.ways[i].out);
        close_end(&talk.ways[i].in);
        free(talk.ways[i].held);
    }
    find_first(pair);
    return result == 0 && pair->sides[0].has_result && pair->sides[1].has_result ? 0 : -1;
}

void pair_release(struct pair *pair)
{
    for (int i = 0; i < 2; i++)
        free(pair->sides[i].error);
    for (size_t i = 0; i < pair->exchange_count; i++)
        free(pair->exchanges[i].text);
    free(pair->exchanges);
    *pair = (struct pair){0};
}

char *pair_choose_cpu(const char *list)
{
    static atomic_uint asked;
    cpu_set_t all;
    unsigned wanted;
    int count;

    if (list && list[0] >= '0' && list[0] <= '9')
        return text_cut(list, strspn(list, "0123456789"));
    if (sched_getaffinity(0, sizeof(all), &all) < 0)
        return NULL;
    count = CPU_COUNT(&all);
    wanted = atomic_fetch_add(&asked, 1) % (unsigned)(count > 0 ? count : 1);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET((size_t)cpu, &all) && wanted-- == 0)
            return text_print("%d", cpu);
    }
    return NULL;
}
