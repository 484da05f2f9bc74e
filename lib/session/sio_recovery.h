/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_RECOVERY_H
#define SESSION_SIO_RECOVERY_H

#include "base/buf.h"
#include "base/list.h"
#include "base/span.h"
#include "codec/sio_packet.h"
#include "sockfeed/result.h"

#include <stdbool.h>

/*
 * Connection state recovery (Socket.IO 4.6): what a client keeps in mind of
 * each namespace from one connection to the next, so that the server can send
 * what was missed between them. The CONNECT of a server that offers it has a
 * pid, and each event ends in an argument more, its offset; the next CONNECT
 * to the server names both.
 */
struct sio_recovery {
    struct list spaces; /* of struct sio_recovery_space */
    size_t count;       /* at most LIMIT_NAMESPACES */
};

/* Of one namespace. Stays where it is for as long as the recovery lives. */
struct sio_recovery_space;

void sio_recovery_init(struct sio_recovery *recovery);
void sio_recovery_deinit(struct sio_recovery *recovery);

/* What is kept of a namespace, nothing at first. NULL: no memory, or too many
 * namespaces; it does without then. */
struct sio_recovery_space *sio_recovery_find(struct sio_recovery *recovery,
                                             struct span name);

/* Makes `payload` that of a CONNECT by which the server is to go on, with the
 * members of `auth` (an object, or empty). False: there is nothing to go on
 * from, or no memory. Fits NULL. */
bool sio_recovery_ask(const struct sio_recovery_space *space,
                      struct buf *payload, struct span auth);

/* The server's CONNECT has come. True: it goes on where the last connection
 * ended. Fits NULL. */
bool sio_recovery_joined(struct sio_recovery_space *space, struct span payload);

/* An event is about to be delivered that ended in this offset. Fits NULL. */
void sio_recovery_delivered(struct sio_recovery_space *space,
                            struct span offset);

/* The server will not go on: it ended the namespace. Fits NULL. */
void sio_recovery_forget(struct sio_recovery_space *space);

/* Whether the CONNECT of a server says that events have offsets. */
bool sio_recovery_is_offered(struct span payload);

/* The offset of an event, a JSON string token: its last argument where that is
 * a text and no acknowledgement is asked for. Looks at the array's end only,
 * which need not have been checked. Empty: it has none. */
struct span sio_recovery_offset(const struct sio_packet *packet);

/* Takes that argument off a checked event, which then views `array`. NOMEM. */
enum sockfeed_result sio_recovery_strip(struct sio_packet *packet,
                                        struct buf *array,
                                        struct span offset) SOCKFEED_CHECK;

#endif
