/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_LOOP_H
#define SOCKFEED_LOOP_H

/*
 * One thread's turn-taking: descriptors, timers, and all clients and servers
 * on it. It runs by itself (sockfeed_loop_run), or sits in a loop of the
 * caller's (sockfeed_loop_descriptor, _deadline and _step). None of these
 * functions may be called by two threads at a time.
 */

#include "sockfeed/result.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockfeed_loop;

/* Gives a loop. `descriptors` is how many are expected; it sizes tables and is
 * no limit: waiting costs the same for one and for a thousand. NOMEM,
 * SYSTEM. */
SOCKFEED_API enum sockfeed_result sockfeed_loop_new(
    struct sockfeed_loop **loop, unsigned descriptors) SOCKFEED_CHECK;

/* At most so many connections of the loop's clients are in their handshake at
 * a time, the others wait their turn; 0, as at first: all may be. */
SOCKFEED_API void sockfeed_loop_limit_connecting(struct sockfeed_loop *loop,
                                                 unsigned limit);

/* Clients, servers, watches and timers on the loop must be freed before. Fits
 * NULL. */
SOCKFEED_API void sockfeed_loop_free(struct sockfeed_loop *loop);

/* Runs until sockfeed_loop_stop; a stop before the run ends it at once. */
SOCKFEED_API void sockfeed_loop_run(struct sockfeed_loop *loop);

/* For callbacks: the run ends with the present turn. */
SOCKFEED_API void sockfeed_loop_stop(struct sockfeed_loop *loop);

/* For a caller with a loop of its own: wait until the descriptor is readable
 * or the deadline has come, then step once, which never waits. The descriptor
 * stays the loop's, and the deadline is in milliseconds from now, -1 for
 * none. */
SOCKFEED_API int sockfeed_loop_descriptor(struct sockfeed_loop *loop);
SOCKFEED_API int64_t sockfeed_loop_deadline(struct sockfeed_loop *loop);
SOCKFEED_API void sockfeed_loop_step(struct sockfeed_loop *loop);

/* Milliseconds of the monotonic clock, read once for each turn. */
SOCKFEED_API int64_t sockfeed_loop_now(const struct sockfeed_loop *loop);

/* What all clients of a loop have read from their sockets and written to them:
 * frames and HTTP as they travel, compressed and masked, without what TLS
 * adds. */
struct sockfeed_traffic {
    uint64_t received; /* bytes */
    uint64_t sent;
};

SOCKFEED_API struct sockfeed_traffic sockfeed_loop_traffic(
    const struct sockfeed_loop *loop);

enum {
    SOCKFEED_READABLE = 1,
    SOCKFEED_WRITABLE = 2
};

struct sockfeed_watch;

/* `ready` is the set of those of the two flags that are so; never 0. */
typedef void (*sockfeed_watch_callback)(void *user, unsigned ready);

/* Gives a watch of a descriptor that stays the caller's and must outlive the
 * watch. `wanted` is a set of the two flags, also 0. A hang-up or an error of
 * the descriptor is reported as whatever was wanted. Descriptors that cannot be
 * waited for (regular files) give INVALID. SYSTEM, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_watch_new(
    struct sockfeed_watch **watch, struct sockfeed_loop *loop, int descriptor,
    unsigned wanted, sockfeed_watch_callback callback,
    void *user) SOCKFEED_CHECK;

/* Another set of what is wanted, from now on. */
SOCKFEED_API void sockfeed_watch_want(struct sockfeed_watch *watch,
                                      unsigned wanted);

/* Legal inside the callback. Fits NULL. */
SOCKFEED_API void sockfeed_watch_free(struct sockfeed_watch *watch);

struct sockfeed_timer;
typedef void (*sockfeed_timer_callback)(void *user);

/* Gives a timer that is not set. NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_timer_new(
    struct sockfeed_timer **timer, struct sockfeed_loop *loop,
    sockfeed_timer_callback callback, void *user) SOCKFEED_CHECK;

/* It fires once, so many milliseconds from now, at the earliest in the next
 * turn. Setting it again moves it. */
SOCKFEED_API void sockfeed_timer_set(struct sockfeed_timer *timer,
                                     int64_t milliseconds);

/* It does not fire until it is set again. */
SOCKFEED_API void sockfeed_timer_clear(struct sockfeed_timer *timer);

/* Legal inside the callback. Fits NULL. */
SOCKFEED_API void sockfeed_timer_free(struct sockfeed_timer *timer);

#ifdef __cplusplus
}
#endif

#endif
