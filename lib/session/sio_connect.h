/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_CONNECT_H
#define SESSION_SIO_CONNECT_H

#include "base/buf.h"
#include "codec/eio_packet.h"
#include "codec/sio_packet.h"

/*
 * CONNECT, the packet in which the revisions of Socket.IO differ most: what a
 * client sends to join a namespace, and what it can tell from the answer.
 */

/* What stands in a CONNECT besides the namespace. */
struct sio_connect {
    struct span auth;  /* JSON object, the payload in revision 5; or empty */
    struct span query; /* "a=1&b=2", stands with the namespace in revision 4,
                          its commas encoded */
};

/* Makes `space` and `packet` the CONNECT for a namespace. Towards an Engine.IO
 * of revision 3 the query, and the members of `auth` as a query, stand with
 * the namespace; the packet then views `space`, whose old content is lost.
 * NOMEM, FULL. */
enum sockfeed_result sio_connect_make(
    struct sio_packet *packet, struct buf *space, struct span name,
    const struct sio_connect *connect,
    enum eio_revision revision) SOCKFEED_CHECK;

/* The revision of Engine.IO that a server speaks which sends this CONNECT or
 * CONNECT_ERROR: 3, 4, or 0 where it cannot be told. */
int sio_connect_revision(const struct sio_packet *packet);

/* Appends the members of a checked JSON object as query parameters, "a=1&b=x":
 * strings as their text, all else as JSON text, both percent-encoded. It is
 * how credentials reach servers of revision 4. Failure stays in the buffer. */
void sio_connect_append_query(struct buf *query, struct span auth);

/* What the payload of a CONNECT_ERROR says, fit to be shown: the member
 * "message" of an object, a string's text, else the JSON as it is; "no reason
 * given" for none. Writes at most `size` bytes, NUL included. */
void sio_connect_reason(char *to, size_t size, struct span payload);

#endif
