/* SPDX-License-Identifier: MIT */
/*
 * parallel_map.c - spread CPU work over sandboxed workers, from one thread.
 *
 * Counts the primes below two million. The numbers are cut into slices; each
 * worker is a function in a box of its own, which is sent a slice, answers with
 * its count and gets the next one. One poll() watches them all, through the
 * descriptor that each handle has for that purpose.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dualpipe.h"

#define WORKERS 4
#define SLICES 40
#define BOUND 2000000
#define PRIMES 148933 /* below BOUND, as the tables say */

/* What a worker is sent. Its answer is one unsigned: how many primes. */
struct slice {
    unsigned first;
    unsigned end; /* one beyond the last */
};

/* One worker, as we see it. */
struct worker {
    struct dualpipe *pipe; /* NULL once it is closed */
    unsigned answer;       /* filled as it arrives */
    size_t received;       /* bytes of it */
    unsigned slices;       /* done */
};

/* The whole task. */
struct map {
    struct worker workers[WORKERS];
    unsigned next_slice; /* to be handed out */
    unsigned primes;     /* counted so far */
};

static bool is_prime(unsigned number)
{
    if (number < 4)
        return number >= 2;
    if (number % 2 == 0)
        return false;
    for (unsigned divisor = 3; divisor * divisor <= number; divisor += 2) {
        if (number % divisor == 0)
            return false;
    }
    return true;
}

/* The target. A slice is less than PIPE_BUF bytes and sent at once, so it is
 * read at once. No stdio here: this process is a copy of a threaded one. */
static int count_primes(void *argument)
{
    struct slice slice;

    (void)argument;
    while (read(0, &slice, sizeof(slice)) == sizeof(slice)) {
        unsigned primes = 0;

        for (unsigned number = slice.first; number < slice.end; number++)
            primes += is_prime(number);
        if (write(1, &primes, sizeof(primes)) != sizeof(primes))
            return 1;
    }
    return 0;
}

/* Hand the next slice to a worker, or tell it that there is no more to do. */
static int send_slice(struct map *map, struct worker *worker)
{
    const unsigned size = BOUND / SLICES;
    const struct slice slice = {map->next_slice * size, (map->next_slice + 1) * size};

    if (map->next_slice == SLICES)
        return dualpipe_end_input(worker->pipe);
    map->next_slice++;
    return dualpipe_write(worker->pipe, &slice, sizeof(slice), DUALPIPE_SECONDS(5), NULL);
}

static int start_worker(struct map *map, struct worker *worker)
{
    const struct dualpipe_job job = {
        .function = count_primes,
        .limits = {.cpu_us = DUALPIPE_SECONDS(30), .wall_us = DUALPIPE_SECONDS(60)},
    };
    struct dualpipe_error error = {0};
    char text[500];
    int status = dualpipe_open(&worker->pipe, &job, &error);

    if (status < 0) {
        fprintf(stderr, "parallel_map: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return status;
    }
    return send_slice(map, worker);
}

/* Close a worker that ended. Returns 0 if it ended well. */
static int stop_worker(struct worker *worker)
{
    struct dualpipe_result result = {0};
    int status = dualpipe_close(worker->pipe, &result);

    worker->pipe = NULL;
    if (status < 0)
        return status;
    printf("a worker did %2u slices in %.3f s of CPU: %s\n", worker->slices,
           (double)result.usage.cpu_us / 1e6, dualpipe_verdict_name(result.verdict));
    return result.verdict == DUALPIPE_OK ? 0 : -EIO;
}

/*
 * Take all that a worker has said, without waiting: poll() tells of what comes,
 * not of what the handle holds already. Returns 0, also when nothing is left.
 */
static int hear_worker(struct map *map, struct worker *worker)
{
    char *const answer = (char *)&worker->answer;

    for (;;) {
        ssize_t size = dualpipe_read(worker->pipe, answer + worker->received,
                                     sizeof(worker->answer) - worker->received, 0);

        if (size == -ETIMEDOUT)
            return 0;
        if (size < 0)
            return (int)size;
        if (size == 0)
            return stop_worker(worker);
        worker->received += (size_t)size;
        if (worker->received == sizeof(worker->answer)) {
            int status = send_slice(map, worker);

            if (status < 0)
                return status;
            map->primes += worker->answer;
            worker->received = 0;
            worker->slices++;
        }
    }
}

/* Wait until some workers have something to say, and hear those. Returns how
 * many workers there were to wait for, or a negative errno value. */
static int hear_workers(struct map *map)
{
    struct pollfd waits[WORKERS];
    struct worker *waited_for[WORKERS];
    int count = 0, status = 0;

    for (size_t i = 0; i < WORKERS; i++) {
        struct worker *worker = &map->workers[i];

        if (!worker->pipe)
            continue;
        waits[count] = (struct pollfd){dualpipe_descriptor(worker->pipe), POLLIN, 0};
        if (waits[count].fd < 0)
            return waits[count].fd;
        waited_for[count++] = worker;
    }
    /* No timeout is needed: the wall limit ends each worker. */
    if (count > 0 && poll(waits, (nfds_t)count, -1) < 0)
        return -errno;
    for (int i = 0; i < count && status == 0; i++) {
        if (waits[i].revents)
            status = hear_worker(map, waited_for[i]);
    }
    return status < 0 ? status : count;
}

/* Close the workers that an error left behind. */
static void stop_all(struct map *map)
{
    for (size_t i = 0; i < WORKERS; i++) {
        if (map->workers[i].pipe) {
            dualpipe_kill(map->workers[i].pipe);
            dualpipe_close(map->workers[i].pipe, NULL);
        }
    }
}

int main(void)
{
    struct map map = {0};
    int status = 0;

    for (size_t i = 0; i < WORKERS && status == 0; i++)
        status = start_worker(&map, &map.workers[i]);
    if (status == 0) {
        do {
            status = hear_workers(&map);
        } while (status > 0);
    }
    stop_all(&map);
    if (status < 0) {
        fprintf(stderr, "parallel_map: %s\n", strerror(-status));
        return 1;
    }
    printf("%u primes below %u, counted by %d workers\n", map.primes, BOUND, WORKERS);
    return map.primes == PRIMES ? 0 : 1;
}
