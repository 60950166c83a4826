/* SPDX-License-Identifier: MIT */
/* tries: nothing. It handles ten thousand faults and traps of its own, as collectors of garbage
 *     and debuggers do, from two threads, on a stack for signals.
 * stopped by: nothing
 * kind: neighbour
 * right: ok
 * prints: 20000 faults, 2000 traps
 */
#include "../attack.h"

#define ROUNDS 10000
#define TRAPS 1000

static _Thread_local char *page;
static _Atomic int faults, traps;

static void give(int number, siginfo_t *info, void *unused)
{
    (void)number;
    (void)info;
    (void)unused;
    faults++;
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void count(int number)
{
    (void)number;
    traps++;
}

static void *work(void *unused)
{
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};

    (void)unused;
    sigaltstack(&stack, NULL);
    page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < ROUNDS; i++) {
        mprotect(page, 4096, PROT_NONE);
        *(volatile char *)page = 1;
    }
    for (int i = 0; i < TRAPS; i++)
        __asm__ volatile("int3");
    return NULL;
}

static int attack(int argc, char **argv)
{
    struct sigaction action = {.sa_sigaction = give, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    pthread_t thread;

    (void)argc;
    (void)argv;
    sigaction(SIGSEGV, &action, NULL);
    signal(SIGTRAP, count);
    if (pthread_create(&thread, NULL, work, NULL) != 0)
        return 3;
    work(NULL);
    pthread_join(thread, NULL);
    printf("%d faults, %d traps\n", faults, traps);
    return 0;
}
