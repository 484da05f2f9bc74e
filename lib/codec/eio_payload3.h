/* SPDX-License-Identifier: MIT */
#ifndef CODEC_EIO_PAYLOAD3_H
#define CODEC_EIO_PAYLOAD3_H

#include "codec/eio_packet.h"

/*
 * Bodies of Engine.IO 3's long-polling. The content type says which of the two
 * forms one has:
 *
 *     text     <length>:<packet>...  the length in UTF-16 code units
 *     binary   0x00 or 0x01 (text, bytes), the length's digits as bytes 0 to
 *              9, 0xFF, the packet; the length in bytes
 *
 * The binary form is what servers of every age take from a client. (Those of
 * Socket.IO 1 encode the text form's UTF-8 once more, but use that form only
 * where base64 was asked for, which nobody here does.)
 */
enum eio_payload3_form {
    EIO_PAYLOAD3_TEXT,   /* text/plain */
    EIO_PAYLOAD3_BINARY, /* application/octet-stream */
};

/* A whole body and how much of it has been read. */
struct eio_payload3 {
    enum eio_payload3_form form;
    struct span body;
    size_t at;
};

void eio_payload3_init(struct eio_payload3 *payload,
                       enum eio_payload3_form form, struct span body);

/* The next packet, which views the body, or `bytes` as with
 * eio_packet_decode_text. MORE: there is none left. PROTOCOL with `malformed`
 * (packets before it are good), NOMEM, FULL. */
enum sockfeed_result eio_payload3_next(struct eio_payload3 *payload,
                                       struct eio_packet *packet,
                                       struct malformed *malformed,
                                       struct buf *bytes) SOCKFEED_CHECK;

/* The same as the message that the packet would be on a WebSocket, not looked
 * into; it views the body. MORE, PROTOCOL. */
enum sockfeed_result eio_payload3_next_message(
    struct eio_payload3 *payload, bool *binary, struct span *message,
    struct malformed *malformed) SOCKFEED_CHECK;

/* Appends a packet to a body of that form, bytes as base64 in the text form.
 * Text must be UTF-8. Failure stays in the buffer. */
void eio_payload3_append(struct buf *body, enum eio_payload3_form form,
                         const struct eio_packet *packet);

/* Appends to a body of the binary form what would be a message on a WebSocket;
 * and how many bytes that takes. */
void eio_payload3_append_message(struct buf *body, bool binary,
                                 struct span message);
size_t eio_payload3_message_size(struct span message);

#endif
