/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_EVENT_H
#define SESSION_SIO_EVENT_H

#include "base/buf.h"
#include "codec/sio_packet.h"

/* An event that has come. All spans are views. Attachments stand in it as
 * {"$base64":"..."}, in the frame too, as if it had come in one message. */
struct sio_event {
    struct span frame; /* the WebSocket message it came in */
    struct span space; /* namespace, "/" for the root */
    struct span data;  /* the whole JSON array */
    struct span name;  /* its first element as a JSON token */
    struct span args;  /* what follows the name, without the bracket */
    size_t arg_count;
    bool multiline; /* LF or CR stand between tokens of data */
    bool has_id;    /* the sender asks for an acknowledgement */
    uint64_t id;
};

/* The event that a decoded EVENT packet carries. */
void sio_event_from_packet(struct sio_event *event,
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
