/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_HANDSHAKE_H
#define SESSION_EIO_HANDSHAKE_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/* What a server says of itself in the open packet, its first. */
struct eio_handshake {
    char sid[LIMIT_SID + 1]; /* NUL-terminated, not empty */
    int64_t ping_interval;   /* ms, 1 to LIMIT_HEARTBEAT_MS */
    int64_t ping_timeout;    /* ms, likewise */
    uint64_t max_payload;    /* bytes of a message sent to it; 0: not said */
    bool upgrades_to_websocket;
};

/* Reads the JSON of an open packet. Unknown members are ignored, times beyond
 * a day are taken as a day. PROTOCOL with the reason in `malformed` (its
 * offset is that of the whole value where a member is at fault), NOMEM. */
enum sockfeed_result eio_handshake_parse(struct eio_handshake *handshake,
                                         struct malformed *malformed,
                                         struct span text) SOCKFEED_CHECK;

/* Whether the first frame of a server, or what has come of it, is an open
 * packet whole in a text frame: what speaks plain WebSocket begins otherwise. */
bool eio_handshake_begins(struct span frame);

/* Appends the JSON of an open packet; `upgrades` is empty unless it leads to
 * a WebSocket. NOMEM, FULL. */
enum sockfeed_result eio_handshake_print(
    struct buf *to, const struct eio_handshake *handshake) SOCKFEED_CHECK;

#endif
