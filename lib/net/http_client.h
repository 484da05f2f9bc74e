/* SPDX-License-Identifier: MIT */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include "base/buf.h"
#include "base/span.h"
#include "codec/http_response.h"
#include "net/dialer.h"
#include "net/step.h"
#include "sockfeed/result.h"

/*
 * One request after the other to one server, over one connection that is kept
 * open between them and opened anew when it has gone.
 *
 *     IDLE --send--> (DIALING) --> ASKING --head, body--> IDLE
 *       ^                                                   |
 *       +---- the server hangs up: the next one dials ------+
 */
struct http_client;
struct ws_pool;

struct http_client_config {
    struct dialer_config dialer;
    struct ws_pool *pool; /* the room that is read into */
    size_t max_body;      /* bytes of an answer's body, also when inflated */
};

/*
 * All are called on later turns. Inside each of them the client can be asked
 * for the next request, or be freed.
 */
struct http_client_handlers {
    /* The head of an answer (none of 1xx); a view. */
    void (*head)(void *user, const struct http_response *head);
    /* The answer is complete: its body, inflated, of which LIMIT_RECEIVE_PAD
     * bytes more can be read. The handler may take it, leaving an empty buffer
     * in its place. */
    void (*answered)(void *user, struct buf *body);
    /* There will be no answer, or no whole one. PROTOCOL, TOO_LARGE, NOMEM,
     * LOST, and the dialer's. */
    void (*failed)(void *user, const struct sockfeed_failure *failure);
    /* Views one line on a step, secrets masked; must not free the client. */
    void (*trace)(void *user, const char *line);
    /* Of a request that is not brief; must not free the client. May be
     * NULL. */
    step_callback step;
};

/* Copies the configuration and the handlers; what they point to must outlive
 * the client. Does nothing yet. NULL when out of memory. */
struct http_client *http_client_new(const struct http_client_config *config,
                                    const struct http_client_handlers *handlers,
                                    void *user);

/* Drops what is under way. Fits NULL. */
void http_client_free(struct http_client *client);

struct http_client_request {
    struct span head; /* as codec/http_request writes it */
    struct span body; /* empty: none */
    /* Whether it does no harm to send it twice: once more over a new
     * connection, where the one that was kept turns out to be closed. */
    bool repeatable;
    /* Only the first lines of it and of the answer are traced. */
    bool brief;
};

/* Begins a request, while there is none. Copies. NOMEM, FULL, SYSTEM. */
enum sockfeed_result http_client_send(struct http_client *client,
                                      const struct http_client_request *request)
    SOCKFEED_CHECK;

bool http_client_is_busy(const struct http_client *client);

/* How far a request has come, which is SOCKFEED_STAGE_HANDSHAKE once it can be
 * sent, and what is under way, fit to follow "while"; cut to `size`. */
enum sockfeed_stage http_client_stage(const struct http_client *client);
void http_client_describe(const struct http_client *client, char *text,
                          size_t size);

#endif
