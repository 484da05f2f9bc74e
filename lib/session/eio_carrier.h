/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_CARRIER_H
#define SESSION_EIO_CARRIER_H

#include "base/buf.h"
#include "codec/eio_packet.h"
#include "session/eio_mailbox.h"

#include <stdint.h>

/*
 * What carries a session's packets on the server's side: long-polling, a
 * WebSocket, or the one while it becomes the other.
 *
 *   POLLING --a probe: 2probe--> PROBED --5--> SOCKET
 *      ^                            |            |
 *      +---the probe is over--------+            |
 *      |                                         |
 *      +--close--> CLOSING --the next GET--> OVER <--close
 *
 * Only its owner (session/eio_acceptor) looks in here.
 */
enum eio_carrier_state {
    EIO_CARRIER_POLLING,
    EIO_CARRIER_PROBED,
    EIO_CARRIER_SOCKET,
    EIO_CARRIER_CLOSING, /* the client has yet to be told of the end */
    EIO_CARRIER_OVER,
};

/* The answer to a request: status and body, of the type that is said. */
struct eio_answer {
    int status;
    const char *content_type; /* NULL: there is no body */
    struct span body;
};

/* None may be NULL. Inside one nothing of the carrier may be called. */
struct eio_carrier_handlers {
    /* A message on the session's WebSocket, and on the one that probes. */
    enum sockfeed_result (*send)(void *user, bool binary, struct span message);
    void (*send_probe)(void *user, struct span text);
    /* The WebSocket that probes is the session's from now on. */
    void (*upgraded)(void *user);
    /* The WebSocket that probes is to be closed. */
    void (*end_probe)(void *user);
    /* Answers the GET that waits. Views. */
    void (*answer)(void *user, const struct eio_answer *answer);
};

struct eio_carrier {
    enum eio_revision revision;
    bool base64;
    enum eio_carrier_state state;
    struct eio_carrier_handlers handlers;
    void *user;
    struct eio_mailbox mailbox;
    struct buf body;        /* of an answer; a message in base64 */
    bool waiting;           /* a GET */
    bool probing;           /* a WebSocket wants to become the session's */
    int64_t probe_deadline; /* it is closed then */
    int64_t nudge_at;       /* PROBED: a waiting GET is let go */
    int64_t close_deadline; /* CLOSING: nobody came */
};

struct eio_carrier_config {
    enum eio_revision revision;
    bool polling; /* at first; else a WebSocket is there */
    bool base64;  /* for bytes */
    size_t limit; /* bytes of packets that may wait */
};

void eio_carrier_init(struct eio_carrier *carrier,
                      const struct eio_carrier_config *config,
                      const struct eio_carrier_handlers *handlers, void *user);
void eio_carrier_deinit(struct eio_carrier *carrier);

/* Sends a packet, given as its WebSocket message, or keeps it. FULL, NOMEM,
 * or what the handler answers. */
enum sockfeed_result eio_carrier_send(struct eio_carrier *carrier, bool binary,
                                      struct span message) SOCKFEED_CHECK;

/* Gives what waits to a GET that waits, if there are both. */
void eio_carrier_flush(struct eio_carrier *carrier);

/* A GET has come. STATE: one waits already. */
enum sockfeed_result eio_carrier_get(struct eio_carrier *carrier)
    SOCKFEED_CHECK;

/* A WebSocket wants to take over. STATE: it cannot. */
enum sockfeed_result eio_carrier_probe(struct eio_carrier *carrier,
                                       int64_t now) SOCKFEED_CHECK;

/* A message of the WebSocket that probes. */
void eio_carrier_probe_receive(struct eio_carrier *carrier, int64_t now,
                               bool binary, struct span message);

/* It is gone. */
void eio_carrier_probe_gone(struct eio_carrier *carrier);

/* Ends the session in good order: a polling client is told by the GET that
 * waits, or by the next one. */
void eio_carrier_close(struct eio_carrier *carrier, int64_t now);

/* Ends it at once: a GET that waits is answered with what waits and a packet
 * of this type, unless nothing waits to be told. */
void eio_carrier_end(struct eio_carrier *carrier, enum eio_packet_type last);

int64_t eio_carrier_deadline(const struct eio_carrier *carrier);
void eio_carrier_tick(struct eio_carrier *carrier, int64_t now);

#endif
