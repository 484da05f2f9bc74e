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

/* Appends a packet to a body that may have some already. Failure stays in the
 * buffer. */
void eio_payload4_append(struct buf *body, const struct eio_packet *packet);

#endif
