/* SPDX-License-Identifier: MIT */
#ifndef NET_DIALER_H
#define NET_DIALER_H

#include "net/step.h"
#include "sockfeed/result.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A host name and a port to a stream that is ready for the first request:
 *
 *     RESOLVE -> CONNECT ----------------------------------> TLS -> opened
 *                   \-> TLS to the proxy -> asking the proxy -^
 *
 * without those that are not needed: names of a proxy that looks them up
 * itself, of pinned hosts and unix sockets are not resolved, a SOCKS 5 proxy
 * gets an address and so has both names resolved.
 */
struct dialer;
struct loop;
struct proxy;
struct resolver;
struct route;
struct stream;
struct tls_config;

struct dialer_config {
    struct loop *loop;
    struct resolver *resolver;
    struct tls_config *tls; /* NULL: no TLS */
    const char *host;       /* without brackets */
    uint16_t port;
    const struct route *route;    /* NULL: the usual one */
    const struct proxy *proxy;    /* NULL: none */
    struct tls_config *proxy_tls; /* for a proxy that speaks TLS */
};

/* All are called on later turns. */
struct dialer_handlers {
    /* One of the two, once, and the dialer must then be freed. The stream is
     * given; it wants nothing yet and its callback is to be set. */
    void (*opened)(void *user, struct stream *stream);
    /* What is the proxy's fault is PROXY_NAME, PROXY, or said in the text. */
    void (*failed)(void *user, const struct sockfeed_failure *failure);
    /* Views one line on a step; must not free the dialer. */
    void (*trace)(void *user, const char *line);
    /* RESOLVED, CONNECTED, PROXIED, SECURED; must not free the dialer. */
    step_callback step;
};

/* Copies the configuration and the handlers; what it points to, but the host,
 * must outlive the dialer. NOMEM. */
enum sockfeed_result dialer_new(struct dialer **dialer,
                                const struct dialer_config *config,
                                const struct dialer_handlers *handlers,
                                void *user) SOCKFEED_CHECK;

/* Legal inside `opened` and `failed`. Fits NULL. */
void dialer_free(struct dialer *dialer);

enum sockfeed_stage dialer_stage(const struct dialer *dialer);

/* What is under way, fit to follow "while": "connecting to 192.0.2.1 port
 * 443"; cut to `size`. */
void dialer_describe(const struct dialer *dialer, char *text, size_t size);

#endif
