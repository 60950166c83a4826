/* SPDX-License-Identifier: MIT */
/* machine.h - what it is measured on, and what else that machine did. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdio.h>

struct machine {
    char processor[128];
    char kernel[72];
    int cpus; /* that may be used */
    long memory_mib;
    bool is_virtual; /* calls of a hypervisor, such as CPUID, are dear */
    unsigned uid;
    double load;          /* of others, before */
    double steal;         /* part of the time that a hypervisor took, meanwhile */
    long long started[2]; /* ticks: stolen, all */
};

void machine_look(struct machine *machine);
void machine_look_again(struct machine *machine); /* in the end: sets .steal */
void machine_print(const struct machine *machine, FILE *out);

/* Does too much else happen for figures to be trusted? */
bool machine_is_busy(const struct machine *machine);

#endif /* BENCH_MACHINE_H */
