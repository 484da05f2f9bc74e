/* SPDX-License-Identifier: MIT */
#ifndef API_CONNECTION_INSIDE_H
#define API_CONNECTION_INSIDE_H

#include "api/carrier.h"
#include "api/connection.h"
#include "api/guard.h"
#include "api/request.h"
#include "net/loop.h"
#include "sockfeed/event.h"

/* What connection.c, a connection's life, and connection_receive.c, how what
 * is received goes up, have in common. Nobody else looks in here. */

/*
 *   OPENING --- carried ---> JOINING --- ready ---> OPEN
 *      |                        |                    |
 *      |                        +--- our goodbye ----+---> CLOSING
 *      |                        |                    |        |
 *      +------------------------+--------------------+--------+---> OVER
 *
 * On plain WebSocket JOINING is passed through at once.
 */
enum connection_state {
    CONNECTION_OPENING,
    CONNECTION_JOINING,
    CONNECTION_OPEN,
    CONNECTION_CLOSING,
    CONNECTION_OVER,
};

/* What is needed for each message stands together and first: of a thousand
 * connections no processor keeps the rest at hand. */
struct connection {
    struct connection_handlers handlers;
    void *user;
    enum connection_state state;
    unsigned deliver; /* SOCKFEED_DELIVER_ flags */
    struct guard guard;
    struct conversation *above; /* NULL on plain WebSocket */
    struct carrier *carrier;
    struct sockfeed_event message;   /* the message or the frame at hand */
    struct sockfeed_failure failure; /* the first that was found here */

    struct connection_config config;
    int64_t deadline; /* loop_now by which the open packet must be there */
    struct request request;
    const char *transport; /* that carries it, from JOINING on */
    struct loop_timer timer;
};

/* What tells a ping of the user's from those of the keepalive. */
#define CONNECTION_USERS_PING "sockfeed"

int64_t connection_now(const struct connection *c);

/* Whether a SOCKFEED_DELIVER_ flag is set. */
bool connection_wants(const struct connection *c, unsigned flag);

/* Hands an event on, unless the connection was freed. */
void connection_emit(struct connection *c, struct sockfeed_event *event);

/* Gives up for a reason of our own: tells the peer, then ends. */
void connection_give_up(struct connection *c,
                        const struct sockfeed_failure *failure);

/* Tells of a control frame, where such are wanted. */
void connection_tell_control(struct connection *c, bool sent,
                             enum ws_opcode opcode, struct span payload);

/* The handlers for messages and control frames. */
void connection_receive(const struct connection *c,
                        struct carrier_handlers *handlers);

#endif
