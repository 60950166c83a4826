/* SPDX-License-Identifier: MIT */
/* patience.c - see patience.h. */
#include "patience.h"

#include "freshen.h"

#include <sched.h>
#include <unistd.h>

void dp_patience_init(struct dp_patience *patience)
{
    *patience = (struct dp_patience){.is_over = true};
    pthread_mutex_init(&patience->lock, NULL);
}

void dp_patience_release(struct dp_patience *patience)
{
    pthread_mutex_destroy(&patience->lock);
}

void dp_patience_reset(struct dp_patience *patience, bool is_over)
{
    pthread_mutex_lock(&patience->lock);
    patience->is_over = is_over;
    pthread_mutex_unlock(&patience->lock);
}

/* Under the lock. What has ended meanwhile needs nothing. */
static bool hurry(const struct dp_patience *patience)
{
    const bool is_thread_normal = dp_class_change(patience->thread, SCHED_BATCH, SCHED_OTHER);

    return (patience->box == 0 || dp_class_change(patience->box, SCHED_BATCH, SCHED_OTHER)) &&
           is_thread_normal;
}

bool dp_patience_begin(struct dp_patience *patience)
{
    const pid_t self = gettid();
    bool is_patient;

    pthread_mutex_lock(&patience->lock);
    patience->box = 0;
    is_patient = !patience->is_over && !patience->is_barred &&
                 sched_getscheduler(0) == SCHED_OTHER &&
                 dp_class_change(self, SCHED_OTHER, SCHED_BATCH);
    patience->thread = is_patient ? self : 0;
    pthread_mutex_unlock(&patience->lock);
    return is_patient;
}

void dp_patience_has_box(struct dp_patience *patience, pid_t box)
{
    pthread_mutex_lock(&patience->lock);
    patience->box = box;
    if (patience->thread && patience->is_over)
        hurry(patience);
    pthread_mutex_unlock(&patience->lock);
}

bool dp_patience_end(struct dp_patience *patience)
{
    bool is_normal = true;

    pthread_mutex_lock(&patience->lock);
    if (patience->thread)
        is_normal = hurry(patience);
    patience->is_barred |= !is_normal;
    patience->thread = 0;
    patience->box = 0;
    pthread_mutex_unlock(&patience->lock);
    return is_normal;
}

void dp_patience_break(struct dp_patience *patience)
{
    pthread_mutex_lock(&patience->lock);
    patience->is_over = true;
    if (patience->thread)
        hurry(patience);
    pthread_mutex_unlock(&patience->lock);
}
