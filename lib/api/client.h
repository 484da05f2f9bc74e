/* SPDX-License-Identifier: MIT */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include "api/calls.h"
#include "api/endpoint.h"
#include "api/heartbeats.h"
#include "api/outbox.h"
#include "api/reach.h"
#include "api/relay.h"
#include "api/schedule.h"
#include "base/rng.h"
#include "net/loop.h"
#include "sockfeed/client.h"

/* What the files of a client share: client.c is its life, client_sending.c
 * what it is given to send, client_calls.c what it wants an answer to. */
struct tls_config;

/*
 *   IDLE --- start ---> CONNECTING --- opened ---> OPEN
 *                        ^      |                   |
 *                  timer |      | ended             | ended
 *                        |      v                   |
 *                       WAITING <-------------------+
 *                           |
 *   any state --- close, or nothing left to try ---> CLOSING ---> CLOSED
 */
enum client_state {
    CLIENT_IDLE,
    CLIENT_CONNECTING,
    CLIENT_OPEN,
    CLIENT_WAITING,
    CLIENT_CLOSING,
    CLIENT_CLOSED,
};

/* What outlives a connection; first what is needed for each message. */
struct sockfeed_client {
    sockfeed_callback callback;
    void *user;
    enum client_state state;
    unsigned depth; /* callbacks on the stack: no free before 0 */
    bool freed;     /* by the callback; nothing is reported any more */
    bool messages;  /* the callback wants MESSAGE */
    struct schedule schedule;
    struct relay relay; /* its connections, once it was started */

    struct sockfeed_loop *loop;
    struct sockfeed_options *options;
    struct endpoint endpoint;
    struct rng rng;
    struct reach reach;
    struct tls_config *tls;  /* NULL until started, or without TLS */
    struct loop_timer timer; /* of the next try */
    struct loop_task ending; /* reports CLOSED on a turn of its own */
    struct outbox subscriptions;
    struct outbox unsent;
    struct calls calls;
    struct heartbeats heartbeats;
    bool ever_open;
    bool gap_told;   /* since the loss, before the connection is up again */
    int64_t lost_at; /* loop_now of the loss; meaningful when ever_open */
    struct sockfeed_failure failure; /* of the last connection */
};

/* Around all that may call back: it makes freeing legal meanwhile. */
void client_enter(struct sockfeed_client *client);
void client_leave(struct sockfeed_client *client);

/* Tells the user, unless the client was freed. */
void client_emit(struct sockfeed_client *client, struct sockfeed_event *event);

/* Whether the protocol carries such a message. */
bool client_sending_carried(const struct sockfeed_client *client,
                            const struct sockfeed_outgoing *message);

/* Events without a namespace go to the URL's. */
struct sockfeed_outgoing client_sending_addressed(
    const struct sockfeed_client *client,
    const struct sockfeed_outgoing *message);

/* Sends the calls that may be sent now. */
void client_calls_send(struct sockfeed_client *client);

/* Takes an answer, tells it where it is to be told. */
void client_calls_answered(struct sockfeed_client *client,
                           struct sockfeed_event *event);

/* A connection that another has taken the place of is gone, and with it what
 * was still asked there. */
void client_calls_replaced(struct sockfeed_client *client, unsigned connection);

/* Tells of calls that have failed. */
void client_calls_tell_failed(struct sockfeed_client *client);

#endif
