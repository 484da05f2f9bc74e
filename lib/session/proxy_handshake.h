/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PROXY_HANDSHAKE_H
#define SESSION_PROXY_HANDSHAKE_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

struct http_response;

/*
 * Asking a proxy for a connection to a server: by HTTP's CONNECT (RFC 9110,
 * 9.3.6), or by SOCKS 5 (RFC 1928).
 *
 *     HTTP:    HEAD ----------------------------> DONE
 *     SOCKS 5: CHOICE --> [LOGIN] --> REPLY ----> DONE
 */
struct proxy_handshake;

enum proxy_handshake_kind {
    PROXY_HANDSHAKE_HTTP,
    PROXY_HANDSHAKE_SOCKS5,
};

/* Everything is viewed until the handshake is freed. */
struct proxy_handshake_request {
    enum proxy_handshake_kind kind;
    struct span host; /* the server's name, or address without brackets */
    uint16_t port;
    bool login;       /* there is a user */
    struct span user; /* for SOCKS 5 at most 255 bytes, as the next */
    struct span password;
    struct span user_agent; /* HTTP; empty: not sent */
};

/* Gives a handshake, to be freed by proxy_handshake_free, and appends what is
 * to be sent first. NOMEM; INVALID with the failure, for a host that cannot be
 * asked for. */
enum sockfeed_result proxy_handshake_new(
    struct proxy_handshake **handshake, struct buf *out,
    const struct proxy_handshake_request *request,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;
void proxy_handshake_free(struct proxy_handshake *handshake);

/* Takes what has been received. The first *used bytes are dealt with; the
 * others are to be given again, with those that follow. What is to be sent is
 * appended to `out`. OK: the connection is the server's now. MORE. PROXY: it
 * refuses, or answers what is no answer. NOMEM. Failures are sticky. */
enum sockfeed_result proxy_handshake_receive(struct proxy_handshake *handshake,
                                             struct buf *out, size_t *used,
                                             struct span data) SOCKFEED_CHECK;

/* The stream has ended: PROXY. */
enum sockfeed_result proxy_handshake_end(struct proxy_handshake *handshake);

/* What went wrong; views the handshake. */
const struct sockfeed_failure *proxy_handshake_failure(
    const struct proxy_handshake *handshake);

/* The last head of an HTTP answer, NULL where there was none; views the bytes
 * of the call that read it. */
const struct http_response *proxy_handshake_response(
    const struct proxy_handshake *handshake);

#endif
