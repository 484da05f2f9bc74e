/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* EAI_NODATA and EAI_ADDRFAMILY, which are glibc's */
#include "net/resolver.h"

#include "base/limits.h"
#include "base/result.h"
#include "net/loop.h"
#include "net/system_error.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/*
 *     QUEUED --(a thread takes it)--> RUNNING --> DONE --> (callback) over
 *        |                              |           |
 *        +--------- freed --------------+-----------+
 *
 * A job freed while RUNNING is left to its thread, which then frees it.
 */
enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_DONE,
};

struct resolver_job {
    struct resolver *resolver;
    struct resolver_job *next; /* in the list of its state */
    enum job_state state;
    bool abandoned;
    uint16_t port;
    int family; /* 0: both */
    resolver_callback callback;
    void *user;
    struct sockfeed_failure failure; /* result OK: there are addresses */
    size_t count;
    struct address addresses[LIMIT_ADDRESSES];
    char host[];
};

/* Shared with the threads; the fields down from `mutex` only under it. */
struct resolver {
    struct loop_watch *watch; /* of `wake` */
    int wake;                 /* an eventfd, readable while jobs are DONE */
    pthread_mutex_t mutex;
    unsigned references; /* of the owner and of each thread */
    unsigned threads;
    struct resolver_job *queued; /* first come, first served */
    struct resolver_job *done;
};

static void append(struct resolver_job **list, struct resolver_job *job)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    job->next = NULL;
    *list = job;
}

static void take_out(struct resolver_job **list, const struct resolver_job *job)
{
    while (*list != NULL && *list != job) {
        list = &(*list)->next;
    }
    if (*list != NULL) {
        *list = job->next;
    }
}

/* -- The lookup itself, in any thread -- */

static void fail(struct resolver_job *job, int error, int system_error)
{
    char text[SYSTEM_ERROR_TEXT];
    enum sockfeed_result result = SOCKFEED_RESOLVE;

    switch (error) {
    case EAI_NONAME:
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
        (void)failure_set(&job->failure, result, SOCKFEED_STAGE_RESOLVE,
                          "no %saddress for host %s",
                          job->family == 0         ? ""
                          : job->family == AF_INET ? "IPv4 "
                                                   : "IPv6 ",
                          job->host);
        job->failure.cause =
            job->family == 0 ? SOCKFEED_CAUSE_OTHER : SOCKFEED_CAUSE_FAMILY;
        break;
    case EAI_AGAIN:
        (void)failure_set(&job->failure, result, SOCKFEED_STAGE_RESOLVE,
                          "no name server answers for host %s", job->host);
        job->failure.cause = SOCKFEED_CAUSE_NO_NAME_SERVER;
        break;
    case EAI_MEMORY:
        (void)failure_set_nomem(&job->failure, SOCKFEED_STAGE_RESOLVE);
        break;
    case EAI_SYSTEM:
        (void)failure_set(&job->failure, result, SOCKFEED_STAGE_RESOLVE,
                          "cannot resolve %s: %s", job->host,
                          system_error_text(system_error, text));
        job->failure.system_error = system_error;
        break;
    default:
        (void)failure_set(&job->failure, result, SOCKFEED_STAGE_RESOLVE,
                          "cannot resolve %s: %s", job->host,
                          gai_strerror(error));
        break;
    }
}

static void keep_address(struct resolver_job *job, const struct addrinfo *info)
{
    struct address *address = &job->addresses[job->count];

    if (info->ai_family == AF_INET &&
        info->ai_addrlen == sizeof(address->u.v4)) {
        memcpy(&address->u.v4, info->ai_addr, sizeof(address->u.v4));
        address->u.v4.sin_port = htons(job->port);
    } else if (info->ai_family == AF_INET6 &&
               info->ai_addrlen == sizeof(address->u.v6)) {
        memcpy(&address->u.v6, info->ai_addr, sizeof(address->u.v6));
        address->u.v6.sin6_port = htons(job->port);
    } else {
        return;
    }
    address->size = info->ai_addrlen;
    job->count++;
}

/* False when the flags allow numeric addresses only and this is none. */
static bool look_up(struct resolver_job *job, int flags)
{
    const struct addrinfo hints = {
        .ai_family = job->family == 0 ? AF_UNSPEC : job->family,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = flags,
    };
    struct addrinfo *list = NULL;
    int error = getaddrinfo(job->host, NULL, &hints, &list);
    int system_error = errno;

    if (error != 0 && (flags & AI_NUMERICHOST) != 0) {
        return false;
    }
    if (error == 0) {
        for (const struct addrinfo *info = list;
             info != NULL && job->count < LIMIT_ADDRESSES;
             info = info->ai_next) {
            keep_address(job, info);
        }
        freeaddrinfo(list);
        error = job->count == 0 ? EAI_NONAME : 0;
    }
    if (error != 0) {
        fail(job, error, system_error);
    }
    return true;
}

/* -- Threads -- */

/* The mutex is held, and let go of. */
static void unreference(struct resolver *resolver)
{
    bool last = --resolver->references == 0;

    (void)pthread_mutex_unlock(&resolver->mutex);
    if (last) {
        (void)pthread_mutex_destroy(&resolver->mutex);
        free(resolver);
    }
}

