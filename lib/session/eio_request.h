/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_REQUEST_H
#define SESSION_EIO_REQUEST_H

#include "base/span.h"
#include "codec/eio_packet.h"

/* What the query of an HTTP request asks of an Engine.IO server, and what the
 * common servers say to those whom they refuse. */

enum eio_transport {
    EIO_TRANSPORT_UNKNOWN, /* missing, or none of the two */
    EIO_TRANSPORT_POLLING,
    EIO_TRANSPORT_WEBSOCKET,
};

struct eio_request {
    enum eio_revision revision; /* 3 for anything but exactly 4 */
    enum eio_transport transport;
    bool has_sid;
    struct span sid; /* a view of the query */
    bool base64;     /* bytes are to come as base64 */
};

void eio_request_parse(struct eio_request *request, struct span query);

/* The codes of the JSON that polling clients get. */
enum eio_refusal {
    EIO_REFUSAL_TRANSPORT,   /* Transport unknown */
    EIO_REFUSAL_SESSION,     /* Session ID unknown */
    EIO_REFUSAL_METHOD,      /* Bad handshake method */
    EIO_REFUSAL_BAD_REQUEST, /* Bad request */
    EIO_REFUSAL_FORBIDDEN,   /* Forbidden */
    EIO_REFUSAL_UNSUPPORTED, /* Unsupported protocol version */
};

/* {"code":0,"message":"Transport unknown"}; static. */
const char *eio_request_refusal_json(enum eio_refusal refusal);

/* The message alone, which WebSocket clients get; static. */
const char *eio_request_refusal_text(enum eio_refusal refusal);

#endif
