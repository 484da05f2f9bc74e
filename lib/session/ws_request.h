/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_REQUEST_H
#define SESSION_WS_REQUEST_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"

struct ws_handshake_request;

/* The request of the opening handshake (RFC 6455, 4.1). */

/* Whether all but the user's headers, which ws_handshake_check_header judges,
 * can be sent: OK, or PROTOCOL with `malformed`. */
enum sockfeed_result ws_request_check(const struct ws_handshake_request *asked,
                                      struct malformed *malformed)
    SOCKFEED_CHECK;

/* Appends the request, which has passed the checks. `key` is the value of
 * Sec-WebSocket-Key. */
void ws_request_write(struct buf *request,
                      const struct ws_handshake_request *asked,
                      struct span key);

/* Appends to any other request what users decide about: Host, Origin,
 * User-Agent, Accept, Accept-Encoding (their own, or that anything is taken,
 * and compressed), Cookie, and their own headers, but none that speaks of the
 * body. */
void ws_request_write_usual(struct buf *request,
                            const struct ws_handshake_request *asked);

#endif
