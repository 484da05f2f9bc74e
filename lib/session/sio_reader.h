/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_READER_H
#define SESSION_SIO_READER_H

#include "codec/sio_packet.h"
#include "session/sio_attachment.h"

/* Makes whole Socket.IO packets of the messages of Engine.IO: a packet with
 * attachments is one when the last of them has come; one in MessagePack comes
 * in one binary message. */
struct sio_reader {
    struct sio_packet_rules rules;
    struct sio_attachment attachment;
    bool msgpack; /* the peer uses socket.io-msgpack-parser; false at first */
    struct buf packed; /* the text of a packet that came so */
};

/* All views the message, or the reader until the next one. */
struct sio_received {
    struct sio_packet packet; /* of no BINARY_ type */
    struct span text;         /* what it was decoded from */
    struct span frame;        /* the WebSocket message around that */
};

/* `limit` is for a packet and its attachments together. */
void sio_reader_init(struct sio_reader *reader,
                     const struct sio_packet_rules *rules, size_t limit);
void sio_reader_deinit(struct sio_reader *reader);

/* Takes a message; `frame` is the WebSocket message that it came in.
 * OK: a packet is there. MORE: attachments are due. PROTOCOL with `malformed`,
 * TOO_LARGE, NOMEM. */
enum sockfeed_result sio_reader_text(struct sio_reader *reader,
                                     struct sio_received *received,
                                     struct malformed *malformed,
                                     struct span data,
                                     struct span frame) SOCKFEED_CHECK;
enum sockfeed_result sio_reader_binary(struct sio_reader *reader,
                                       struct sio_received *received,
                                       struct malformed *malformed,
                                       struct span data) SOCKFEED_CHECK;

#endif
