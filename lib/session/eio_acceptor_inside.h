/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_ACCEPTOR_INSIDE_H
#define SESSION_EIO_ACCEPTOR_INSIDE_H

#include "session/eio_acceptor.h"
#include "session/eio_carrier.h"
#include "session/eio_handshake.h"
#include "session/eio_heartbeat.h"
#include "session/eio_sender.h"
#include "session/sio_ack.h"
#include "session/sio_namespace.h"
#include "session/sio_reader.h"

/* What eio_acceptor.c, the session's life, eio_acceptor_receive.c, what comes,
 * and sio_acceptor.c, its namespaces and events, have in common. Nobody else
 * looks in here. */

struct eio_acceptor {
    struct eio_acceptor_config config; /* its sid: in the handshake */
    struct eio_acceptor_handlers handlers;
    void *user;
    struct eio_handshake handshake;
    struct eio_heartbeat heartbeat;
    struct sio_namespace_set spaces; /* joined, and those that were */
    struct sio_ack_set acks;         /* asked for, not yet given */
    struct sio_reader reader;
    int64_t connect_deadline; /* INT64_MAX: one was joined */
    struct buf bytes;         /* of a binary message in base64 */
    struct eio_sender sender;
    struct eio_carrier carrier;
    struct sockfeed_failure failure;
    bool opened;
    bool over;
    unsigned depth; /* calls that are inside a handler, or may get there */
    bool freed;     /* inside one: to be destroyed when they return */
};

/* Ends the session; the first failure stays. */
void eio_acceptor_fail(struct eio_acceptor *acceptor,
                       enum sockfeed_result result, const char *text);

/* The end of a call that may have called a handler, whose depth was counted:
 * `result`, or CLOSED where the acceptor was freed there. */
enum sockfeed_result eio_acceptor_leave(
    struct eio_acceptor *acceptor, enum sockfeed_result result) SOCKFEED_CHECK;

/* The same with the acceptor's failure. */
enum sockfeed_result eio_acceptor_conclude(struct eio_acceptor *acceptor)
    SOCKFEED_CHECK;

/* The answer of a receiving call or a tick that came too late. */
enum sockfeed_result eio_acceptor_late(const struct eio_acceptor *acceptor)
    SOCKFEED_CHECK;

/* Sends a packet without data, without which the session cannot go on. */
void eio_acceptor_send_bare(struct eio_acceptor *acceptor,
                            enum eio_packet_type type);

#endif
