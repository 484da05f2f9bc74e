/* SPDX-License-Identifier: MIT */
#include "net/connector.h"

#include "base/limits.h"
#include "base/result.h"
#include "net/loop.h"
#include "net/route.h"
#include "net/system_error.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STAGGER_MS = 250 /* RFC 8305, 5: the delay between attempts */
};

struct attempt {
    struct connector *connector;
    struct address address;
    struct loop_watch *watch; /* while it runs */
    int error;                /* errno, once it has failed */
    bool unbound;             /* because of the interface */
};

struct connector {
    struct loop *loop;
    const struct route *route; /* or NULL */
    struct connector_handlers handlers;
    void *user;
    struct loop_task begin;
    struct loop_timer stagger;
    size_t started; /* attempts[0 .. started) have been tried */
    size_t running;
    size_t count;
    struct attempt attempts[];
};

static void trace(const struct connector *connector, const char *before,
                  const struct address *address, const char *after)
{
    char text[ADDRESS_TEXT];
    char line[ADDRESS_TEXT + SYSTEM_ERROR_TEXT + 32];

    if (connector->handlers.trace != NULL) {
        (void)snprintf(line, sizeof(line), "%s%s%s", before,
                       address_text(address, text), after);
        connector->handlers.trace(connector->user, line);
    }
}

static void note_failure(struct attempt *attempt, int error)
{
    char text[SYSTEM_ERROR_TEXT];
    char after[SYSTEM_ERROR_TEXT + 2];

    attempt->error = error;
    (void)snprintf(after, sizeof(after), ": %s",
                   system_error_text(error, text));
    trace(attempt->connector, "", &attempt->address, after);
}

/* Nothing could be begun at the user's interface or address. */
static bool is_unbound(const struct connector *connector)
{
    for (size_t i = 0; i < connector->count; i++) {
        if (!connector->attempts[i].unbound) {
            return false;
        }
    }
    return true;
}

static void tell_interface(struct connector *connector)
{
    struct sockfeed_failure failure = {0};
    char text[SYSTEM_ERROR_TEXT];
    int error = connector->attempts[0].error;

    (void)failure_set(
        &failure, SOCKFEED_INTERFACE, SOCKFEED_STAGE_CONNECT,
        "the interface %s cannot be used: %s", connector->route->binding.to,
        error == EAFNOSUPPORT ? "no address there fits the server's"
                              : system_error_text(error, text));
    failure.system_error = error;
    connector->handlers.failed(connector->user, &failure);
}

/* All have failed: says why each of them, as far as there is room. */
static void give_up(struct connector *connector)
{
    struct sockfeed_failure failure = {0};
    char reasons[sizeof(failure.text) - sizeof("; and 99 more")];
    char more[32] = "";
    size_t size = 0;

    if (is_unbound(connector)) {
        tell_interface(connector);
        return;
    }
    for (size_t i = 0; i < connector->count; i++) {
        const struct attempt *attempt = &connector->attempts[i];
        char address[ADDRESS_TEXT];
        char error[SYSTEM_ERROR_TEXT];
        char reason[ADDRESS_TEXT + SYSTEM_ERROR_TEXT];
        int length =
            snprintf(reason, sizeof(reason), "%s%s: %s", i == 0 ? "" : "; ",
                     address_text(&attempt->address, address),
                     system_error_text(attempt->error, error));

        if (length < 0 || size + (size_t)length >= sizeof(reasons)) {
            (void)snprintf(more, sizeof(more), "; and %zu more",
                           connector->count - i);
            break;
        }
        memcpy(reasons + size, reason, (size_t)length);
        size += (size_t)length;
    }
    (void)failure_set(&failure, SOCKFEED_CONNECT, SOCKFEED_STAGE_CONNECT,
                      "%.*s%s", (int)size, reasons, more);
    failure.system_error = connector->attempts[0].error;
    connector->handlers.failed(connector->user, &failure);
}

/* Stops everything that is under way. */
static void settle(struct connector *connector)
{
    loop_task_cancel(&connector->begin);
    loop_timer_clear(&connector->stagger);
    for (size_t i = 0; i < connector->started; i++) {
        loop_watch_free(connector->attempts[i].watch);
        connector->attempts[i].watch = NULL;
    }
    connector->running = 0;
}

static void start_next(void *user);

static void on_ready(void *user, unsigned ready)
{
    struct attempt *attempt = user;
    struct connector *connector = attempt->connector;
    int descriptor = loop_watch_release(attempt->watch);
    int error = 0;
    socklen_t size = sizeof(error);

    (void)ready;
    attempt->watch = NULL;
    connector->running--;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
    }
    if (error == 0) {
        settle(connector);
        trace(connector, "connected to ", &attempt->address, "");
        connector->handlers.connected(connector->user, descriptor,
                                      &attempt->address);
        return;
    }
    (void)close(descriptor);
    note_failure(attempt, error);
    start_next(connector);
}

