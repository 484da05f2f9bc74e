/* SPDX-License-Identifier: MIT */
#ifndef CODEC_EIO_PACKET_H
#define CODEC_EIO_PACKET_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

/*
 * One Engine.IO packet in one WebSocket message, in both revisions of the
 * protocol. They differ in binary messages only: revision 3 begins them with
 * the byte 0x04 and writes base64 text as "b4...", revision 4 has the bare
 * bytes and "b...".
 */

enum eio_revision {
    EIO_REVISION_3 = 3, /* Socket.IO servers 1 and 2 */
    EIO_REVISION_4 = 4, /* Socket.IO servers 3 and 4 */
};

/* The digits on the wire. */
enum eio_packet_type {
    EIO_PACKET_OPEN,
    EIO_PACKET_CLOSE,
    EIO_PACKET_PING,
    EIO_PACKET_PONG,
    EIO_PACKET_MESSAGE,
    EIO_PACKET_UPGRADE,
    EIO_PACKET_NOOP,
};

struct eio_packet {
    enum eio_packet_type type;
    bool binary;      /* a MESSAGE of bytes; all else is text */
    struct span data; /* what follows the type */
};

/*
 * Reads a text message. The data views the frame, or, of bytes in base64, the
 * buffer `bytes`, which is overwritten. PROTOCOL with `malformed`; of such
 * bytes also NOMEM, and FULL above the buffer's limit.
 */
enum sockfeed_result eio_packet_decode_text(
    struct eio_packet *packet, struct malformed *malformed, struct buf *bytes,
    struct span frame, enum eio_revision revision) SOCKFEED_CHECK;

/* Reads a binary message. The data views the frame. PROTOCOL with
 * `malformed`. */
enum sockfeed_result eio_packet_decode_binary(
    struct eio_packet *packet, struct malformed *malformed, struct span frame,
    enum eio_revision revision) SOCKFEED_CHECK;

/* Bytes of the packet as a WebSocket message. A binary packet is a binary
 * message, or with `base64` a text. */
size_t eio_packet_encoded_size(const struct eio_packet *packet,
                               enum eio_revision revision, bool base64);

/* Writes exactly that many. */
void eio_packet_encode(char *to, const struct eio_packet *packet,
                       enum eio_revision revision, bool base64);

#endif
