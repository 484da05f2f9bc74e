/* SPDX-License-Identifier: MIT */
#ifndef NET_CONNECTOR_H
#define NET_CONNECTOR_H

#include "net/address.h"
#include "sockfeed/result.h"

#include <stddef.h>

/*
 * Addresses to one connected socket, as RFC 8305 says: the families take
 * turns, a new attempt starts 250 ms after the last one or as soon as it
 * fails, the first to connect wins and the others are closed.
 */
struct loop;
struct connector;
struct route;

/* What it points to is copied, but for the route. */
struct connector_config {
    struct loop *loop;
    const struct route *route;       /* of the sockets; NULL: the usual one */
    const struct address *addresses; /* 1 to LIMIT_ADDRESSES */
    size_t count;
};

struct connector_handlers {
    /* One of the two, once, and the connector must then be freed. `socket` is
     * given: non-blocking, close-on-exec, without Nagle's delay. */
    void (*connected)(void *user, int socket, const struct address *peer);
    /* CONNECT, or INTERFACE where none could be begun there, with the reasons
     * of all attempts. */
    void (*failed)(void *user, const struct sockfeed_failure *failure);
    /* Views one line on what is being tried; may be NULL, must not free the
     * connector. */
    void (*trace)(void *user, const char *line);
};

/* Begins on a later turn. Copies the handlers. NOMEM. */
enum sockfeed_result connector_new(struct connector **connector,
                                   const struct connector_config *config,
                                   const struct connector_handlers *handlers,
                                   void *user) SOCKFEED_CHECK;

/* Legal inside `connected` and `failed`. Fits NULL. */
void connector_free(struct connector *connector);

/* What is being waited for, for the text of a timeout: the addresses whose
 * attempts still run. Writes a NUL-terminated text, cut to `size`. */
void connector_describe(const struct connector *connector, char *text,
                        size_t size);

#endif
