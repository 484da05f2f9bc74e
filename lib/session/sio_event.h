/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_EVENT_H
#define SESSION_SIO_EVENT_H

#include "base/buf.h"
#include "codec/sio_packet.h"
#include "sockfeed/message.h"

/* The message that a decoded EVENT packet is, which came in this frame. It
 * views both. Attachments stand in them as {"$base64":"..."}, as if all had
 * come in one message. */
void sio_event_from_packet(struct sockfeed_message *message,
                           const struct sio_packet *packet, struct span frame);

/* Events of a namespace that has not been joined yet, kept until it is. */
struct sio_event_queue {
    struct buf kept; /* each: size_t offset of the packet, size_t size, frame */
};

void sio_event_queue_init(struct sio_event_queue *queue, size_t limit);
void sio_event_queue_deinit(struct sio_event_queue *queue);

/* Keeps a copy of the frame whose last bytes are the packet's text. FULL,
 * NOMEM. */
enum sockfeed_result sio_event_queue_add(struct sio_event_queue *queue,
                                         struct span frame,
                                         struct span packet) SOCKFEED_CHECK;

/* Steps through what is kept, oldest first; *at is 0 at first. False at the
 * end. The views live until the queue changes. */
bool sio_event_queue_next(const struct sio_event_queue *queue, size_t *at,
                          struct span *frame, struct span *packet);

#endif
