/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "net/loop_task.h"
#include "net/loop_watch.h"
#include "net/timer_heap.h"
#include "sockfeed/loop.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * The one place that waits. A turn is: wait until a descriptor is ready or
 * the earliest timer is due, read the clock, serve the descriptors, the due
 * timers, then the tasks that were posted. The descriptors sit in one epoll
 * set: so a thousand watches cost no more than one, a hang-up or an error
 * never goes unseen, and the set is what a caller with a loop of its own
 * polls. Where there is a listener libwebsockets serves its peers and does the
 * waiting, with the set as one of its descriptors (net/loop_host).
 *
 * Every callback runs in the loop's thread, never from inside the function
 * that registered it, and any of them may free what it belongs to or anything
 * else on the loop.
 */
struct loop;

/* `descriptors` is how many are expected; it sizes tables and is no limit.
 * NOMEM, SYSTEM. */
enum sockfeed_result loop_new(struct loop **loop,
                              unsigned descriptors) SOCKFEED_CHECK;

/* Runs the tasks that are posted until there are none: what was freed inside
 * a callback may be waiting for one. */
void loop_settle(struct loop *loop);

/* Watches and timers must be gone before. Settles first. Fits NULL. */
void loop_free(struct loop *loop);

/* Turns until loop_stop; a stop before the run ends it at once. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* What is due now, without waiting. */
void loop_step(struct loop *loop);

/* The descriptor that is readable when a step has something to do. */
int loop_descriptor(struct loop *loop);

/* Milliseconds until a step is due whatever the descriptor says, -1 never. */
int64_t loop_deadline(struct loop *loop);

/* Milliseconds of the monotonic clock, read once for each turn. */
int64_t loop_now(const struct loop *loop);

/* Seconds since the epoch, for the dates that servers write; nothing waits by
 * it. */
int64_t loop_date(void);

/* What streams on the loop have read and written; they count it here. */
struct sockfeed_traffic *loop_traffic(struct loop *loop);

/* -- Timers: embedded in what they belong to -- */

struct loop_timer {
    struct timer_node node;
    struct loop *loop;
    loop_callback callback;
    void *user;
};

void loop_timer_init(struct loop_timer *timer, struct loop *loop,
                     loop_callback callback, void *user);

/* Fires once, in the first turn whose time is not before `due`, a time of
 * loop_now; INT64_MAX is never. Setting it again moves it. What a timer's
 * callback sets for now comes a millisecond later. */
void loop_timer_set(struct loop_timer *timer, int64_t due);

/* Fits a timer that is not set. */
void loop_timer_clear(struct loop_timer *timer);

/* -- For net/listener -- */

/* The context of libwebsockets, made when it is first asked for; NULL when it
 * cannot be made. */
struct lws_context;
struct lws_context *loop_context(struct loop *loop);

/* Gives memory that lives as long as the loop, whose context may hold on to it
 * for longer than who asked; NULL without any. */
void *loop_keep(struct loop *loop, size_t size);

/* Reads the clock where this turn has not yet; to be called first in every
 * callback that libwebsockets makes. */
void loop_enter(struct loop *loop);

/* Serves the descriptors of the epoll set, after waiting for them so many
 * milliseconds at most (-1: without end). */
void loop_serve(struct loop *loop, int timeout);

/* Descriptors that libwebsockets serves: what a caller who polls
 * loop_descriptor must be woken for. `wanted` 0 forgets the descriptor. */
void loop_mirror(struct loop *loop, int descriptor, unsigned wanted);

/* -- For net/loop_watch and net/loop_task -- */

struct loop_watches *loop_watches(struct loop *loop);
struct loop_tasks *loop_tasks(struct loop *loop);

#endif
