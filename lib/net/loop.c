/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include "net/loop_alarm.h"
#include "net/loop_host.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

enum {
    /* libwebsockets does not say when its own next timeout is due. */
    HOST_INTERVAL_MS = 1000
};

#define NEVER INT64_MAX

/* Memory of loop_keep, what was asked for right behind it. */
struct kept {
    struct kept *next;
};

struct loop {
    struct loop_host *host; /* NULL: no listener has asked for it */
    struct loop_watches watches;
    struct loop_alarm alarm;
    struct loop_tasks tasks;
    struct timer_heap timers;
    bool serving_timers;
    bool now_read; /* in this turn */
    int64_t now;
    bool stopped;
    struct sockfeed_traffic traffic;
    bool hosting; /* libwebsockets has descriptors of its own */
    struct kept *kept;
};

/* -- The clock -- */

static int64_t clock_us(void)
{
    struct timespec time = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

void loop_enter(struct loop *loop)
{
    if (!loop->now_read) {
        loop->now = clock_us() / 1000;
        loop->now_read = true;
    }
}

struct sockfeed_traffic *loop_traffic(struct loop *loop)
{
    return &loop->traffic;
}

int64_t loop_now(const struct loop *loop)
{
    return loop->now;
}

int64_t loop_date(void)
{
    struct timespec time = {0};

    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec;
}

/* -- Timers -- */

void loop_timer_init(struct loop_timer *timer, struct loop *loop,
                     loop_callback callback, void *user)
{
    *timer =
        (struct loop_timer){.loop = loop, .callback = callback, .user = user};
}

void loop_timer_set(struct loop_timer *timer, int64_t due)
{
    struct loop *loop = timer->loop;

    /* A timer that sets itself again for now must not keep the turn. */
    if (loop->serving_timers && due <= loop->now) {
        due = loop->now + 1;
    }
    /* The usual case: most messages move no deadline. */
    if (timer->node.set && timer->node.due == due) {
        return;
    }
    loop_timer_clear(timer);
    if (due < NEVER) {
        timer_heap_add(&loop->timers, &timer->node, due);
    }
}

void loop_timer_clear(struct loop_timer *timer)
{
    if (timer->node.set) {
        timer_heap_remove(&timer->loop->timers, &timer->node);
    }
}

static int64_t first_due(const struct loop *loop)
{
    return loop->timers.root == NULL ? NEVER : loop->timers.root->due;
}

static void serve_timers(struct loop *loop)
{
    loop->serving_timers = true;
    while (first_due(loop) <= loop->now) {
        /* The node is the timer's first member. */
        struct loop_timer *timer = (struct loop_timer *)loop->timers.root;

        timer_heap_remove(&loop->timers, &timer->node);
        timer->callback(timer->user);
    }
    loop->serving_timers = false;
}

/* Milliseconds until the first timer is due, rounded up; -1 for never. */
static int until_due(const struct loop *loop)
{
    int64_t due = first_due(loop);
    int64_t wait;

    if (due == NEVER) {
        return -1;
    }
    wait = due - clock_us() / 1000;
    return wait <= 0 ? 0 : wait > INT_MAX ? INT_MAX : (int)wait;
}

/* -- The loop -- */

enum sockfeed_result loop_new(struct loop **loop, unsigned descriptors)
{
    struct loop *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *loop = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    loop_tasks_init(&created->tasks);
    loop_enter(created);
    result = loop_watches_init(&created->watches, descriptors);
    if (result == SOCKFEED_OK) {
        result = loop_alarm_init(&created->alarm, created->watches.set);
    }
    if (result != SOCKFEED_OK) {
        loop_watches_deinit(&created->watches);
        free(created);
        return result;
    }
    *loop = created;
    return SOCKFEED_OK;
}

void loop_settle(struct loop *loop)
{
    while (loop_tasks_any(&loop->tasks)) {
        loop_tasks_serve(&loop->tasks);
    }
}

void *loop_keep(struct loop *loop, size_t size)
{
    struct kept *kept = calloc(1, sizeof *kept + size);

    if (kept == NULL) {
        return NULL;
    }
    kept->next = loop->kept;
    loop->kept = kept;
    return kept + 1;
}

static void free_kept(struct loop *loop)
{
    while (loop->kept != NULL) {
        struct kept *first = loop->kept;

        loop->kept = first->next;
        free(first);
    }
}

void loop_free(struct loop *loop)
{
    if (loop != NULL) {
        loop_settle(loop);
        loop_host_free(loop->host);
        free_kept(loop);
        loop_alarm_deinit(&loop->alarm);
        loop_watches_deinit(&loop->watches);
        free(loop);
    }
}

void loop_serve(struct loop *loop, int timeout)
{
    loop_watches_wait(&loop->watches, timeout);
    loop_enter(loop);
    loop_watches_serve(&loop->watches);
}

/* False when libwebsockets can go on no more. */
static bool serve(struct loop *loop, bool wait)
{
    int64_t due = first_due(loop);
    bool served = true;

    loop->now_read = false;
    if (loop->host != NULL) {
        served = loop_host_serve(loop->host, wait ? until_due(loop) : 0);
        loop_enter(loop);
    } else if (wait && due > loop->now) {
        loop_alarm_set(&loop->alarm, loop->now, due);
        loop_serve(loop, -1);
    } else {
        loop_serve(loop, 0);
    }
    return served;
}

/* The same. */
static bool turn(struct loop *loop, bool wait)
{
    bool served = serve(loop, wait && !loop_tasks_any(&loop->tasks));

    /* The process may have been stopped, or held up, while it waited: what came
     * meanwhile is not late. */
    if (first_due(loop) <= loop->now) {
        loop_serve(loop, 0);
    }
    serve_timers(loop);
    loop_tasks_serve(&loop->tasks);
    return served;
}

void loop_run(struct loop *loop)
{
    while (!loop->stopped && turn(loop, true)) {
    }
    loop->stopped = false;
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
}

void loop_step(struct loop *loop)
{
    (void)turn(loop, false);
    /* What libwebsockets read it may want to answer (pings, close frames),
     * which it does in the next turn, of which no descriptor tells. */
    if (loop->hosting) {
        (void)turn(loop, false);
    }
}

int loop_descriptor(struct loop *loop)
{
    return loop->watches.set;
}

int64_t loop_deadline(struct loop *loop)
{
    int wait = loop_tasks_any(&loop->tasks) ? 0 : until_due(loop);

    return loop->hosting && (wait < 0 || wait > HOST_INTERVAL_MS)
               ? HOST_INTERVAL_MS
               : wait;
}

void loop_mirror(struct loop *loop, int descriptor, unsigned wanted)
{
    loop->hosting = true;
    loop_watches_mirror(&loop->watches, descriptor, wanted);
}

struct loop_watches *loop_watches(struct loop *loop)
{
    return &loop->watches;
}

struct loop_tasks *loop_tasks(struct loop *loop)
{
    return &loop->tasks;
}

struct lws_context *loop_context(struct loop *loop)
{
    if (loop->host == NULL) {
        loop->host = loop_host_new(loop, loop->watches.set);
    }
    return loop->host == NULL ? NULL : loop_host_context(loop->host);
}
