/* SPDX-License-Identifier: MIT */
#ifndef API_ENDPOINT_H
#define API_ENDPOINT_H

#include "base/buf.h"
#include "sockfeed/message.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

struct url;

/*
 * What the URL and the options beside it come to: whom to connect to, what to
 * ask for, and which protocol to speak there. All buffers hold text and are
 * owned; all zero bytes are a valid empty endpoint.
 */
struct endpoint {
    enum sockfeed_protocol protocol; /* WS, EIO or SIO */
    const char *scheme; /* of the URL: "http", "https", "ws", "wss" */
    bool secure;
    uint16_t port;
    struct buf host;   /* lower case, IPv6 without brackets, NUL */
    struct buf target; /* path and query of a WebSocket's request */
    struct buf space;  /* SIO: the URL's namespace, "/" for the root, NUL */
    struct buf query;  /* the user's parameters, encoded: revision 4
                                 servers get them with the namespace too */
    struct buf authorization; /* header line from the URL's or the options'
                                 user, or empty */
    bool foreign; /* a redirect led to another host: nothing that may be a
                     secret of the user's goes there */
    enum sockfeed_transport transport;
    int eio;          /* revision asked for: 3 or 4; 0 on WS */
    bool eio_pinned;  /* by the user */
    bool eio_known;   /* the server has shown that it speaks this one */
    size_t path_size; /* bytes of the target's path */
    size_t rest_at;   /* in the target, where Engine.IO's own query ends */
};

/* Reads the options. INVALID with the reason in the options, NOMEM; the
 * endpoint is to be deinitialised in every case. */
enum sockfeed_result endpoint_init(
    struct endpoint *endpoint, struct sockfeed_options *options) SOCKFEED_CHECK;
void endpoint_deinit(struct endpoint *endpoint);

/* The same for where an answer of `from` redirects to: the protocol stays what
 * it was, the path is the request's. INVALID with the reason in the options,
 * NOMEM; to be deinitialised in every case. */
enum sockfeed_result endpoint_follow(struct endpoint *endpoint,
                                     const struct endpoint *from,
                                     struct sockfeed_options *options,
                                     const struct url *url) SOCKFEED_CHECK;

/* Appends the target of a request with another query of Engine.IO's, such as
 * "EIO=4&transport=polling"; the user's parameters follow. */
void endpoint_append_target(struct buf *to, const struct endpoint *endpoint,
                            struct span query);

/* A server of revision 3 knows no payload of the CONNECT packet: what it is to
 * know of the user it learns from the request, as parameters. INVALID with the
 * reason in the options; what else fails stays in the buffer. */
enum sockfeed_result endpoint_append_auth(
    struct buf *target, struct sockfeed_options *options) SOCKFEED_CHECK;

#endif
