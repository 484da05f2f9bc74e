/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_SENDER_H
#define SESSION_EIO_SENDER_H

#include "base/buf.h"
#include "codec/eio_packet.h"

/* Writes the packets of one side, each into a WebSocket message that it hands
 * to its owner. */
struct eio_sender {
    enum sockfeed_result (*send)(void *user, bool binary, struct span packet);
    void *user;
    struct buf out; /* the packet that is being sent */
};

void eio_sender_init(struct eio_sender *sender,
                     enum sockfeed_result (*send)(void *user, bool binary,
                                                  struct span packet),
                     void *user);
void eio_sender_deinit(struct eio_sender *sender);

/* NOMEM, FULL above LIMIT_OUTGOING and some, or what `send` answers. */
enum sockfeed_result eio_sender_packet(
    struct eio_sender *sender, const struct eio_packet *packet,
    enum eio_revision revision) SOCKFEED_CHECK;

/* A packet without data. */
enum sockfeed_result eio_sender_bare(struct eio_sender *sender,
                                     enum eio_packet_type type) SOCKFEED_CHECK;

/* A text whose data is yet to be written: room for `size` bytes (NULL: out of
 * memory), which the second call sends. Nothing else is sent between them. */
char *eio_sender_compose(struct eio_sender *sender, enum eio_packet_type type,
                         size_t size);
enum sockfeed_result eio_sender_composed(struct eio_sender *sender)
    SOCKFEED_CHECK;

#endif
