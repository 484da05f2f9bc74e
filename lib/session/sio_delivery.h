/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_DELIVERY_H
#define SESSION_SIO_DELIVERY_H

#include "session/sio_namespace.h"
#include "session/sio_reader.h"
#include "sockfeed/message.h"

#include <stddef.h>
#include <stdint.h>

struct sio_session;

/* How the events of a session reach its owner: at once where their namespace
 * is joined, when it is where that is still to come, else not at all. */

/* An EVENT has come. */
void sio_delivery_receive(struct sio_session *session,
                          const struct sio_received *received);

/* The short way of what nearly every frame of a feed is, a plain event of the
 * root namespace: delivers those that come first and answers their count. With
 * the next one nothing has been done. */
size_t sio_delivery_take(struct sio_session *session, int64_t now,
                         const struct sockfeed_text *frames, size_t count);

/* The same of events that nobody looks into, which are not delivered. */
size_t sio_delivery_pass(struct sio_session *session, int64_t now,
                         const struct sockfeed_text *frames, size_t count);

/* The namespace has just been joined: delivers what was kept for it. */
void sio_delivery_flush(struct sio_session *session,
                        struct sio_namespace *space);

#endif
