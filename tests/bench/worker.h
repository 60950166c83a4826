/* SPDX-License-Identifier: MIT */
/*
 * worker.h - a process of its own that measures when it is asked to: with CPUs
 * of its own, as large as is wanted, or written in another language.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stddef.h>
#include <sys/types.h>

/* What a worker does. Each returns 0 or a negative errno value. */
struct work {
    int (*open)(void *argument, void **subject); /* once, in the worker; NULL: nothing */
    int (*measure)(void *subject, double *sample);
    void (*close)(void *subject); /* or NULL */
    void *argument;               /* for open; the subject where there is no open */
    size_t ballast_bytes;         /* of memory that it holds */
    int cpu;                      /* the one that it runs on; -1: any */
};

struct worker {
    pid_t pid; /* 0: there is none */
    int asks;
    int answers;
    int error; /* why there is none */
};

/* Fork one. On failure the worker's .error is set, and worker_measure() returns
 * it. Call it before this process has threads. */
void worker_start(struct worker *worker, const struct work *work);

/* A program as a worker: for each empty line that it reads it must write a line
 * with the sample; at any other it must end. */
void worker_start_program(struct worker *worker, const char *const *argv);

/* As struct way wants it; the subject is a worker. */
int worker_measure(void *worker, double *sample);
int worker_measure_program(void *worker, double *sample);

void worker_stop(struct worker *worker);

#endif /* BENCH_WORKER_H */
