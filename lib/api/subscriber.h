/* SPDX-License-Identifier: MIT */
#ifndef API_SUBSCRIBER_H
#define API_SUBSCRIBER_H

#include "sockfeed/message.h"

#include <stdbool.h>

/*
 * How far one connection has come with the subscriptions of its client: they
 * go in order, and at a barrier among them nothing more goes until somebody
 * says so. It sends nothing itself.
 */
struct outbox;

struct subscriber {
    const struct outbox *list; /* the client's; it may grow meanwhile */
    size_t next;               /* item to come */
    size_t sent;               /* messages that went */
    size_t barriers;           /* passed, and the one it stands at */
    bool waiting;              /* at a barrier */
    size_t settled;            /* items that went on the connection before */
    size_t went;               /* messages since the last barrier */
    size_t spared;             /* likewise */
};

enum subscriber_step {
    SUBSCRIBER_SEND,   /* *message, once subscriber_take was called */
    SUBSCRIBER_ARRIVE, /* a barrier was reached, this time it is told */
    SUBSCRIBER_WAIT,   /* for subscriber_release */
    SUBSCRIBER_DONE,   /* all that is in the list */
};

/* At the beginning of a connection; the list must outlive it. `settled` of its
 * items went on the connection before. */
void subscriber_init(struct subscriber *subscriber, const struct outbox *list,
                     size_t settled);

/* What is to be done now; *message views the list. */
enum subscriber_step subscriber_step(struct subscriber *subscriber,
                                     struct sockfeed_outgoing *message);

/* The message of the last step is about to be sent. */
void subscriber_take(struct subscriber *subscriber);

/* The message of the last step need not be sent, since it still holds. Where
 * none had to, the barrier behind them is passed. */
void subscriber_spare(struct subscriber *subscriber);

/* It was. */
void subscriber_sent(struct subscriber *subscriber);

/* Passes the barrier it stands at; elsewhere this does nothing. */
void subscriber_release(struct subscriber *subscriber);

/* Whether it stands at a barrier or has one to come. */
bool subscriber_has_barriers(const struct subscriber *subscriber);

/* The item with this index is about to leave the list. */
void subscriber_forget(struct subscriber *subscriber, size_t index);

#endif
