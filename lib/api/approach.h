/* SPDX-License-Identifier: MIT */
#ifndef API_APPROACH_H
#define API_APPROACH_H

#include "api/connection.h"
#include "api/endpoint_older.h"
#include "api/preparation.h"
#include "api/redirect.h"
#include "net/loop.h"
#include "sockfeed/event.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/*
 * How a link comes by its connection: the user is asked for what is fresh,
 * where that is wanted, redirects are followed, and a server that is older than
 * was thought is asked as it wants to be.
 *
 *   IDLE --begun--> ASKING --answered--> ANSWERED --> MADE <--+ redirected,
 *     |                                                ^  +---+ or older
 *     +------------------------------------------------+
 */
enum approach_state {
    APPROACH_IDLE,
    APPROACH_ASKING,
    APPROACH_ANSWERED, /* what comes of it, comes on a turn of its own */
    APPROACH_MADE,     /* a connection was */
};

/* Every handler may free what the guard stands for. */
struct approach_handlers {
    /* PREPARE, TRACE, NOTICE; the number is not filled in. */
    void (*event)(void *user, struct sockfeed_event *event);
    /* Makes a connection, none being there. */
    enum sockfeed_result (*connect)(void *user,
                                    const struct connection_config *config);
    void (*failed)(void *user, const struct sockfeed_failure *failure);
};

struct approach {
    struct approach_handlers handlers;
    void *user;
    struct guard *guard; /* the owner's */
    enum approach_state state;
    struct connection_config config; /* of the connection */
    const struct endpoint *first;    /* where redirects begin */
    struct endpoint_older older;     /* in the place of the connection's */
    struct preparation preparation;
    struct redirect redirect;
    struct loop_task again;
    struct sockfeed_failure failure; /* of the answer that was a redirect, or
                                        why the user has declined */
};

/* All that the configuration names must outlive the approach, which stays where
 * it is. */
void approach_init(struct approach *approach,
                   const struct connection_config *config, struct guard *guard,
                   const struct approach_handlers *handlers, void *user);
void approach_deinit(struct approach *approach);

/* To be called inside the guard. */
void approach_begin(struct approach *approach);

/* The user's answer to PREPARE: see sockfeed_client_prepare. */
enum sockfeed_result approach_prepare(struct approach *approach,
                                      const struct sockfeed_options *fresh)
    SOCKFEED_CHECK;
void approach_decline(struct approach *approach, enum sockfeed_result reason,
                      const char *text);

/* Whether the answer to the connection's handshake led elsewhere. */
bool approach_is_redirected(const struct approach *approach);

/* It is followed, now that the connection has ended so and is gone. */
void approach_follow(struct approach *approach,
                     const struct sockfeed_failure *failure);

/* The connection has ended, and is gone, since it was late; another one is
 * made. */
void approach_ask_older(struct approach *approach);

/* The connection has failed before it was open: where it is the server's doing,
 * what was thought of it may not be so any more. */
void approach_failed(struct approach *approach,
                     const struct sockfeed_failure *failure);

#endif