static void set_number(int descriptor, int level, int name, int value)
{
    (void)setsockopt(descriptor, level, name, &value, sizeof(value));
}

/* What TCP does by itself; none of it is worth a failure. */
static void tune(int descriptor, const struct route *route)
{
    /* Messages are written whole: to wait for more only delays them. */
    set_number(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    if (route != NULL && route->keepalive > 0) {
        set_number(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
        set_number(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, route->keepalive);
        set_number(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, route->keepalive);
    }
}

/* The descriptor of an attempt on its way, or -1 with errno set. */
static int open_socket(struct attempt *attempt)
{
    const struct address *address = &attempt->address;
    const struct route *route = attempt->connector->route;
    int family = address->u.any.sa_family;
    int descriptor =
        socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error = 0;

    if (descriptor < 0) {
        return -1;
    }
    if (family != AF_UNIX) {
        tune(descriptor, route);
    }
    if (route != NULL) {
        error = binding_apply(&route->binding, descriptor, family);
    }
    if (error != 0) {
        attempt->unbound = true;
        (void)close(descriptor);
        errno = error;
        return -1;
    }
    if (connect(descriptor, &address->u.any, address->size) == 0 ||
        errno == EINPROGRESS) {
        return descriptor;
    }
    error = errno;
    (void)close(descriptor);
    errno = error;
    return -1;
}

static bool start(struct attempt *attempt)
{
    struct connector *connector = attempt->connector;
    enum sockfeed_result result;
    int descriptor;

    trace(connector, "connecting to ", &attempt->address, "");
    descriptor = open_socket(attempt);
    if (descriptor < 0) {
        note_failure(attempt, errno);
        return false;
    }
    result = loop_watch_new(&attempt->watch, connector->loop, descriptor,
                            SOCKFEED_WRITABLE, on_ready, attempt);
    if (result != SOCKFEED_OK) {
        (void)close(descriptor);
        note_failure(attempt, ENOMEM);
        return false;
    }
    connector->running++;
    return true;
}

/* Starts the next address that can be tried, and the clock for the one after
 * it. */
static void start_next(void *user)
{
    struct connector *connector = user;

    loop_timer_clear(&connector->stagger);
    while (connector->started < connector->count) {
        if (start(&connector->attempts[connector->started++])) {
            if (connector->started < connector->count) {
                loop_timer_set(&connector->stagger,
                               loop_now(connector->loop) + STAGGER_MS);
            }
            return;
        }
    }
    if (connector->running == 0) {
        give_up(connector);
    }
}

/* The first address that is not yet taken, of the family or not of it. */
static size_t find(const struct address *addresses, const bool *taken,
                   size_t count, int family, bool same)
{
    size_t i = 0;

    while (i < count &&
           (taken[i] || (addresses[i].u.any.sa_family == family) != same)) {
        i++;
    }
    return i;
}

/* Lets the families take turns, beginning with the one that the resolver
 * prefers (RFC 8305, 4). */
static void interleave(struct connector *connector,
                       const struct address *addresses)
{
    bool taken[LIMIT_ADDRESSES] = {false};
    int family = addresses[0].u.any.sa_family;
    bool same = true;

    for (size_t i = 0; i < connector->count; i++) {
        size_t next = find(addresses, taken, connector->count, family, same);

        if (next == connector->count) {
            next = find(addresses, taken, connector->count, family, !same);
        }
        taken[next] = true;
        connector->attempts[i].connector = connector;
        connector->attempts[i].address = addresses[next];
        same = !same;
    }
}

enum sockfeed_result connector_new(struct connector **connector,
                                   const struct connector_config *config,
                                   const struct connector_handlers *handlers,
                                   void *user)
{
    size_t count =
        config->count < LIMIT_ADDRESSES ? config->count : LIMIT_ADDRESSES;
    struct connector *created;

    *connector = NULL;
    created =
        calloc(1, sizeof(*created) + count * sizeof(created->attempts[0]));
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->loop = config->loop;
    created->route = config->route;
    created->handlers = *handlers;
    created->user = user;
    created->count = count;
    interleave(created, config->addresses);
    loop_task_init(&created->begin, config->loop, start_next, created);
    loop_timer_init(&created->stagger, config->loop, start_next, created);
    loop_task_post(&created->begin);
    *connector = created;
    return SOCKFEED_OK;
}

void connector_free(struct connector *connector)
{
    if (connector != NULL) {
        settle(connector);
        free(connector);
    }
}

void connector_describe(const struct connector *connector, char *text,
                        size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < connector->started; i++) {
        char address[ADDRESS_TEXT];
        int length;

        if (connector->attempts[i].watch == NULL) {
            continue;
        }
        length =
            snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ",
                     address_text(&connector->attempts[i].address, address));
        if (length < 0 || (size_t)length >= size - used) {
            return;
        }
        used += (size_t)length;
    }
}
