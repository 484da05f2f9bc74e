/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_DELIVERY_H
#define SESSION_SIO_DELIVERY_H

#include "session/sio_namespace.h"
#include "session/sio_reader.h"

#include <stdbool.h>
#include <stdint.h>

struct sio_session;

/* How the events of a session reach its owner: at once where their namespace
 * is joined, when it is where that is still to come, else not at all. */

/* An EVENT has come. */
void sio_delivery_receive(struct sio_session *session,
                          const struct sio_received *received);

/* The short way of what nearly every frame of a feed is, a plain event of the
 * root namespace: true when it was delivered; else nothing has been done, and
 * the frame has to go the long way, also to say what is wrong. */
bool sio_delivery_take(struct sio_session *session, int64_t now,
                       struct span frame);

/* The namespace has just been joined: delivers what was kept for it. */
void sio_delivery_flush(struct sio_session *session,
                        struct sio_namespace *space);

#endif
