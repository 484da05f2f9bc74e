/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_HEARTBEAT_H
#define SESSION_EIO_HEARTBEAT_H

#include "codec/eio_packet.h"

#include <stdint.h>

/*
 * When a packet of the heartbeat is due, and when silence means that the peer
 * is gone. Deadlines only; the session sends.
 *
 *              revision 3                     revision 4
 *   pings      the client                     the server
 *   client     pings an interval after open   dead an interval and a timeout
 *              and after each pong; dead a    after open or the last ping
 *              timeout after a ping without
 *              any packet, else an interval
 *              and a timeout after the last
 *   server     dead an interval and a         pings an interval after open and
 *              timeout after the last packet  after each pong; dead a timeout
 *                                             after a ping without a pong
 */
enum eio_heartbeat_role {
    EIO_HEARTBEAT_CLIENT,
    EIO_HEARTBEAT_SERVER,
};

/* What is to be done now. */
enum eio_heartbeat_due {
    EIO_HEARTBEAT_NOTHING,
    EIO_HEARTBEAT_PING,
    EIO_HEARTBEAT_PONG, /* unasked: see eio_heartbeat_pause */
    EIO_HEARTBEAT_DEAD,
};

struct eio_heartbeat {
    enum eio_revision revision;
    enum eio_heartbeat_role role;
    int64_t interval; /* ms */
    int64_t timeout;  /* ms */
    bool paused;
    int64_t ping_at; /* send the next one; INT64_MAX: not before a pong */
    int64_t pong_at; /* while paused; else INT64_MAX */
    int64_t dead_at; /* INT64_MAX: not while waiting for nothing */
};

/* Starts as of `opened`, when the open packet came or went. Started anew with
 * another revision it catches up: what would have been due by now is due. */
void eio_heartbeat_start(struct eio_heartbeat *heartbeat,
                         enum eio_revision revision,
                         enum eio_heartbeat_role role, int64_t opened,
                         int64_t interval, int64_t timeout);

/* A packet has come. Answering a ping is the session's. */
void eio_heartbeat_received(struct eio_heartbeat *heartbeat, int64_t now,
                            enum eio_packet_type type);

/*
 * While paused the owner reads nothing, so silence says nothing: nobody is
 * declared dead. A client of revision 4 cannot see the server's pings then; it
 * sends pongs unasked, often enough for the server not to give up on it.
 */
void eio_heartbeat_pause(struct eio_heartbeat *heartbeat, int64_t now);
void eio_heartbeat_resume(struct eio_heartbeat *heartbeat, int64_t now);

/* When eio_heartbeat_due is to be asked. */
int64_t eio_heartbeat_deadline(const struct eio_heartbeat *heartbeat);

/* What is due; the caller does it. Asked again it answers with the next. */
enum eio_heartbeat_due eio_heartbeat_due(struct eio_heartbeat *heartbeat,
                                         int64_t now);

#endif
