/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* accept4: no moment in which a child could inherit */
#include "net/acceptor.h"

#include "base/result.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/system_error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BACKLOG = 512,
    ACCEPTS_PER_TURN = 64,
    EXHAUSTED_MS = 100 /* until it is tried again */
};

struct acceptor {
    struct loop *loop;
    struct loop_watch *watch;
    int socket; /* the watch's */
    uint16_t port;
    struct loop_timer exhausted;
    acceptor_callback callback;
    void *user;
};

static void on_connection(void *user, unsigned ready)
{
    struct acceptor *acceptor = user;

    (void)ready;
    for (unsigned i = 0; i < ACCEPTS_PER_TURN; i++) {
        int descriptor =
            accept4(acceptor->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (descriptor >= 0) {
            int yes = 1;

            (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes,
                             sizeof(yes));
            acceptor->callback(acceptor->user, descriptor);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            loop_watch_want(acceptor->watch, 0);
            loop_timer_set(&acceptor->exhausted,
                           loop_now(acceptor->loop) + EXHAUSTED_MS);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static void on_exhausted(void *user)
{
    struct acceptor *acceptor = user;

    loop_watch_want(acceptor->watch, SOCKFEED_READABLE);
}

static bool parse_address(struct address *address, const char *text,
                          uint16_t port)
{
    memset(address, 0, sizeof(*address));
    if (inet_pton(AF_INET, text, &address->u.v4.sin_addr) == 1) {
        address->u.v4.sin_family = AF_INET;
        address->u.v4.sin_port = htons(port);
        address->size = sizeof(address->u.v4);
        return true;
    }
    if (inet_pton(AF_INET6, text, &address->u.v6.sin6_addr) == 1) {
        address->u.v6.sin6_family = AF_INET6;
        address->u.v6.sin6_port = htons(port);
        address->size = sizeof(address->u.v6);
        return true;
    }
    return false;
}

/* The listening socket, or -1 with errno. Learns the port. */
static int open_socket(struct address *address)
{
    int descriptor = socket(address->u.any.sa_family,
                            SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    int error;

    if (descriptor < 0) {
        return -1;
    }
    /* Connections of a server that has just ended do not keep the port. */
    (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(descriptor, &address->u.any, address->size) == 0 &&
        listen(descriptor, BACKLOG) == 0 &&
        getsockname(descriptor, &address->u.any, &address->size) == 0) {
        return descriptor;
    }
    error = errno;
    (void)close(descriptor);
    errno = error;
    return -1;
}

enum sockfeed_result acceptor_new(struct acceptor **acceptor, struct loop *loop,
                                  const struct acceptor_config *config,
                                  struct sockfeed_failure *failure)
{
    const char *address =
        config->address == NULL ? "127.0.0.1" : config->address;
    struct acceptor *created;
    enum sockfeed_result result;
    struct address bound;
    char where[ADDRESS_TEXT];
    char why[SYSTEM_ERROR_TEXT];

    *acceptor = NULL;
    if (!parse_address(&bound, address, config->port)) {
        return failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_NONE,
                           "%s is no numeric address", address);
    }
    created = calloc(1, sizeof(*created));
    if (created == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    (void)address_text(&bound, where);
    created->socket = open_socket(&bound);
    if (created->socket < 0) {
        int error = errno;

        free(created);
        (void)failure_set(failure, SOCKFEED_SYSTEM, SOCKFEED_STAGE_NONE,
                          "cannot listen on %s: %s", where,
                          system_error_text(error, why));
        failure->system_error = error;
        return SOCKFEED_SYSTEM;
    }
    result = loop_watch_new(&created->watch, loop, created->socket,
                            SOCKFEED_READABLE, on_connection, created);
    if (result != SOCKFEED_OK) {
        (void)close(created->socket);
        free(created);
        return failure_set(failure, result, SOCKFEED_STAGE_NONE, "%s",
                           sockfeed_result_text(result));
    }
    loop_timer_init(&created->exhausted, loop, on_exhausted, created);
    created->loop = loop;
    /* It stands at the same place in both families. */
    created->port = ntohs(bound.u.v4.sin_port);
    created->callback = config->callback;
    created->user = config->user;
    *acceptor = created;
    return SOCKFEED_OK;
}

void acceptor_free(struct acceptor *acceptor)
{
    if (acceptor != NULL) {
        loop_timer_clear(&acceptor->exhausted);
        loop_watch_free(acceptor->watch);
        free(acceptor);
    }
}

uint16_t acceptor_port(const struct acceptor *acceptor)
{
    return acceptor->port;
}
