/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOP_WATCH_H
#define NET_LOOP_WATCH_H

#include "sockfeed/loop.h"
#include "sockfeed/result.h"

#include <stddef.h>

/* A descriptor that is waited for. */
struct loop;
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

/* -- For net/loop: all watches of a loop -- */

struct epoll_event;

struct loop_watches {
    int set;                   /* the epoll set */
    struct epoll_event *batch; /* .data.ptr: the watch; NULL: nothing to do */
    size_t batch_size;         /* room */
    size_t batch_count;        /* events of this turn */
    size_t batch_next;         /* the first that is not yet served */
};

/* NOMEM, SYSTEM. */
enum sockfeed_result loop_watches_init(struct loop_watches *watches,
                                       unsigned descriptors) SOCKFEED_CHECK;

/* Fits what loop_watches_init has failed to make, and all zero bytes. */
void loop_watches_deinit(struct loop_watches *watches);

/* Waits for readiness, so many milliseconds at most, -1 without end. */
void loop_watches_wait(struct loop_watches *watches, int timeout);

/* Calls back for what was ready. */
void loop_watches_serve(struct loop_watches *watches);

/* See loop_mirror. */
void loop_watches_mirror(struct loop_watches *watches, int descriptor,
                         unsigned wanted);

#endif
