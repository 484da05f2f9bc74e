/* SPDX-License-Identifier: MIT */
#ifndef API_SERVER_INSIDE_H
#define API_SERVER_INSIDE_H

#include "base/list.h"
#include "base/rng.h"
#include "net/listener.h"
#include "net/loop.h"
#include "session/eio_acceptor.h"
#include "session/eio_request.h"
#include "sockfeed/result.h"
#include "sockfeed/server.h"

/* What server.c, who comes and what they ask for, peer.c and peer_request.c,
 * those who have come, and sockfeed_peer.c, what their owner asks of them, have
 * in common. Nobody else looks in here. */

enum {
    PEER_SID = 20,
    SERVER_MAX_PAYLOAD = 1000000, /* as announced by the common servers */
};

/* A request of a session that is not yet answered. */
struct peer_request {
    struct sockfeed_peer *peer;
    struct listener_peer *wire; /* NULL: there is none */
    bool bytes;                 /* its body is to be application/octet-stream */
};

/* A WebSocket: of a peer, on the way to being one's, or of nobody. */
struct peer_socket {
    struct sockfeed_server *server;
    struct sockfeed_peer *peer; /* NULL: to be closed */
    struct listener_peer *wire;
    struct list link; /* in server->sockets */
    bool open;
};

struct sockfeed_peer {
    struct sockfeed_server *server;
    struct list link;              /* in server->peers */
    struct eio_acceptor *acceptor; /* NULL on plain WebSocket */
    enum eio_revision revision;
    char sid[PEER_SID];
    struct peer_socket *socket; /* NULL while polling */
    struct peer_socket *probe;  /* wants to be that; or NULL */
    struct peer_request get;
    struct peer_request post;
    struct loop_timer timer;
    void *user;
    uint64_t calls; /* so many were made */
    bool closing;   /* nothing more is sent */
    bool drained;   /* by polling; that is yet to be told */
    uint16_t close_code;
    char close_reason[128];
};

/* A namespace that nobody may join. */
struct server_refusal {
    struct list link; /* in server->refusals */
    struct span space;
    struct span why; /* JSON */
};

struct sockfeed_server {
    struct loop *loop;
    struct listener *listener;
    sockfeed_server_callback callback;
    void *user;
    unsigned depth; /* callbacks on the stack: no free before 0 */
    bool freed;     /* by the callback; nothing is reported any more */
    struct list peers;
    struct list sockets;
    struct list refusals;
    struct rng rng;        /* of session ids */
    char *path;            /* owned; NULL: what looks like Engine.IO */
    bool bare;             /* Engine.IO without Socket.IO */
    int64_t ping_interval; /* ms */
    int64_t ping_timeout;  /* ms */
    size_t max_queue;
};

/* One guard around everything that is called from below. */
void server_enter(struct sockfeed_server *server);
void server_leave(struct sockfeed_server *server);

/* Why nobody may join a namespace, or what is empty. */
struct span server_refusal(const struct sockfeed_server *server,
                           struct span space);

/* Gives a peer with a session, which is not yet open, or without. NOMEM. */
enum sockfeed_result peer_new(struct sockfeed_peer **peer,
                              struct sockfeed_server *server,
                              const struct eio_request *request) SOCKFEED_CHECK;
void peer_free(struct sockfeed_peer *peer);

/* The session of this id, or NULL. */
struct sockfeed_peer *peer_find(const struct sockfeed_server *server,
                                struct span sid);

/* Its WebSocket, or the first request, is there: the conversation begins. */
void peer_begin(struct sockfeed_peer *peer);

/* After everything that its session was told or asked for: what follows of it,
 * and when it is to be looked at next. */
void peer_settle(struct sockfeed_peer *peer);

/* Requests of its session; a GET or the head of a POST. Gives what is to be
 * told to the listener's handlers. */
struct peer_request *peer_request_get(struct sockfeed_peer *peer,
                                      struct listener_peer *wire);
struct peer_request *peer_request_post(struct sockfeed_peer *peer,
                                       struct listener_peer *wire, bool bytes);
void peer_request_body(struct sockfeed_peer *peer, bool whole,
                       struct span body);
void peer_request_abandoned(struct peer_request *request);

/* Its WebSockets. */
void peer_probe(struct sockfeed_peer *peer, struct peer_socket *socket);
void peer_receive(struct peer_socket *socket, bool binary, struct span message);
void peer_drained(struct sockfeed_peer *peer);
void peer_socket_gone(struct peer_socket *socket);

/* Answers a request with a code of Engine.IO's. */
void server_refuse(struct listener_peer *wire, enum eio_refusal refusal);

/* Answers one with a status and no more. */
void server_reject(struct listener_peer *wire, int status);

#endif
