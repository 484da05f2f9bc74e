/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_HANDSHAKE_H
#define SESSION_WS_HANDSHAKE_H

#include "base/buf.h"
#include "base/span.h"
#include "codec/http_response.h"
#include "codec/ws_extension.h"
#include "sockfeed/result.h"

#include <stdint.h>

struct rng;

/* The opening handshake of a WebSocket client (RFC 6455, section 4). */
struct ws_handshake;

/* SHA-1 of the data: the one digest of the handshake, from whoever may use a
 * library for it. */
typedef void (*ws_handshake_digest)(const void *data, size_t size,
                                    unsigned char digest[20]);

/* What to ask for. Everything is viewed until the handshake is freed. */
struct ws_handshake_request {
    struct span target; /* path and query */
    struct span host;   /* a name or an address, IPv6 with or without [] */
    unsigned port;
    bool secure;            /* wss: decides which port goes without saying */
    struct span user_agent; /* empty: not sent */
    struct span origin;     /* empty: not sent */
    struct span cookie;     /* value of Cookie; empty: not sent */
    const struct span *protocols; /* offered, the preferred first */
    size_t protocol_count;
    bool compressed;            /* permessage-deflate is offered */
    const struct span *headers; /* lines "Name: value" of the user */
    size_t header_count;
};

/* Whether a user's header line can go with the request: well-formed, and not
 * one of those the handshake itself is made of. INVALID with the reason in
 * `malformed`. Host, User-Agent and Origin can: the user's one replaces ours,
 * and an empty value of the latter two means that none is sent. */
enum sockfeed_result ws_handshake_check_header(
    struct span line, struct malformed *malformed) SOCKFEED_CHECK;

/* Gives a handshake, to be freed by ws_handshake_free, and appends the request
 * to `request`. INVALID when a part of it cannot be sent (`failure` says
 * which), FULL when the buffer's limit is too low, NOMEM. */
enum sockfeed_result ws_handshake_new(
    struct ws_handshake **handshake, struct buf *request,
    struct sockfeed_failure *failure, const struct ws_handshake_request *asked,
    struct rng *rng, ws_handshake_digest digest) SOCKFEED_CHECK;
void ws_handshake_free(struct ws_handshake *handshake);

/*
 * Takes what has been received. The first *used bytes are dealt with; the
 * others are to be given again, with those that follow.
 * OK: the connection is a WebSocket; the bytes not used are frames.
 * MORE: the answer, or the body of a refusal, is not complete.
 * REFUSED: any status but 101; the failure has status, first line of the body,
 * Location of a redirect, and Retry-After. PROTOCOL: an answer that cannot be.
 * TLS: it is a TLS alert, since the server expects TLS.
 * NOMEM. Failures are sticky.
 */
enum sockfeed_result ws_handshake_receive(struct ws_handshake *handshake,
                                          const char *data, size_t size,
                                          size_t *used) SOCKFEED_CHECK;

/* The stream has ended, or there is no time left to wait for it: REFUSED when
 * the head of a refusal has come, else LOST. Nothing happens after a result of
 * ws_handshake_receive other than MORE. */
enum sockfeed_result ws_handshake_end(struct ws_handshake *handshake);

/* What went wrong; result OK when nothing did. Views the handshake. */
const struct sockfeed_failure *ws_handshake_failure(
    const struct ws_handshake *handshake);

/* The last head received, NULL before there was one. It views the bytes that
 * were given to ws_handshake_receive in the call that read it. */
const struct http_response *ws_handshake_response(
    const struct ws_handshake *handshake);

/* What the server chose of what was offered. */
struct ws_handshake_agreed {
    struct span protocol; /* the subprotocol; empty: none. Views the request */
    bool compressed;      /* permessage-deflate, as the next says */
    struct ws_extension compression;
};

/* Views the handshake; meaningful once it is done. */
const struct ws_handshake_agreed *ws_handshake_agreed(
    const struct ws_handshake *handshake);

/* The value of Sec-WebSocket-Accept for a key of WS_HANDSHAKE_KEY_SIZE bytes
 * (RFC 6455, 4.2.2), NUL at its end. */
enum {
    WS_HANDSHAKE_KEY_SIZE = 24,
    WS_HANDSHAKE_ACCEPT_SIZE = 28
};
void ws_handshake_accept(char accept[WS_HANDSHAKE_ACCEPT_SIZE + 1],
                         struct span key, ws_handshake_digest digest);

#endif
