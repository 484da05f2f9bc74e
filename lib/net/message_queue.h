/* SPDX-License-Identifier: MIT */
#ifndef NET_MESSAGE_QUEUE_H
#define NET_MESSAGE_QUEUE_H

#include "base/span.h"
#include "sockfeed/result.h"

/* Messages that wait to be written, first come, first served. */
struct queued_message {
    struct queued_message *next;
    size_t size;
    bool binary;
    unsigned char *data; /* with the queue's headroom before it, writable */
};

struct message_queue {
    size_t limit;    /* of `cost` */
    size_t headroom; /* bytes that the writer wants before each message */
    size_t bytes;    /* of the messages */
    size_t cost;     /* memory */
    struct queued_message *first;
    struct queued_message **last; /* where the next one is linked */
};

void message_queue_init(struct message_queue *queue, size_t limit,
                        size_t headroom);

/* Drops what waits. */
void message_queue_deinit(struct message_queue *queue);

/* Copies. FULL, NOMEM. */
enum sockfeed_result message_queue_push(struct message_queue *queue,
                                        bool binary,
                                        struct span message) SOCKFEED_CHECK;

/* Drops the first one, which there is. */
void message_queue_pop(struct message_queue *queue);

#endif
