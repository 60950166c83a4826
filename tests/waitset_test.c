/* SPDX-License-Identifier: MIT */
/* waitset_test.c - pselect with sets of our own, beyond FD_SETSIZE too. */
#include "clock.h"
#include "descriptor.h"
#include "waitset.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

TestSuite(waitset, .timeout = 30);
TestSuite(descriptor, .timeout = 30);

static struct dp_waitset made_for(int fd)
{
    struct dp_waitset set = {0};

    cr_assert_eq(dp_waitset_reserve(&set, fd), 0);
    dp_waitset_clear(&set);
    return set;
}

/* The same pipe end, at a number of one's choice. */
static int moved_to(int fd, int number)
{
    struct rlimit limit;
    int moved;

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur <= (rlim_t)number)
        cr_skip_test("RLIMIT_NOFILE does not reach %d", number);
    moved = fcntl(fd, F_DUPFD_CLOEXEC, number);
    cr_assert_eq(moved, number);
    close(fd);
    return moved;
}

Test(waitset, tells_readable_from_writable)
{
    int ends[2];
    struct dp_waitset set;

    cr_assert_eq(pipe(ends), 0);
    set = made_for(ends[0] > ends[1] ? ends[0] : ends[1]);
    dp_waitset_want_read(&set, ends[0]);
    dp_waitset_want_write(&set, ends[1]);
    cr_assert_eq(dp_waitset_wait(&set, DP_NEVER), 1);
    cr_assert_not(dp_waitset_is_readable(&set, ends[0]));
    cr_assert(dp_waitset_is_writable(&set, ends[1]));
    cr_assert_not(dp_waitset_is_readable(&set, ends[1]));

    cr_assert_eq(write(ends[1], "x", 1), 1);
    dp_waitset_clear(&set);
    dp_waitset_want_read(&set, ends[0]);
    cr_assert_eq(dp_waitset_wait(&set, DP_NEVER), 1);
    cr_assert(dp_waitset_is_readable(&set, ends[0]));
    cr_assert_not(dp_waitset_is_writable(&set, ends[1]), "it was not asked for");
    dp_waitset_release(&set);
}

Test(waitset, works_beyond_what_an_fd_set_holds)
{
    static const int numbers[] = {1023, 1024, 4095, 9000};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct dp_waitset set;
        int ends[2];

        cr_assert_eq(pipe(ends), 0);
        ends[0] = moved_to(ends[0], numbers[i]);
        set = made_for(ends[0]);
        cr_assert_eq(write(ends[1], "x", 1), 1);
        dp_waitset_want_read(&set, ends[0]);
        cr_assert_eq(dp_waitset_wait(&set, DP_NEVER), 1);
        cr_assert(dp_waitset_is_readable(&set, numbers[i]));
        cr_assert_not(dp_waitset_is_readable(&set, numbers[i] - 1));
        cr_assert_not(dp_waitset_is_readable(&set, numbers[i] + 1));
        dp_waitset_release(&set);
        close(ends[0]);
        close(ends[1]);
    }
}

Test(waitset, returns_at_the_deadline_with_nothing_marked)
{
    const int64_t start = dp_now_us();
    struct dp_waitset set;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    set = made_for(ends[0]);
    dp_waitset_want_read(&set, ends[0]);
    cr_assert_eq(dp_waitset_wait(&set, start + 50000), 0);
    cr_assert_geq(dp_now_us() - start, 50000);
    cr_assert_not(dp_waitset_is_readable(&set, ends[0]));
    dp_waitset_release(&set);
}

Test(waitset, does_not_wait_for_a_deadline_that_has_passed)
{
    const int64_t start = dp_now_us();
    struct dp_waitset set;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    set = made_for(ends[0]);
    dp_waitset_want_read(&set, ends[0]);
    cr_assert_eq(dp_waitset_wait(&set, start - 1000000), 0);
    cr_assert_eq(dp_waitset_wait(&set, 0), 0);
    cr_assert_lt(dp_now_us() - start, 10000000);
    dp_waitset_release(&set);
}

Test(waitset, ignores_descriptors_that_are_not_there)
{
    struct dp_waitset set = made_for(10);

    cr_assert_eq(dp_waitset_reserve(&set, -1), 0);
    dp_waitset_want_read(&set, -1);
    dp_waitset_want_write(&set, -1);
    cr_assert_eq(dp_waitset_wait(&set, 0), 0);
    cr_assert_not(dp_waitset_is_readable(&set, -1));
    cr_assert_not(dp_waitset_is_writable(&set, -1));
    dp_waitset_release(&set);
}

Test(waitset, never_writes_outside_its_room)
{
    struct dp_waitset set = made_for(10);

    dp_waitset_want_read(&set, 1 << 20);
    dp_waitset_want_write(&set, 1 << 20);
    cr_assert_not(dp_waitset_is_readable(&set, 1 << 20));
    cr_assert_eq(dp_waitset_wait(&set, 0), 0);
    dp_waitset_release(&set);
}

Test(waitset, keeps_its_marks_when_it_grows)
{
    struct dp_waitset set = made_for(3);

    dp_waitset_want_read(&set, 3);
    dp_waitset_want_write(&set, 2);
    cr_assert_eq(dp_waitset_reserve(&set, 5000), 0);
    cr_assert(dp_waitset_is_readable(&set, 3));
    cr_assert(dp_waitset_is_writable(&set, 2));
    cr_assert_not(dp_waitset_is_writable(&set, 3));
    dp_waitset_release(&set);
}

static void on_signal(int number)
{
    (void)number;
}

static void *interrupt(void *argument)
{
    for (int i = 0; i < 50; i++) {
        usleep(10000);
        pthread_kill(*(pthread_t *)argument, SIGUSR1);
    }
    return NULL;
}

Test(waitset, says_when_a_signal_interrupted_it)
{
    struct sigaction action = {.sa_handler = on_signal};
    pthread_t self = pthread_self();
    pthread_t other;
    struct dp_waitset set;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(sigaction(SIGUSR1, &action, NULL), 0);
    set = made_for(ends[0]);
    dp_waitset_want_read(&set, ends[0]);
    cr_assert_eq(pthread_create(&other, NULL, interrupt, &self), 0);
    cr_assert_eq(dp_waitset_wait(&set, DP_NEVER), -EINTR);
    cr_assert_not(dp_waitset_is_readable(&set, ends[0]));
    pthread_join(other, NULL);
    dp_waitset_release(&set);
}

Test(waitset, says_when_a_descriptor_is_bad)
{
    const int bad = dup(0);
    struct dp_waitset set = made_for(bad);

    close(bad);
    dp_waitset_want_read(&set, bad);
    cr_assert_eq(dp_waitset_wait(&set, 0), -EBADF);
    dp_waitset_release(&set);
}

static void take_note(int number)
{
    (void)number;
}

/* A host with a timer: each of its signals interrupts poll(2). */
Test(descriptor, waits_no_longer_for_the_signals_that_come)
{
    const struct sigaction action = {.sa_handler = take_note};
    const struct itimerval often = {{0, 20000}, {0, 20000}};
    const int64_t start = dp_now_us();
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    cr_assert_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    cr_assert_not(dp_descriptor_await(ends[0], 200000));
    cr_assert_geq(dp_now_us() - start, 200000);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    cr_assert(dp_descriptor_await(ends[0], 0));
}
