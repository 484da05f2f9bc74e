/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "net/timer_heap.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The one place that waits. A turn is: wait until a descriptor is ready or
 * the earliest timer is due, read the clock, serve the descriptors, the due
 * timers, then the tasks that were posted. libwebsockets does the waiting and
 * serves its own descriptors (those of net/listener); ours sit in one epoll
 * set, which it holds as a single RAW_FILE descriptor: so a thousand watches
 * cost no more than one, a hang-up or an error never goes unseen, and the set
 * is what a caller with a loop of its own polls.
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

/* Watches, timers and tasks must be gone before. Fits NULL. */
void loop_free(struct loop *loop);

/* Turns until loop_stop; a stop before the run ends it at once. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* One turn that does not wait. */
void loop_step(struct loop *loop);

/* The descriptor that is readable when a step has something to do. */
int loop_descriptor(struct loop *loop);

/* Milliseconds until a step is due whatever the descriptor says, -1 never. */
int64_t loop_deadline(struct loop *loop);

/* Milliseconds of the monotonic clock, read once for each turn. */
int64_t loop_now(const struct loop *loop);

/* What waits, for -V: "epoll". Static storage. */
const char *loop_backends(void);

/* -- Watches -- */

struct loop_watch;

/* `ready` is a set of SOCKFEED_READABLE and SOCKFEED_WRITABLE, never empty. A
 * hang-up or an error is reported as whatever is wanted. */
typedef void (*loop_watch_callback)(void *user, unsigned ready);

/* Takes `descriptor` when the result is OK: loop_watch_free closes it.
 * INVALID for what cannot be waited for (regular files), NOMEM, SYSTEM. */
enum sockfeed_result loop_watch_new(struct loop_watch **watch,
                                    struct loop *loop, int descriptor,
                                    unsigned wanted,
                                    loop_watch_callback callback,
                                    void *user) SOCKFEED_CHECK;

/* Closes the descriptor; the callback is not called again. Fits NULL. */
void loop_watch_free(struct loop_watch *watch);

/* Like loop_watch_free, but gives the descriptor back, still open. */
int loop_watch_release(struct loop_watch *watch);

/* What is waited for from now on; 0 for nothing. */
void loop_watch_want(struct loop_watch *watch, unsigned wanted);

/* -- Timers: embedded in what they belong to -- */

typedef void (*loop_callback)(void *user);

struct loop_timer {
    struct timer_node node;
    struct loop *loop;
    loop_callback callback;
    void *user;
};

void loop_timer_init(struct loop_timer *timer, struct loop *loop,
                     loop_callback callback, void *user);

/* Fires once, in the first turn whose time is not before `due`, a time of
 * loop_now. Setting it again moves it. */
void loop_timer_set(struct loop_timer *timer, int64_t due);

/* Fits a timer that is not set. */
void loop_timer_clear(struct loop_timer *timer);
bool loop_timer_is_set(const struct loop_timer *timer);

/* -- Tasks: a call at the end of the turn, embedded likewise -- */

struct loop_task {
    struct loop_task *next; /* in the list of posted tasks */
    struct loop_task *previous;
    struct loop *loop;
    loop_callback callback;
    void *user;
};

void loop_task_init(struct loop_task *task, struct loop *loop,
                    loop_callback callback, void *user);

/* Calls back once at the end of this turn; a task posted by a task waits for
 * the end of the next turn, which then does not wait. Posting what is posted
 * changes nothing. */
void loop_task_post(struct loop_task *task);

/* Fits a task that is not posted. */
void loop_task_cancel(struct loop_task *task);

/* -- For net/listener, which shares the libwebsockets context -- */

struct lws_context;
struct lws_context *loop_context(struct loop *loop);

/* Reads the clock where this turn has not yet; to be called first in every
 * callback that libwebsockets makes. */
void loop_enter(struct loop *loop);

/* Descriptors that libwebsockets serves: what a caller who polls
 * loop_descriptor must be woken for. `wanted` 0 forgets the descriptor. */
void loop_mirror(struct loop *loop, int descriptor, unsigned wanted);

#endif
