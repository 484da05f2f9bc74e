/* SPDX-License-Identifier: MIT */
#ifndef API_CONNECTION_H
#define API_CONNECTION_H

#include "base/rng.h"
#include "base/span.h"
#include "sockfeed/event.h"
#include "sockfeed/message.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One connection from its first byte to its last: what carries its messages,
 * and the Engine.IO and Socket.IO sessions above, where the endpoint wants
 * them. It is thrown away whole when it ends; what outlives it is the
 * client's.
 */
struct buf;
struct calls;
struct connection;
struct endpoint;
struct loop;
struct outbox;
struct reach;
struct resolver;
struct sio_recovery;
struct tls_config;
struct ws_pool;

/* All of it must outlive the connection. */
struct connection_config {
    struct loop *loop;
    struct resolver *resolver;
    struct ws_pool *pool;
    struct tls_config *tls; /* NULL unless the endpoint is secure */
    struct rng *rng;
    const struct endpoint *endpoint;
    struct sockfeed_options *options;
    const struct reach *reach;
    /* What has carried a connection before, where that is left to us: it is
     * tried first. Kept up to date; may be NULL. */
    enum sockfeed_transport *worked;
    /* Whether the server is one of revision 3 that had to be asked a second
     * time. Kept up to date; NULL: none is. */
    bool *older;
    /* Gets where a redirect leads; NULL: redirects are not followed. */
    struct buf *location;
    /* The namespaces of what is in them are joined too. */
    const struct outbox *subscriptions;
    const struct outbox *unsent;
    const struct calls *calls;
    struct sio_recovery *recovery; /* NULL: nothing is to be gone on with */
};

struct connection_opened {
    enum sockfeed_protocol protocol;
    int eio;
    int sio;
    const char *transport; /* "websocket" or "polling" */
    bool recovered; /* every namespace goes on where the last one ended */
};

struct connection_end {
    const struct sockfeed_failure *failure; /* result OK after our goodbye */
    bool disconnected; /* the server ended the last Socket.IO namespace */
    bool late; /* it is to be asked again for revision 3, credentials with it */
};

/* Every handler may free the connection. None is called from inside a
 * function of this header. */
struct connection_handlers {
    /* MESSAGE, ANSWER, FRAME, DRAINED, REFUSED, LEFT, NOTICE, TRACE, STEP, PONG; the number of
     * the connection is not filled in. */
    void (*event)(void *user, struct sockfeed_event *event);
    /* Messages can be sent: every namespace has been joined or refused. */
    void (*opened)(void *user, const struct connection_opened *opened);
    /* It is over; the connection is to be freed. */
    void (*ended)(void *user, const struct connection_end *end);
};

/* Begins to connect. NOMEM; all else comes as `ended`. */
enum sockfeed_result connection_new(struct connection **connection,
                                    const struct connection_config *config,
                                    const struct connection_handlers *handlers,
                                    void *user) SOCKFEED_CHECK;

/* Ends it without a word. Fits NULL. */
void connection_free(struct connection *connection);

/* Queues a message for the end of this turn. STATE when it is not open or the
 * namespace was not joined, INVALID for a type that the protocol does not
 * carry, FULL, NOMEM. */
enum sockfeed_result connection_send(struct connection *connection,
                                     const struct sockfeed_outgoing *message)
    SOCKFEED_CHECK;

/* Sends a ping of WebSocket's, PONG comes with the answer. STATE unless open
 * and over a WebSocket. */
enum sockfeed_result connection_ping(struct connection *connection)
    SOCKFEED_CHECK;

/* As connection_send, with an acknowledgement asked for within `timeout` ms, under an id
 * that no call of its namespace has had. ANSWER comes with it, unless the
 * connection ends first. */
enum sockfeed_result connection_call(struct connection *connection,
                                     const struct sockfeed_outgoing *message,
                                     uint64_t id,
                                     int64_t timeout) SOCKFEED_CHECK;

/* Answers a MESSAGE that has an id, also before it is open. */
enum sockfeed_result connection_acknowledge(
    struct connection *connection,
    const struct sockfeed_acknowledgement *answer) SOCKFEED_CHECK;

/* Whether the namespace of a message is joined; true where there is none. What
 * else makes connection_send answer STATE is that the connection is ending. */
bool connection_has_joined(const struct connection *connection,
                           const struct sockfeed_outgoing *message);

/* Whether a namespace goes on where the last connection ended, so that what was
 * sent to it then still holds. */
bool connection_recovered(const struct connection *connection,
                          struct span space);

void connection_pause(struct connection *connection);
void connection_resume(struct connection *connection);

/* Gives up for a reason of the user's, which the peer is told as well as a
 * close code can; `ended` comes with it. */
void connection_reject(struct connection *connection,
                       enum sockfeed_result reason, const char *text);

/* Says goodbye, on a WebSocket with this close code, and waits up to `timeout`
 * ms; `ended` comes with OK. */
void connection_close(struct connection *connection, uint16_t code,
                      int64_t timeout);

#endif
