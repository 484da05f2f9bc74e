/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_SENDING_H
#define SESSION_SIO_SENDING_H

#include "codec/sio_packet.h"

struct sio_session;

/* How the packets of a session are written: as text, with binary messages for
 * attachments, or in MessagePack. */

/* Sends a packet as it is. STATE while Engine.IO is not open, INVALID as of
 * sio_msgpack_encode, NOMEM, FULL, or what the handler answers. */
enum sockfeed_result sio_sending_packet(struct sio_session *session,
                                        const struct sio_packet *packet)
    SOCKFEED_CHECK;

/* Sends an EVENT or ACK; the bytes in its payload go as attachments. STATE
 * unless its namespace is joined. Fails the session where only a part could be
 * sent, and is to be called inside a call that counts. */
enum sockfeed_result sio_sending_whole(struct sio_session *session,
                                       const struct sio_packet *packet)
    SOCKFEED_CHECK;

#endif
