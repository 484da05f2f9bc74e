/* SPDX-License-Identifier: MIT */
#ifndef API_OUTBOX_H
#define API_OUTBOX_H

#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>

/* Messages kept in order: the subscriptions of a client with the barriers
 * among them, and what it was given to send while it could not. All zero bytes
 * but the limit are a valid empty one. */
struct outbox {
    struct sockfeed_outgoing *items; /* owned; space and data of each as well */
    size_t count;
    size_t barriers; /* of them */
    size_t capacity;
    size_t bytes; /* kept, with a constant for each message */
    size_t limit; /* `bytes` never passes this */
};

void outbox_init(struct outbox *outbox, size_t limit);
void outbox_deinit(struct outbox *outbox);

/* Copies the message. FULL at the limit, NOMEM. */
enum sockfeed_result outbox_add(struct outbox *outbox,
                                const struct sockfeed_outgoing *message)
    SOCKFEED_CHECK;

/* Adds an item that is no message: nothing behind it goes before somebody says
 * so. FULL, NOMEM. */
enum sockfeed_result outbox_add_barrier(struct outbox *outbox) SOCKFEED_CHECK;
bool outbox_is_barrier(const struct sockfeed_outgoing *item);

/* The first message that says the same to the same namespace, or `count`. */
size_t outbox_find(const struct outbox *outbox,
                   const struct sockfeed_outgoing *message);

/* Forgets `count` items from the one with this index on. */
void outbox_remove(struct outbox *outbox, size_t index, size_t count);

/* Forgets all messages. */
void outbox_clear(struct outbox *outbox);

#endif
