/* SPDX-License-Identifier: MIT */
#include "api/sockfeed_loop.h"

#include "net/loop.h"
#include "net/resolver.h"
#include "net/ws_pool.h"
#include "sockfeed/loop.h"
#include "sockfeed/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* The loop of the public interface: net/loop, and what its clients share. */

struct sockfeed_watch {
    struct loop_watch *watch;
};

struct sockfeed_timer {
    struct loop_timer timer;
};

enum sockfeed_result sockfeed_loop_new(struct sockfeed_loop **loop,
                                       unsigned descriptors)
{
    struct sockfeed_loop *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *loop = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    result = loop_new(&created->loop, descriptors);
    if (result == SOCKFEED_OK) {
        turnstile_init(&created->turnstile, created->loop);
        result = resolver_new(&created->resolver, created->loop);
    }
    if (result == SOCKFEED_OK) {
        created->pool = ws_pool_new();
        result = created->pool == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
    }
    if (result != SOCKFEED_OK) {
        sockfeed_loop_free(created);
        return result;
    }
    *loop = created;
    return SOCKFEED_OK;
}

void sockfeed_loop_free(struct sockfeed_loop *loop)
{
    if (loop != NULL) {
        if (loop->loop != NULL) {
            /* What was freed inside callbacks still uses the others. */
            loop_settle(loop->loop);
            turnstile_deinit(&loop->turnstile);
        }
        resolver_free(loop->resolver);
        ws_pool_free(loop->pool);
        loop_free(loop->loop);
        free(loop);
    }
}

void sockfeed_loop_limit_connecting(struct sockfeed_loop *loop, unsigned limit)
{
    turnstile_set_limit(&loop->turnstile, limit);
}

void sockfeed_loop_run(struct sockfeed_loop *loop)
{
    loop_run(loop->loop);
}

void sockfeed_loop_stop(struct sockfeed_loop *loop)
{
    loop_stop(loop->loop);
}

int sockfeed_loop_descriptor(struct sockfeed_loop *loop)
{
    return loop_descriptor(loop->loop);
}

int64_t sockfeed_loop_deadline(struct sockfeed_loop *loop)
{
    return loop_deadline(loop->loop);
}

void sockfeed_loop_step(struct sockfeed_loop *loop)
{
    loop_step(loop->loop);
}

int64_t sockfeed_loop_now(const struct sockfeed_loop *loop)
{
    return loop_now(loop->loop);
}

struct sockfeed_traffic sockfeed_loop_traffic(const struct sockfeed_loop *loop)
{
    return *loop_traffic(loop->loop);
}

/* -- Watches -- */

enum sockfeed_result sockfeed_watch_new(struct sockfeed_watch **watch,
                                        struct sockfeed_loop *loop,
                                        int descriptor, unsigned wanted,
                                        sockfeed_watch_callback callback,
                                        void *user)
{
    struct sockfeed_watch *created = malloc(sizeof(*created));
    enum sockfeed_result result;
    int own;

    *watch = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    /* A watch of net/loop closes its descriptor; the caller keeps his. */
    own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (own < 0) {
        free(created);
        return errno == EBADF ? SOCKFEED_INVALID : SOCKFEED_SYSTEM;
    }
    result = loop_watch_new(&created->watch, loop->loop, own, wanted, callback,
                            user);
    if (result != SOCKFEED_OK) {
        (void)close(own);
        free(created);
        return result;
    }
    *watch = created;
    return SOCKFEED_OK;
}

void sockfeed_watch_want(struct sockfeed_watch *watch, unsigned wanted)
{
    loop_watch_want(watch->watch, wanted);
}

void sockfeed_watch_free(struct sockfeed_watch *watch)
{
    if (watch != NULL) {
        loop_watch_free(watch->watch);
        free(watch);
    }
}

/* -- Timers -- */

enum sockfeed_result sockfeed_timer_new(struct sockfeed_timer **timer,
                                        struct sockfeed_loop *loop,
                                        sockfeed_timer_callback callback,
                                        void *user)
{
    struct sockfeed_timer *created = malloc(sizeof(*created));

    *timer = created;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    loop_timer_init(&created->timer, loop->loop, callback, user);
    return SOCKFEED_OK;
}

void sockfeed_timer_set(struct sockfeed_timer *timer, int64_t milliseconds)
{
    loop_timer_set(&timer->timer, loop_now(timer->timer.loop) +
                                      (milliseconds < 0 ? 0 : milliseconds));
}

void sockfeed_timer_clear(struct sockfeed_timer *timer)
{
    loop_timer_clear(&timer->timer);
}

void sockfeed_timer_free(struct sockfeed_timer *timer)
{
    if (timer != NULL) {
        loop_timer_clear(&timer->timer);
        free(timer);
    }
}
