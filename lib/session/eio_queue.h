/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_QUEUE_H
#define SESSION_EIO_QUEUE_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed/result.h"

/* Messages that wait to be sent, in order, in one piece of memory. All zero
 * bytes are a valid queue whose ceiling is 0. */
struct eio_queue {
    struct buf bytes;
    size_t at; /* where the first one begins */
};

struct eio_message {
    bool binary;
    struct span data;
};

/* `limit` bounds the bytes, with a few for each message. */
void eio_queue_init(struct eio_queue *queue, size_t limit);
void eio_queue_deinit(struct eio_queue *queue);

/* Copies. FULL, NOMEM; the queue stays as it was. */
enum sockfeed_result eio_queue_push(struct eio_queue *queue, bool binary,
                                    struct span message) SOCKFEED_CHECK;

bool eio_queue_is_empty(const struct eio_queue *queue);

/* The first one, which views the queue until the next call of another
 * function; false when there is none. */
bool eio_queue_first(const struct eio_queue *queue,
                     struct eio_message *message);

/* Drops the first one, which there is. */
void eio_queue_pop(struct eio_queue *queue);

#endif
