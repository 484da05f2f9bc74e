/* SPDX-License-Identifier: MIT */
#ifndef CODEC_WS_MESSAGE_H
#define CODEC_WS_MESSAGE_H

#include "base/buf.h"
#include "base/utf8.h"
#include "codec/ws_frame.h"

/* Joins fragments to messages (RFC 6455, 5.4) and checks that texts are
 * UTF-8. A message of one frame is neither copied nor allocated. */
struct ws_message {
    enum ws_opcode opcode; /* of the message begun; CONTINUATION: none is */
    unsigned fragments;    /* of it, so far */
    unsigned max_fragments;
    struct utf8_state utf8; /* of a text begun */
    struct buf body;        /* the fragments' payloads */
};

void ws_message_init(struct ws_message *message, size_t max_size,
                     unsigned max_fragments);
void ws_message_deinit(struct ws_message *message);

/* Whether fragments of a message have come and its end has not. */
bool ws_message_begun(const struct ws_message *message);

/* Whether a data frame with this opcode may come next: of its order and number
 * there is nothing to complain. */
bool ws_message_awaits(const struct ws_message *message, enum ws_opcode opcode);

/* Room left for the next fragment: the limit of its frame's payload. */
size_t ws_message_room(const struct ws_message *message);

/*
 * Takes a data frame.
 * OK: a message is complete. Its type and payload are stored; the payload
 * views the frame or the message's own bytes, until ws_message_clear.
 * MORE: a fragment was kept (copied).
 * PROTOCOL: frames in an order that cannot be. INVALID: a text that is not
 * UTF-8, seen with the first fragment that shows it. TOO_LARGE: too many bytes
 * or fragments. NOMEM. `malformed` says why for the first three.
 */
enum sockfeed_result ws_message_add(
    struct ws_message *message, enum ws_opcode *opcode, struct span *payload,
    struct malformed *malformed, const struct ws_frame *frame) SOCKFEED_CHECK;

/* Forgets a message that has been dealt with. Keeps memory for the next one,
 * unless this one was unusually large. */
void ws_message_clear(struct ws_message *message);

#endif
