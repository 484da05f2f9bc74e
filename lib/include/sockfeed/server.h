/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_SERVER_H
#define SOCKFEED_SERVER_H

/*
 * Servers: the other side of the same protocols. Each peer, which is one
 * client, reports to the server's one callback. Functions may be called inside
 * it.
 */

#include "sockfeed/loop.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockfeed_server;
struct sockfeed_peer;

struct sockfeed_server_config {
    const char *address;   /* numeric; NULL is 127.0.0.1 */
    uint16_t port;         /* 0: any free one */
    const char *path;      /* what Socket.IO's begin with; NULL is /socket.io/,
                              and whatever comes with EIO= in its query */
    bool engine_io;        /* there: Engine.IO messages, without Socket.IO */
    int64_t ping_interval; /* ms, of Engine.IO; 0 is 25000 */
    int64_t ping_timeout;  /* ms; 0 is 20000 */
    size_t max_peers;      /* connections; 0 is 1024 */
    size_t max_queue;      /* bytes waiting for one peer; 0 is 64 MiB */
    const char *certificate;  /* PEM file, with the chain behind it: for TLS */
    const char *key;          /* PEM file; NULL: it is in the same */
    const char *key_password; /* or NULL */
};

enum sockfeed_peer_event_type {
    SOCKFEED_PEER_OPEN,    /* .open; messages may be sent from now on */
    SOCKFEED_PEER_MESSAGE, /* .message */
    SOCKFEED_PEER_ANSWER,  /* .answer: to a call */
    SOCKFEED_PEER_LEFT,    /* .left: the client has ended a namespace */
    SOCKFEED_PEER_DRAINED, /* all that was queued has been written */
    SOCKFEED_PEER_CLOSED,  /* the last event; the peer is gone after it */
};

/* All pointers are views, valid during the callback. */
struct sockfeed_peer_event {
    enum sockfeed_peer_event_type type;
    union {
        struct {
            enum sockfeed_protocol protocol; /* WS, EIO or SIO */
            int eio;
            const char *space; /* SIO: the namespace joined */
        } open;
        struct sockfeed_message message;
        struct sockfeed_answer answer;
        struct {
            const char *space;
        } left;
    } u;
};

typedef void (*sockfeed_server_callback)(
    struct sockfeed_server *server, struct sockfeed_peer *peer,
    const struct sockfeed_peer_event *event, void *user);

/* Gives a server that listens. On `path` it speaks Socket.IO in the revision
 * that each client asks for, by long-polling, WebSocket, or the one and then
 * the other; elsewhere plain WebSocket, of the first subprotocol that is
 * offered, if any. `failure` (may be NULL) says what went wrong: SYSTEM,
 * INVALID, OWN_CERTIFICATE, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_server_new(
    struct sockfeed_server **server, struct sockfeed_loop *loop,
    const struct sockfeed_server_config *config,
    sockfeed_server_callback callback, void *user,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Ends all peers without a word; legal inside the callback. Fits NULL. */
SOCKFEED_API void sockfeed_server_free(struct sockfeed_server *server);

/* The port that it listens on, also where 0 was asked for. */
SOCKFEED_API uint16_t
sockfeed_server_port(const struct sockfeed_server *server);

/* Whether what was said last to a client of long-polling is not written yet,
 * also after its PEER_CLOSED: freed now, the server would leave it without. */
SOCKFEED_API bool sockfeed_server_is_answering(
    const struct sockfeed_server *server);

/* From now on nobody joins this namespace; `why` is checked JSON, a text or an
 * object whose member "message" is one. Copies. NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_server_refuse(
    struct sockfeed_server *server, const char *space,
    const char *why) SOCKFEED_CHECK;

/* Sends, or queues. Copies. FULL when the peer reads too slowly, STATE when it
 * is closing, INVALID for a type that its protocol does not carry, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_send(
    struct sockfeed_peer *peer,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Bytes that wait to be written to the peer. */
SOCKFEED_API size_t sockfeed_peer_queued(const struct sockfeed_peer *peer);

/* Sends an EVENT and asks for an acknowledgement. Gives the call's number,
 * counted from 1; ANSWER comes for it once, at the latest after `timeout` ms,
 * unless the peer closes first. Copies. INVALID unless on Socket.IO; FULL,
 * STATE, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_call(
    struct sockfeed_peer *peer, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout) SOCKFEED_CHECK;

/* Answers an EVENT that has an id, at most once; the connection's number is
 * not looked at. Results as of sockfeed_peer_call. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_acknowledge(
    struct sockfeed_peer *peer,
    const struct sockfeed_acknowledgement *acknowledgement) SOCKFEED_CHECK;

/* Ends one namespace of a Socket.IO peer, which lives on. STATE when it is not
 * there or the peer is closing, INVALID unless on Socket.IO; FULL, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_leave(
    struct sockfeed_peer *peer, const char *space) SOCKFEED_CHECK;

/* Closes with a WebSocket close code (RFC 6455, 7.4.1; 0: none). With 1000 a
 * Socket.IO client hears first that its namespaces end; one that polls is told
 * of the end without the code. CLOSED comes when that is done. Copies. */
SOCKFEED_API void sockfeed_peer_close(struct sockfeed_peer *peer, uint16_t code,
                                      const char *reason);

/* A pointer of the caller's own on each peer. */
SOCKFEED_API void sockfeed_peer_set_user(struct sockfeed_peer *peer,
                                         void *user);

/* The same; NULL at first. */
SOCKFEED_API void *sockfeed_peer_user(const struct sockfeed_peer *peer);

#ifdef __cplusplus
}
#endif

#endif
