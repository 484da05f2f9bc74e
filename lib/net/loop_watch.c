/* SPDX-License-Identifier: MIT */
#include "net/loop_watch.h"

#include "net/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    /* Descriptors served in a turn; what else is ready has the next one. */
    BATCH_MIN = 16,
    BATCH_MAX = 256,
};

struct loop_watch {
    struct loop_watches *watches;
    int descriptor;
    unsigned wanted;
    loop_watch_callback callback;
    void *user;
};

static uint32_t events_of(unsigned wanted)
{
    uint32_t events = 0;

    if ((wanted & SOCKFEED_READABLE) != 0) {
        events |= EPOLLIN;
    }
    if ((wanted & SOCKFEED_WRITABLE) != 0) {
        events |= EPOLLOUT;
    }
    /* A hang-up is told even where nothing is wanted: then once, not in every
     * turn. Unlike a removal this can be undone without allocation. */
    return events == 0 ? (uint32_t)EPOLLET : events;
}

static unsigned ready_of(uint32_t events)
{
    unsigned ready = 0;

    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        ready |= SOCKFEED_READABLE;
    }
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        ready |= SOCKFEED_WRITABLE;
    }
    return ready;
}

static enum sockfeed_result refusal(int error)
{
    switch (error) {
    case EPERM: /* a file or a directory, which is always ready */
    case EBADF:
    case EEXIST:
        return SOCKFEED_INVALID;
    case ENOMEM:
        return SOCKFEED_NOMEM;
    default:
        return SOCKFEED_SYSTEM;
    }
}

enum sockfeed_result loop_watch_new(struct loop_watch **watch,
                                    struct loop *loop, int descriptor,
                                    unsigned wanted,
                                    loop_watch_callback callback, void *user)
{
    struct loop_watch *created = malloc(sizeof(*created));
    struct epoll_event event = {.events = events_of(wanted)};

    *watch = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    *created = (struct loop_watch){loop_watches(loop), descriptor, wanted,
                                   callback, user};
    event.data.ptr = created;
    if (epoll_ctl(created->watches->set, EPOLL_CTL_ADD, descriptor, &event) !=
        0) {
        enum sockfeed_result result = refusal(errno);

        free(created);
        return result;
    }
    *watch = created;
    return SOCKFEED_OK;
}

void loop_watch_want(struct loop_watch *watch, unsigned wanted)
{
    struct epoll_event event = {.events = events_of(wanted)};

    if (wanted != watch->wanted) {
        watch->wanted = wanted;
        event.data.ptr = watch;
        (void)epoll_ctl(watch->watches->set, EPOLL_CTL_MOD, watch->descriptor,
                        &event);
    }
}

int loop_watch_release(struct loop_watch *watch)
{
    struct loop_watches *watches = watch->watches;
    int descriptor = watch->descriptor;

    (void)epoll_ctl(watches->set, EPOLL_CTL_DEL, descriptor, NULL);
    for (size_t i = watches->batch_next; i < watches->batch_count; i++) {
        if (watches->batch[i].data.ptr == watch) {
            watches->batch[i].data.ptr = NULL;
        }
    }
    free(watch);
    return descriptor;
}

void loop_watch_free(struct loop_watch *watch)
{
    if (watch != NULL) {
        (void)close(loop_watch_release(watch));
    }
}

enum sockfeed_result loop_watches_init(struct loop_watches *watches,
                                       unsigned descriptors)
{
    watches->batch_size = descriptors < BATCH_MIN   ? BATCH_MIN
                          : descriptors > BATCH_MAX ? BATCH_MAX
                                                    : descriptors;
    watches->batch = calloc(watches->batch_size, sizeof(*watches->batch));
    if (watches->batch == NULL) {
        return SOCKFEED_NOMEM;
    }
    watches->set = epoll_create1(EPOLL_CLOEXEC);
    if (watches->set < 0) {
        loop_watches_deinit(watches);
        return SOCKFEED_SYSTEM;
    }
    return SOCKFEED_OK;
}

void loop_watches_deinit(struct loop_watches *watches)
{
    if (watches->batch != NULL && watches->set >= 0) {
        (void)close(watches->set);
    }
    free(watches->batch);
    watches->batch = NULL;
}

void loop_watches_wait(struct loop_watches *watches, int timeout)
{
    int count = epoll_wait(watches->set, watches->batch,
                           (int)watches->batch_size, timeout);

    watches->batch_count = count < 0 ? 0 : (size_t)count;
    watches->batch_next = 0;
}

void loop_watches_serve(struct loop_watches *watches)
{
    while (watches->batch_next < watches->batch_count) {
        const struct epoll_event *event =
            &watches->batch[watches->batch_next++];
        struct loop_watch *watch = event->data.ptr;
        unsigned ready = ready_of(event->events);

        if (watch != NULL && (ready & watch->wanted) != 0) {
            watch->callback(watch->user, ready & watch->wanted);
        }
    }
}

void loop_watches_mirror(struct loop_watches *watches, int descriptor,
                         unsigned wanted)
{
    struct epoll_event event = {.events = events_of(wanted)};

    if (wanted == 0) {
        (void)epoll_ctl(watches->set, EPOLL_CTL_DEL, descriptor, NULL);
    } else if (epoll_ctl(watches->set, EPOLL_CTL_MOD, descriptor, &event) !=
               0) {
        (void)epoll_ctl(watches->set, EPOLL_CTL_ADD, descriptor, &event);
    }
}
