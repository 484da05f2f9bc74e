/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_JOINING_H
#define SESSION_SIO_JOINING_H

#include "codec/sio_packet.h"
#include "session/sio_namespace.h"

struct sio_session;

/*
 * How a session comes by its namespaces, and loses them: when CONNECT is sent,
 * in which form, and what the answers mean in either revision.
 *
 *   asked for   the open packet     CONNECT is sent
 *   4           has maxPayload      at once, revision 5
 *   4           has none            at once, revision 5; where credentials
 *                                   look different in the two, only for the
 *                                   root, the others after its answer or 0.3 s
 *   3           any                 when the server has joined the root, for
 *                                   the others, revision 4; if it does not
 *                                   within 2 s, as above
 *
 * An answer with a sid is of revision 5, a bare one of revision 4.
 */

/* The open packet has come. */
void sio_joining_begin(struct sio_session *session);

/* CONNECT, CONNECT_ERROR, DISCONNECT have come. */
void sio_joining_receive_connect(struct sio_session *session,
                                 const struct sio_packet *packet);
void sio_joining_receive_refusal(struct sio_session *session,
                                 const struct sio_packet *packet);
void sio_joining_receive_disconnect(struct sio_session *session,
                                    const struct sio_packet *packet);

/* Whether an answer for the namespace may still come. */
bool sio_joining_is_pending(const struct sio_namespace *space);

/* Whether a namespace is joined or pending. */
bool sio_joining_lives_on(const struct sio_session *session);

int64_t sio_joining_deadline(const struct sio_session *session);
void sio_joining_tick(struct sio_session *session);

#endif
