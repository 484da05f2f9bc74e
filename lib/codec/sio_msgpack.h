/* SPDX-License-Identifier: MIT */
#ifndef CODEC_SIO_MSGPACK_H
#define CODEC_SIO_MSGPACK_H

#include "base/buf.h"
#include "codec/sio_packet.h"

/*
 * Socket.IO packets as socket.io-msgpack-parser writes them: a map with the
 * keys "type", "nsp", "data", "id", in MessagePack and in a binary message.
 * Versions of it for Socket.IO 2 write CONNECT, DISCONNECT and ERROR as JSON
 * text with the same keys.
 *
 * What is read becomes the text that the packet is without that parser, and is
 * judged as such by sio_packet_decode. Bytes stand in it as
 * {"$base64":"..."}, so that BINARY_EVENT and BINARY_ACK, which Socket.IO 2
 * says here too, become EVENT and ACK.
 */

/*
 * Reads a packet, which must be all of `bytes` or `text`. Overwrites `out` with
 * the WebSocket message it would otherwise have come in, "4" and its text,
 * LIMIT_RECEIVE_PAD bytes behind it; the packet views that. PROTOCOL with
 * `malformed`, whose offset is that of the input where it is known and else 0;
 * NOMEM, and FULL at the limit of `out`.
 */
enum sockfeed_result sio_msgpack_decode(struct sio_packet *packet,
                                        struct malformed *malformed,
                                        struct buf *out,
                                        struct span bytes) SOCKFEED_CHECK;
enum sockfeed_result sio_msgpack_decode_text(struct sio_packet *packet,
                                             struct malformed *malformed,
                                             struct buf *out,
                                             struct span text) SOCKFEED_CHECK;

/* The most bytes that a packet of `size` may become in `out`: false for a byte
 * is six, an extension of three bytes 26. */
size_t sio_msgpack_text_size(size_t size);

/* Appends a packet of no BINARY_ type in MessagePack; looks at type, space, id
 * and payload, a checked JSON text. INVALID where an object {"$base64":...} in
 * it holds no base64; NOMEM, FULL. */
enum sockfeed_result sio_msgpack_encode(
    struct buf *to, const struct sio_packet *packet) SOCKFEED_CHECK;

#endif
