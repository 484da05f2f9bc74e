/* SPDX-License-Identifier: MIT */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The serving side of WebSocket and HTTP, by libwebsockets' server role:
 * handshakes, frames, pings and the close handshake are its own, as are the
 * heads of requests and the reading of bodies; here messages and requests
 * come whole. Connections are kept alive as HTTP/1.1 has it; scripts of every
 * origin may ask, as they may open a WebSocket.
 */
struct loop;
struct tls_identity;
struct listener;
struct listener_peer; /* a connection */

enum listener_method {
    LISTENER_GET,
    LISTENER_HEAD, /* the answer's body is left out */
    LISTENER_POST,
    LISTENER_OTHER,
};

/* What the other side asks for. All views. */
struct listener_request {
    enum listener_method method;
    struct span path;         /* "/socket.io/", decoded as it came */
    struct span query;        /* "EIO=4&transport=websocket" */
    struct span content_type; /* of a body, as it came */
};

struct listener_answer {
    int status;
    const char *content_type; /* NULL: there is no body */
    struct span body;
};

struct listener_handlers {
    /* A handshake. OK accepts it and may set `*peer_user`, which the other
     * handlers are given; REFUSED answers 400 with `*text`, a static text. */
    enum sockfeed_result (*accept)(void *user,
                                   const struct listener_request *request,
                                   struct listener_peer *peer, void **peer_user,
                                   const char **text);
    /* The handshake is done; messages may be sent. */
    void (*open)(void *user, void *peer_user);
    /* A whole message; text has been checked to be UTF-8. Views. */
    void (*message)(void *user, void *peer_user, bool binary,
                    struct span message);
    /* All that was queued has been written. */
    void (*drained)(void *user, void *peer_user);
    /* The WebSocket is gone; the last call for it. Comes for every one that
     * was accepted unless the listener is freed. */
    void (*closed)(void *user, void *peer_user);

    /* The head of a request without upgrade has come. Gives what the two
     * handlers below are called with. It is to be answered once, by
     * listener_answer, at any time from now on. */
    void *(*request)(void *user, const struct listener_request *request,
                     struct listener_peer *peer);
    /* Its body has come and it has not been answered. A body above the limit
     * is left out and not `whole`. Only after POST. */
    void (*body)(void *user, void *request_user, bool whole, struct span body);
    /* The client has gone before it was answered; the last call for it. */
    void (*abandoned)(void *user, void *request_user);
};

struct listener_config {
    const char *address;                 /* numeric; NULL is 127.0.0.1 */
    uint16_t port;                       /* 0: any free one */
    size_t max_peers;                    /* further ones are closed at once */
    size_t max_queue;                    /* bytes waiting for one peer */
    size_t max_message;                  /* a larger one is closed with 1009 */
    const struct tls_identity *identity; /* borrowed; NULL: without TLS */
};

/* Listens. Copies the handlers. INVALID (the address), SYSTEM (port in use),
 * OWN_CERTIFICATE, NOMEM, with `failure` set. */
enum sockfeed_result listener_new(struct listener **listener, struct loop *loop,
                                  const struct listener_config *config,
                                  const struct listener_handlers *handlers,
                                  void *user, struct sockfeed_failure *failure)
    SOCKFEED_CHECK;

/* Ends all peers without a word and without handlers being called. Legal
 * inside a handler. Fits NULL. */
void listener_free(struct listener *listener);

uint16_t listener_port(const struct listener *listener);

/* Whether answers to HTTP requests stand but are not written yet. */
bool listener_is_answering(const struct listener *listener);

/* ---- A WebSocket --------------------------------------------------------- */

/* Queues one message; copies. FULL when the queue would pass its limit, STATE
 * when the peer is closing, NOMEM. */
enum sockfeed_result listener_socket_send(struct listener_peer *peer,
                                          bool binary,
                                          struct span message) SOCKFEED_CHECK;

/* Bytes of messages that wait. */
size_t listener_socket_queued(const struct listener_peer *peer);

/* Writes what is queued, then closes with the code and up to 123 bytes of
 * reason; code 0 sends a close frame without code (RFC 6455, 5.5.1). */
void listener_socket_close(struct listener_peer *peer, uint16_t code,
                           struct span reason);

/* ---- A request ----------------------------------------------------------- */

/* Answers; copies. What cannot be kept for want of memory closes the
 * connection. */
void listener_http_answer(struct listener_peer *peer,
                          const struct listener_answer *answer);

#endif
