/* SPDX-License-Identifier: MIT */
#ifndef API_LINK_H
#define API_LINK_H

#include "api/connection.h"
#include "sockfeed/event.h"
#include "sockfeed/message.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One connection in the hands of a client, and what the client does on it for
 * as long as it lives: it waits for its turn to connect, sends subscriptions
 * in order and at their pace, then what was kept meanwhile, sends heartbeats,
 * and notices when nothing comes any more. Where the options want redirects
 * followed, those of its handshake are, and what they lead through counts as
 * one connection.
 */
struct heartbeats;
struct link;
struct outbox;
struct turnstile;

/* All that is named here must outlive the link, which sets the location. */
struct link_config {
    struct connection_config connection;
    size_t settled; /* subscriptions that went on the link before */
    struct turnstile *turnstile;
    const struct heartbeats *heartbeats;
    size_t rate;           /* messages in any second; 0: no limit */
    int64_t await_timeout; /* ms at a barrier */
    int64_t idle_timeout;  /* ms without a message; 0: for ever */
    int64_t max_age;       /* ms until `aged`; 0: never */
    unsigned number;       /* that its events carry */
};

/* Every handler may free the link. None is called from inside link_new. */
struct link_handlers {
    /* As of the connection; AWAITING and SENT too. The number is filled in. */
    void (*event)(void *user, struct link *link, struct sockfeed_event *event);
    void (*opened)(void *user, struct link *link,
                   const struct connection_opened *opened);
    /* All subscriptions have gone, this many. Once. */
    void (*subscribed)(void *user, struct link *link, size_t count);
    /* Nothing waits to be sent. Not for what is sent at once. */
    void (*through)(void *user, struct link *link);
    /* It is as old as it may become. Once, not before `subscribed`. */
    void (*aged)(void *user, struct link *link);
    void (*ended)(void *user, struct link *link,
                  const struct connection_end *end);
};

/* Asks for its turn to connect. NOMEM; all else comes as `ended`. */
enum sockfeed_result link_new(struct link **link,
                              const struct link_config *config,
                              const struct link_handlers *handlers,
                              void *user) SOCKFEED_CHECK;

/* Answer the event PREPARE: it goes on, or has failed, on a turn of its own.
 * STATE where it does not wait for that; INVALID, NOMEM: it has failed. */
enum sockfeed_result link_prepare(
    struct link *link, const struct sockfeed_options *fresh) SOCKFEED_CHECK;
void link_decline(struct link *link, enum sockfeed_result reason,
                  const char *text);

/* Ends it without a word. Fits NULL. */
void link_free(struct link *link);

/* See connection_recovered; false where there is no connection. */
bool link_recovered(const struct link *link, struct span space);

unsigned link_number(const struct link *link);

/* To be called when it is subscribed: from now on the link sends what stands in
 * the outbox too, and takes it out; NULL: no longer. */
void link_serve(struct link *link, struct outbox *kept);

/* Sends a message at once where nothing waits to be sent. AGAIN: it must wait
 * behind what does, perhaps for another connection. Else as connection_send. */
enum sockfeed_result link_send(
    struct link *link, const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Sends a message before all that waits, as soon as the pace allows. As
 * connection_send; FULL, NOMEM. */
enum sockfeed_result link_answer(
    struct link *link, const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* As connection_ping. */
enum sockfeed_result link_ping(struct link *link) SOCKFEED_CHECK;

/* As connection_call; AGAIN as link_send: `through` comes when it may go. */
enum sockfeed_result link_call(struct link *link,
                               const struct sockfeed_outgoing *message,
                               uint64_t id, int64_t timeout) SOCKFEED_CHECK;

/* As connection_acknowledge. */
enum sockfeed_result link_acknowledge(
    struct link *link,
    const struct sockfeed_acknowledgement *answer) SOCKFEED_CHECK;

/* There is something new in an outbox: goes on before the end of this turn. */
void link_kick(struct link *link);

/* Passes the barrier among the subscriptions that it stands at. */
void link_proceed(struct link *link);

/* How many of the client's subscriptions have had their turn. */
size_t link_settled(const struct link *link);

/* Whether a barrier is still to be passed. */
bool link_has_barriers(const struct link *link);

/* The subscription with this index is about to be forgotten. */
void link_forget(struct link *link, size_t index);

void link_pause(struct link *link);
void link_resume(struct link *link);

/* As connection_reject and connection_close; what waits is not sent. */
void link_reject(struct link *link, enum sockfeed_result reason,
                 const char *text);
void link_close(struct link *link, uint16_t code, int64_t timeout);

#endif
