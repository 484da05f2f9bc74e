/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_ACK_H
#define SESSION_SIO_ACK_H

#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An acknowledgement that is waited for. */
struct sio_ack {
    uint64_t id;
    size_t space;     /* index of the namespace: ids are counted in each */
    int64_t deadline; /* when it is given up; INT64_MAX: never */
};

/* Those of a connection, oldest first. All zero bytes are a valid empty set. */
struct sio_ack_set {
    struct sio_ack *items; /* owned */
    size_t count;
    size_t capacity;
};

void sio_ack_set_deinit(struct sio_ack_set *set);

/* STATE: the namespace waits for this id already; FULL at LIMIT_ACKS; NOMEM. */
enum sockfeed_result sio_ack_set_add(struct sio_ack_set *set,
                                     const struct sio_ack *ack) SOCKFEED_CHECK;

/* Takes one out; false where nobody waits for it (any more). */
bool sio_ack_set_take(struct sio_ack_set *set, size_t space, uint64_t id);

/* Takes out the oldest whose deadline has come, or the oldest of a namespace;
 * false where there is none. */
bool sio_ack_set_take_late(struct sio_ack_set *set, struct sio_ack *ack,
                           int64_t now);
bool sio_ack_set_take_of(struct sio_ack_set *set, struct sio_ack *ack,
                         size_t space);

/* The earliest deadline; INT64_MAX without any. */
int64_t sio_ack_set_deadline(const struct sio_ack_set *set);

#endif
