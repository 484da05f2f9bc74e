/* SPDX-License-Identifier: MIT */
#ifndef CODEC_EIO_PAYLOAD4_H
#define CODEC_EIO_PAYLOAD4_H

#include "codec/eio_packet.h"

/* Bodies of Engine.IO 4's long-polling: packets of text with the byte 0x1E
 * between them, binary ones in base64. */

/* A whole body and how much of it has been read. */
struct eio_payload4 {
    struct span body;
    size_t at;
};

void eio_payload4_init(struct eio_payload4 *payload, struct span body);

/* The next packet, which views the body, or `bytes` as with
 * eio_packet_decode_text. MORE: there is none left. PROTOCOL with `malformed`
 * (packets before it are good), NOMEM, FULL. */
enum sockfeed_result eio_payload4_next(struct eio_payload4 *payload,
                                       struct eio_packet *packet,
                                       struct malformed *malformed,
                                       struct buf *bytes) SOCKFEED_CHECK;

/* The same as the message that the packet would be on a WebSocket, not looked
 * into: a text that views the body. Such a text may hold bytes in base64, and
 * may be empty, which no packet is. MORE, PROTOCOL. */
enum sockfeed_result eio_payload4_next_message(
    struct eio_payload4 *payload, struct span *message,
    struct malformed *malformed) SOCKFEED_CHECK;

/* Appends a packet to a body that may have some already. Failure stays in the
 * buffer. */
void eio_payload4_append(struct buf *body, const struct eio_packet *packet);

/* Appends what would be a message on a WebSocket; and how many bytes that
 * takes. */
void eio_payload4_append_message(struct buf *body, bool binary,
                                 struct span message);
size_t eio_payload4_message_size(const struct buf *body, bool binary,
                                 struct span message);

#endif
