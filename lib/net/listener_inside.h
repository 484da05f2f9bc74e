/* SPDX-License-Identifier: MIT */
#ifndef NET_LISTENER_INSIDE_H
#define NET_LISTENER_INSIDE_H

#include "base/buf.h"
#include "base/list.h"
#include "net/listener.h"
#include "net/listener_http.h"
#include "net/loop.h"
#include "net/message_queue.h"

/* What listener.c, connections as libwebsockets tells of them,
 * listener_socket.c, their messages, and listener_http.c, their requests, have
 * in common. Nobody else looks in here. */

struct lws;
struct lws_vhost;

enum {
    LISTENER_REASON = 123, /* RFC 6455, 5.5: 125 bytes less the code */
    LISTENER_SUBPROTOCOL = 128
};

/*
 *   HTTP --(accept)--> ACCEPTED --(handshake)--> OPEN --> CLOSING
 *      |                     |                     |          |
 *      +---------------------+---------------------+----------+--> GONE
 *
 * A connection of requests stays HTTP.
 */
enum peer_state {
    PEER_HTTP,
    PEER_ACCEPTED,
    PEER_OPEN,
    PEER_CLOSING, /* what is queued is written, then a close frame */
    PEER_GONE,
};

/* A WebSocket's. */
struct listener_socket {
    struct buf message; /* fragments received so far */
    struct message_queue queue;
    bool undrained; /* the queue's end is not yet told */
    uint16_t close_code;
    unsigned char reason[LISTENER_REASON];
    size_t reason_size;
};

struct listener_peer {
    struct listener *listener;
    struct list link;
    struct lws *wsi;
    int descriptor;
    enum peer_state state;
    void *user;
    struct listener_socket socket;
    struct listener_http http;
};

struct listener {
    struct loop *loop;
    size_t max_peers;
    size_t max_queue;
    size_t max_message;
    struct listener_handlers handlers;
    void *user;
    struct lws_vhost *vhost;
    /* The name by which libwebsockets knows us while it looks for one that the
     * client has offered: the first of these. The loop's. */
    char *subprotocol;
    bool secure;                         /* by TLS */
    const struct tls_identity *identity; /* while it is being made */
    struct sockfeed_failure *failure;    /* likewise */
    struct acceptor *acceptor;
    struct loop_task destruction;
    struct list peers;
    size_t peer_count;
    unsigned depth; /* of callbacks */
    bool freed;
};

/* Asks libwebsockets to say when the peer can be written to. */
void listener_want_write(struct listener_peer *peer);

/* ---- Messages: what libwebsockets is answered --------------------------- */

void listener_socket_init(struct listener_peer *peer);
void listener_socket_deinit(struct listener_peer *peer);

/* Answer 0, or -1 to close. */
int listener_socket_writable(struct listener_peer *peer);
int listener_socket_received(struct listener_peer *peer, const void *data,
                             size_t size);

#endif
