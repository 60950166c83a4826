/* SPDX-License-Identifier: MIT */
/* worker.c - see worker.h. */
#include "worker.h"

#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define TIMEOUT_MS 120000

struct answer {
    int status;
    double sample;
};

static void send_answer(int fd, int status, double sample)
{
    const struct answer answer = {status, sample};

    if (write(fd, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
        _exit(1);
}

/* Pages that are there, and that a fork has to copy the tables of. */
static int take_ballast(size_t size)
{
    char *bytes;

    if (size == 0)
        return 0;
    bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return -errno;
    madvise(bytes, size, MADV_NOHUGEPAGE); /* as memory that is taken bit by bit */
    memset(bytes, 1, size);
    return 0;
}

static int take_cpu(int cpu)
{
    cpu_set_t one;

    if (cpu < 0)
        return 0;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    return sched_setaffinity(0, sizeof(one), &one) == 0 ? 0 : -errno;
}

__attribute__((noreturn)) static void serve(const struct work *work, int asks, int answers)
{
    void *subject = work->argument;
    double sample = 0;
    char byte;
    int status = take_cpu(work->cpu);

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* its parent has one thread */
    if (status == 0)
        status = take_ballast(work->ballast_bytes);
    if (status == 0 && work->open)
        status = work->open(work->argument, &subject);
    send_answer(answers, status, 0);
    if (status < 0)
        _exit(1);
    while (read(asks, &byte, 1) == 1 && byte == 'm') {
        status = work->measure(subject, &sample);
        send_answer(answers, status, sample);
    }
    if (work->close)
        work->close(subject);
    _exit(0);
}

static int await_answer(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int ready;

    do
        ready = poll(&wait, 1, TIMEOUT_MS);
    while (ready < 0 && errno == EINTR);
    return ready > 0 ? 0 : -ETIMEDOUT;
}

static int receive(const struct worker *worker, double *sample)
{
    struct answer answer;
    const int status = await_answer(worker->answers);

    if (status < 0)
        return status;
    if (read(worker->answers, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
        return -ECHILD;
    *sample = answer.sample;
    return answer.status;
}

static int make_pipes(int asks[2], int answers[2])
{
    if (pipe2(asks, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(answers, O_CLOEXEC) == 0)
        return 0;
    close(asks[0]);
    close(asks[1]);
    return -errno;
}

void worker_start(struct worker *worker, const struct work *work)
{
    int asks[2], answers[2];
    double nothing;

    *worker = (struct worker){.error = make_pipes(asks, answers)};
    if (worker->error < 0)
        return;
    worker->pid = fork();
    if (worker->pid == 0) {
        close(asks[1]);
        close(answers[0]);
        serve(work, asks[0], answers[1]);
    }
    close(asks[0]);
    close(answers[1]);
    worker->asks = asks[1];
    worker->answers = answers[0];
    if (worker->pid < 0)
        worker->error = -errno;
    else
        worker->error = receive(worker, &nothing);
    if (worker->error < 0)
        worker_stop(worker);
}

void worker_start_program(struct worker *worker, const char *const *argv)
{
    int asks[2], answers[2];

    *worker = (struct worker){.error = make_pipes(asks, answers)};
    if (worker->error < 0)
        return;
    worker->pid = spawn_program(argv, asks[0], answers[1]);
    close(asks[0]);
    close(answers[1]);
    worker->asks = asks[1];
    worker->answers = answers[0];
    if (worker->pid < 0) {
        worker->error = worker->pid;
        worker_stop(worker);
    }
}

int worker_measure(void *subject, double *sample)
{
    const struct worker *worker = subject;

    if (worker->error < 0)
        return worker->error;
    if (write(worker->asks, "m", 1) != 1)
        return -ECHILD;
    return receive(worker, sample);
}

int worker_measure_program(void *subject, double *sample)
{
    const struct worker *worker = subject;
    char line[64];
    size_t length = 0;
    int status = worker->error;

    if (status == 0 && write(worker->asks, "\n", 1) != 1)
        status = -ECHILD;
    while (status == 0 && (length == 0 || line[length - 1] != '\n')) {
        ssize_t size = -1;

        status = await_answer(worker->answers);
        if (status == 0 && length < sizeof(line) - 1)
            size = read(worker->answers, line + length, sizeof(line) - 1 - length);
        if (status == 0 && size <= 0)
            status = -ECHILD;
        length += size > 0 ? (size_t)size : 0;
    }
    if (status < 0)
        return status;
    line[length] = '\0';
    *sample = strtod(line, NULL);
    return *sample > 0 ? 0 : -EIO;
}

void worker_stop(struct worker *worker)
{
    if (worker->pid <= 0 && worker->asks == 0)
        return;
    if (worker->pid > 0 && worker->error == 0 && write(worker->asks, "q\n", 2) < 0)
        kill(worker->pid, SIGKILL);
    close(worker->asks);
    close(worker->answers);
    if (worker->pid > 0)
        spawn_wait(worker->pid);
    *worker = (struct worker){.error = worker->error ? worker->error : -ECHILD};
}
