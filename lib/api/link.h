/* SPDX-License-Identifier: MIT */
#ifndef API_LINK_H
#define API_LINK_H

#include "api/connection.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One connection in the hands of a client: its number, and what is done on it
 * for as long as it lives. Where the options want redirects followed, those of
 * its handshake are, and what they lead through counts as one connection. A
 * client has one, and none between two of them.
 */
struct link;
struct outbox;

/* Every handler may free the link. None is called from inside link_new. */
struct link_handlers {
    /* As of the connection, with the number filled in. */
    void (*event)(void *user, struct link *link, struct sockfeed_event *event);
    void (*opened)(void *user, struct link *link,
                   const struct connection_opened *opened);
    void (*ended)(void *user, struct link *link,
                  const struct connection_end *end);
};

/* Begins to connect; `number` is the one events carry. All that the
 * configuration names must outlive the link, which sets its location. NOMEM; all else comes as
 * `ended`. */
enum sockfeed_result link_new(struct link **link,
                              const struct connection_config *config,
                              unsigned number,
                              const struct link_handlers *handlers,
                              void *user) SOCKFEED_CHECK;

/* Ends it without a word. Fits NULL. */
void link_free(struct link *link);

/* As connection_send. */
enum sockfeed_result link_send(
    struct link *link, const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* As connection_call. */
enum sockfeed_result link_call(struct link *link,
                               const struct sockfeed_outgoing *message,
                               uint64_t id, int64_t timeout) SOCKFEED_CHECK;

/* As connection_acknowledge; STATE where it is not this connection's. */
enum sockfeed_result link_acknowledge(
    struct link *link,
    const struct sockfeed_acknowledgement *answer) SOCKFEED_CHECK;

/* Sends what is kept, in order, and tells with a NOTICE what cannot be sent;
 * answers how many went. */
size_t link_send_all(struct link *link, const struct outbox *outbox);

/* These fit NULL. */
void link_pause(struct link *link);
void link_resume(struct link *link);

/* As connection_reject and connection_close. */
void link_reject(struct link *link, enum sockfeed_result reason,
                 const char *text);
void link_close(struct link *link, int64_t timeout);

#endif
