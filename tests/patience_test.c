/* SPDX-License-Identifier: MIT */
/* patience_test.c - who makes a box while nobody waits lets others go first, and is
 * as all others again when somebody waits, or the box is made. */
#include "patience.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* As an ordinary user, for whom not every way back is open. */
static void begin(void)
{
    if (geteuid() == 0)
        cr_assert(setgid(65534) == 0 && setuid(65534) == 0);
}

TestSuite(patience, .init = begin, .timeout = 60);

/* As the box's process 1: it has the class of the thread that makes it. */
static pid_t make_box(void)
{
    const pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    cr_assert_gt(pid, 0);
    return pid;
}

static void end_box(pid_t box)
{
    kill(box, SIGKILL);
    cr_assert_eq(waitpid(box, NULL, 0), box);
}

static void *break_it(void *patience)
{
    dp_patience_break(patience);
    return NULL;
}

static void somebody_waits(struct dp_patience *patience)
{
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, break_it, patience), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
}

Test(patience, lasts_until_the_box_is_made)
{
    struct dp_patience patience;
    pid_t box;

    dp_patience_init(&patience);
    dp_patience_reset(&patience, false);
    cr_expect(dp_patience_begin(&patience));
    cr_expect_eq(sched_getscheduler(0), SCHED_BATCH);
    box = make_box();
    cr_expect_eq(sched_getscheduler(box), SCHED_BATCH);
    dp_patience_has_box(&patience, box);
    cr_expect_eq(sched_getscheduler(box), SCHED_BATCH);
    cr_expect(dp_patience_end(&patience));
    cr_expect_eq(sched_getscheduler(0), SCHED_OTHER);
    cr_expect_eq(sched_getscheduler(box), SCHED_OTHER);
    end_box(box);
    dp_patience_release(&patience);
}

Test(patience, ends_for_thread_and_box_when_somebody_waits)
{
    struct dp_patience patience;
    pid_t box;

    dp_patience_init(&patience);
    dp_patience_reset(&patience, false);
    cr_assert(dp_patience_begin(&patience));
    box = make_box();
    dp_patience_has_box(&patience, box);
    somebody_waits(&patience);
    cr_expect_eq(sched_getscheduler(0), SCHED_OTHER);
    cr_expect_eq(sched_getscheduler(box), SCHED_OTHER);
    cr_expect(dp_patience_end(&patience));
    end_box(box);
    dp_patience_release(&patience);
}

/* The box was cloned before, and is known only now. */
Test(patience, ends_for_a_box_that_is_known_later)
{
    struct dp_patience patience;
    pid_t box;

    dp_patience_init(&patience);
    dp_patience_reset(&patience, false);
    cr_assert(dp_patience_begin(&patience));
    box = make_box();
    somebody_waits(&patience);
    cr_expect_eq(sched_getscheduler(0), SCHED_OTHER);
    cr_expect_eq(sched_getscheduler(box), SCHED_BATCH);
    dp_patience_has_box(&patience, box);
    cr_expect_eq(sched_getscheduler(box), SCHED_OTHER);
    cr_expect(dp_patience_end(&patience));
    end_box(box);
    dp_patience_release(&patience);
}

Test(patience, does_not_begin_where_somebody_waits_already)
{
    struct dp_patience patience;

    dp_patience_init(&patience);
    cr_expect_not(dp_patience_begin(&patience), "nobody said that nobody waits");
    dp_patience_reset(&patience, false);
    somebody_waits(&patience);
    cr_expect_not(dp_patience_begin(&patience));
    cr_expect_eq(sched_getscheduler(0), SCHED_OTHER);
    cr_expect(dp_patience_end(&patience));
    dp_patience_release(&patience);
}

/* A host that runs in another class has its reasons. */
Test(patience, leaves_a_thread_of_another_class_as_it_is)
{
    static const int classes[] = {SCHED_BATCH, SCHED_IDLE};

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        const struct sched_param none = {0};
        struct dp_patience patience;

        cr_assert_eq(sched_setscheduler(0, classes[i], &none), 0);
        dp_patience_init(&patience);
        dp_patience_reset(&patience, false);
        cr_expect_not(dp_patience_begin(&patience));
        somebody_waits(&patience);
        cr_expect(dp_patience_end(&patience));
        cr_expect_eq(sched_getscheduler(0), classes[i]);
        dp_patience_release(&patience);
    }
}

Test(patience, takes_a_box_that_has_ended_for_one_that_needs_nothing)
{
    struct dp_patience patience;
    pid_t box;

    dp_patience_init(&patience);
    dp_patience_reset(&patience, false);
    cr_assert(dp_patience_begin(&patience));
    box = make_box();
    dp_patience_has_box(&patience, box);
    end_box(box);
    cr_expect(dp_patience_end(&patience));
    cr_expect_eq(sched_getscheduler(0), SCHED_OTHER);
    dp_patience_release(&patience);
}
