/* SPDX-License-Identifier: MIT */
#ifndef NET_TUNNEL_H
#define NET_TUNNEL_H

#include "sockfeed/result.h"

#include <stdint.h>

/*
 * A stream to a proxy becomes one to a server: speaks a proxy_handshake on it,
 * in pieces as they come.
 */
struct proxy;
struct stream;
struct tunnel;

struct tunnel_config {
    struct stream *stream; /* to the proxy; its callback is taken */
    const struct proxy *proxy;
    const char *host; /* a name, or an address without brackets */
    uint16_t port;
};

struct tunnel_handlers {
    /* One of the two, once, and the tunnel must then be freed. */
    void (*opened)(void *user);
    void (*failed)(void *user, const struct sockfeed_failure *failure);
    /* Views one line about a step, secrets masked; must not free the
     * tunnel. */
    void (*trace)(void *user, const char *line);
};

/* Begins; `opened` and `failed` come on later turns. Copies the configuration
 * and the handlers; what the former points to must outlive the tunnel. NOMEM,
 * INVALID with the failure. */
enum sockfeed_result tunnel_new(
    struct tunnel **tunnel, const struct tunnel_config *config,
    const struct tunnel_handlers *handlers, void *user,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Legal inside `opened` and `failed`. Fits NULL. */
void tunnel_free(struct tunnel *tunnel);

#endif
