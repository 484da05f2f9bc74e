/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_ATTACHMENT_H
#define SESSION_SIO_ATTACHMENT_H

#include "base/buf.h"
#include "codec/sio_packet.h"

/*
 * Binary attachments. On the wire a packet announces how many binary messages
 * follow it and has {"_placeholder":true,"num":N} where they belong; in what
 * users see and write {"$base64":"..."} stands there.
 */

/* Packets with attachments as they come in. */
struct sio_attachment {
    struct sio_packet packet; /* spans: into `text` */
    struct buf text;          /* of the packet that is being completed */
    struct buf bytes;         /* its attachments, one after the other */
    struct buf ends;          /* size_t each: where in `bytes` they end */
    struct buf whole;         /* the completed packet */
    unsigned due;             /* attachments to come */
};

/* `limit` is for the packet and its attachments together. */
void sio_attachment_init(struct sio_attachment *attachment, size_t limit);
void sio_attachment_deinit(struct sio_attachment *attachment);

/* Whether binary messages must come next, and no other. */
bool sio_attachment_is_due(const struct sio_attachment *attachment);

/* A BINARY_EVENT or BINARY_ACK has come; `text` is what it was decoded from.
 * Copies. FULL, NOMEM. */
enum sockfeed_result sio_attachment_begin(struct sio_attachment *attachment,
                                          const struct sio_packet *packet,
                                          struct span text) SOCKFEED_CHECK;

/* The next binary message, which must be due. OK: it was the last one. MORE,
 * FULL, NOMEM. */
enum sockfeed_result sio_attachment_add(struct sio_attachment *attachment,
                                        struct span data) SOCKFEED_CHECK;

/* Puts the attachments in their places: *packet is then an EVENT or ACK and
 * *frame a WebSocket message as it would have been had they been text, whose
 * last bytes are *text. All view the attachment until the next one begins.
 * PROTOCOL with `malformed` for a placeholder without an attachment, FULL,
 * NOMEM. */
enum sockfeed_result sio_attachment_complete(
    struct sio_attachment *attachment, struct sio_packet *packet,
    struct span *frame, struct span *text,
    struct malformed *malformed) SOCKFEED_CHECK;

/* How the parts of a packet are sent. */
struct sio_attachment_sender {
    enum sockfeed_result (*text)(void *user, const struct sio_packet *packet);
    enum sockfeed_result (*binary)(void *user, struct span data);
    void *user;
};

/* Sends an EVENT or ACK. Where its payload holds objects {"$base64":"..."}, it
 * becomes a binary one and their bytes its attachments. INVALID: what is in
 * such an object is no base64; FULL, NOMEM, or what the sender answers.
 * *torn: only a part of it was sent, so nothing else can be any more. */
enum sockfeed_result sio_attachment_send(
    const struct sio_attachment_sender *send, const struct sio_packet *packet,
    bool *torn) SOCKFEED_CHECK;

#endif