/* The mutex is held. */
static void finish(struct resolver_job *job)
{
    struct resolver *resolver = job->resolver;

    job->state = JOB_DONE;
    append(&resolver->done, job);
    (void)eventfd_write(resolver->wake, 1);
}

static void *work(void *user)
{
    struct resolver *resolver = user;

    (void)pthread_mutex_lock(&resolver->mutex);
    while (resolver->queued != NULL) {
        struct resolver_job *job = resolver->queued;

        resolver->queued = job->next;
        job->state = JOB_RUNNING;
        (void)pthread_mutex_unlock(&resolver->mutex);
        (void)look_up(job, 0);
        (void)pthread_mutex_lock(&resolver->mutex);
        if (job->abandoned) {
            free(job);
        } else {
            finish(job);
        }
    }
    resolver->threads--;
    unreference(resolver);
    return NULL;
}

/* The mutex is held. Signals are left to the program's own threads. */
static bool start_thread(struct resolver *resolver)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    bool started;

    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    started = pthread_create(&thread, &attributes, work, resolver) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    if (started) {
        resolver->threads++;
        resolver->references++;
    }
    return started;
}

/* -- The loop's side -- */

/* Answers one job in a call: inside the callback everything may be freed. */
static void on_wake(void *user, unsigned ready)
{
    struct resolver *resolver = user;
    struct resolver_job *job;
    eventfd_t count;

    (void)ready;
    (void)pthread_mutex_lock(&resolver->mutex);
    job = resolver->done;
    if (job != NULL) {
        resolver->done = job->next;
    }
    if (resolver->done == NULL) {
        (void)eventfd_read(resolver->wake, &count);
    }
    (void)pthread_mutex_unlock(&resolver->mutex);
    if (job == NULL) {
        return;
    }
    if (job->failure.result != SOCKFEED_OK) {
        job->callback(job->user, &job->failure, NULL, 0);
    } else {
        job->callback(job->user, NULL, job->addresses, job->count);
    }
    free(job);
}

enum sockfeed_result resolver_new(struct resolver **resolver, struct loop *loop)
{
    struct resolver *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *resolver = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->references = 1;
    created->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (created->wake < 0) {
        free(created);
        return SOCKFEED_SYSTEM;
    }
    result = loop_watch_new(&created->watch, loop, created->wake,
                            SOCKFEED_READABLE, on_wake, created);
    if (result != SOCKFEED_OK) {
        (void)close(created->wake);
        free(created);
        return result;
    }
    if (pthread_mutex_init(&created->mutex, NULL) != 0) {
        loop_watch_free(created->watch);
        free(created);
        return SOCKFEED_SYSTEM;
    }
    *resolver = created;
    return SOCKFEED_OK;
}

void resolver_free(struct resolver *resolver)
{
    if (resolver == NULL) {
        return;
    }
    loop_watch_free(resolver->watch);
    (void)pthread_mutex_lock(&resolver->mutex);
    assert(resolver->queued == NULL && resolver->done == NULL);
    unreference(resolver);
}

/* False when there is no thread that will come to it. */
static bool enqueue(struct resolver_job *job)
{
    struct resolver *resolver = job->resolver;
    bool taken;

    (void)pthread_mutex_lock(&resolver->mutex);
    append(&resolver->queued, job);
    taken = (resolver->threads < LIMIT_RESOLVER_THREADS &&
             start_thread(resolver)) ||
            resolver->threads > 0;
    if (!taken) {
        take_out(&resolver->queued, job);
    }
    (void)pthread_mutex_unlock(&resolver->mutex);
    return taken;
}

enum sockfeed_result resolver_start(struct resolver_job **job,
                                    struct resolver *resolver,
                                    const struct resolver_query *query,
                                    resolver_callback callback, void *user)
{
    size_t host_size = strlen(query->host) + 1;
    struct resolver_job *created = calloc(1, sizeof(*created) + host_size);

    *job = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    memcpy(created->host, query->host, host_size);
    created->resolver = resolver;
    created->port = query->port;
    created->family = query->family;
    created->callback = callback;
    created->user = user;
    if (look_up(created, AI_NUMERICHOST)) {
        (void)pthread_mutex_lock(&resolver->mutex);
        finish(created);
        (void)pthread_mutex_unlock(&resolver->mutex);
    } else if (!enqueue(created)) {
        free(created);
        return SOCKFEED_SYSTEM;
    }
    *job = created;
    return SOCKFEED_OK;
}

void resolver_job_free(struct resolver_job *job)
{
    struct resolver *resolver;

    if (job == NULL) {
        return;
    }
    resolver = job->resolver;
    (void)pthread_mutex_lock(&resolver->mutex);
    switch (job->state) {
    case JOB_QUEUED:
        take_out(&resolver->queued, job);
        free(job);
        break;
    case JOB_RUNNING:
        job->abandoned = true;
        break;
    case JOB_DONE:
        take_out(&resolver->done, job);
        free(job);
        break;
    }
    (void)pthread_mutex_unlock(&resolver->mutex);
}
