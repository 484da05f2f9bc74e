/* SPDX-License-Identifier: MIT */
#ifndef API_RELAY_H
#define API_RELAY_H

#include "api/link.h"
#include "net/loop.h"
#include "session/reconnect.h"
#include "session/sio_recovery.h"

/*
 * The links of a client: the present one, the one that is to take its place
 * when it has become old, and the one whose place was taken. The two are open
 * side by side for a while, so that nothing is missed; what comes of the
 * present one is the client's to judge.
 *
 *   present: subscribed --max_age--> next: connects, subscribes
 *   next becomes the present one, it the last one, which says goodbye soon
 *
 * When the present one is lost, so are the others.
 */
struct relay_handlers {
    /* Of any of them. */
    void (*event)(void *user, struct sockfeed_event *event);
    /* A link is open: the present one, or one that is to replace it. */
    void (*opened)(void *user, const struct connection_opened *opened,
                   unsigned number, bool replacing);
    /* All subscriptions have gone on the link, which is the present one now. */
    void (*subscribed)(void *user, unsigned number, size_t count);
    /* The present one has nothing that waits to be sent. */
    void (*through)(void *user);
    /* The present one is over, and with it all. */
    void (*ended)(void *user, const struct connection_end *end);
};

struct relay {
    struct relay_handlers handlers;
    void *user;
    struct link_config config; /* the number is that of the last link made */
    struct outbox *kept;
    bool paused;
    bool due; /* the present one has aged, and the last one is still there */
    size_t settled; /* subscriptions that went on the last link, while none is
                       open */
    struct sio_recovery memories[2]; /* of the present link, and another */
    unsigned memory;                 /* which is the present one's */
    struct link *present;            /* NULL: there is none */
    struct link *next;               /* NULL: nothing is replaced */
    struct link *last;               /* NULL: it is gone */
    struct reconnect again;  /* when a replacement that failed is tried again */
    struct loop_timer timer; /* of that, or of the goodbye of the last one */
};

/* `kept` is what the client sends, which the present link takes its messages
 * from. All that is named in the arguments must outlive the relay. */
void relay_init(struct relay *relay, const struct link_config *config,
                const struct reconnect *schedule, struct outbox *kept,
                const struct relay_handlers *handlers, void *user);

/* Ends all links without a word. Fits a zeroed one. */
void relay_deinit(struct relay *relay);

/* Makes the present link, of which there is none. NOMEM. */
enum sockfeed_result relay_connect(struct relay *relay) SOCKFEED_CHECK;

/* Ends all links without a word. */
void relay_drop(struct relay *relay);

/* The link with this number, or NULL. */
struct link *relay_find(const struct relay *relay, unsigned number);

/* Something is new in the client's outboxes. */
void relay_kick(struct relay *relay);

/* The subscription with this index is about to be forgotten. */
void relay_forget(struct relay *relay, size_t index);

void relay_pause(struct relay *relay);
void relay_resume(struct relay *relay);

/* Says goodbye; `ended` comes for the present link, which must be open. */
void relay_close(struct relay *relay, uint16_t code, int64_t timeout);

#endif
