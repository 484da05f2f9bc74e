/* SPDX-License-Identifier: MIT */
#ifndef API_SENDER_H
#define API_SENDER_H

#include "api/outbox.h"
#include "api/subscriber.h"
#include "session/pace.h"
#include "sockfeed/event.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What goes out on one open connection, in which order and at which pace:
 * first what answers the peer, then the subscriptions, then what the client
 * kept to send. At a barrier among the subscriptions only answers go.
 */
struct connection;
struct guard;

/* Every handler may free what the guard stands for. */
struct sender_handlers {
    /* AWAITING, SENT and NOTICE; the number is not filled in. */
    void (*event)(void *user, struct sockfeed_event *event);
    /* All subscriptions have gone, this many. Once. */
    void (*subscribed)(void *user, size_t count);
    /* sender_go_on has left nothing that waits. */
    void (*through)(void *user);
};

struct sender {
    struct sender_handlers handlers;
    void *user;
    struct guard *guard;           /* the owner's */
    struct connection *connection; /* NULL: nothing can be sent */
    struct pace pace;
    struct subscriber subscriber;
    struct outbox urgent;
    struct outbox *kept; /* the client's; NULL: not yet this one's to send */
    bool told_all;       /* subscribed */
    bool held_back;      /* by the pace */
    int64_t sent;        /* when something last went */
    int64_t arrived;     /* at the barrier where it waits */
};

/* `rate`: messages in any second, 0 for no limit. The guard and the client's
 * subscriptions, in the subscriber, must outlive the sender. NOMEM; to be
 * deinitialised in every case. */
enum sockfeed_result sender_init(struct sender *sender, size_t rate,
                                 const struct subscriber *subscriber,
                                 struct guard *guard,
                                 const struct sender_handlers *handlers,
                                 void *user) SOCKFEED_CHECK;
void sender_deinit(struct sender *sender);

/* The connection is open, but nothing is sent before sender_go_on. */
void sender_open(struct sender *sender, struct connection *connection,
                 int64_t now);

/* Nothing more is sent. */
void sender_stop(struct sender *sender);

/* Sends all that may go now. The time of a later turn than before lets the
 * pace count. */
void sender_go_on(struct sender *sender, int64_t now);

/* When sender_go_on is to be called for the pace, or INT64_MAX. */
int64_t sender_deadline(const struct sender *sender, int64_t now);

/* Whether a message may be sent that is not the sender's, since nothing waits;
 * if only the pace is against it, `through` comes once it is not. */
bool sender_may_pass(struct sender *sender, int64_t now);

/* Such a message is sent. */
void sender_passes(struct sender *sender, int64_t now);

/* Sends a message past all that waits, and in spite of the pace. As
 * connection_send. */
enum sockfeed_result sender_send(struct sender *sender, int64_t now,
                                 const struct sockfeed_outgoing *message)
    SOCKFEED_CHECK;

/* Sends a message past all that waits, now, or kept for sender_go_on. As
 * connection_send; FULL, NOMEM. */
enum sockfeed_result sender_answer(struct sender *sender, int64_t now,
                                   const struct sockfeed_outgoing *message)
    SOCKFEED_CHECK;

/* Whether that a message cannot be sent means that the connection is ending;
 * `result` is what sending it answered. */
bool sender_is_ending(const struct sender *sender,
                      const struct sockfeed_outgoing *message,
                      enum sockfeed_result result);

/* Tells with a NOTICE that a message cannot be sent. */
void sender_tell_dropped(struct sender *sender,
                         const struct sockfeed_outgoing *message,
                         enum sockfeed_result result);

#endif
