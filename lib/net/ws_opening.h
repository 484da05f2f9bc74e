/* SPDX-License-Identifier: MIT */
#ifndef NET_WS_OPENING_H
#define NET_WS_OPENING_H

#include "base/span.h"
#include "net/dialer.h"
#include "net/step.h"
#include "session/ws_handshake.h"
#include "sockfeed/result.h"

#include <stddef.h>
#include <stdint.h>

/*
 * From a host name to a WebSocket, with one deadline for all of it:
 *
 *     dialing (net/dialer) -> HANDSHAKE -> opened
 */
struct buf;
struct cookies;
struct receive_buffer;
struct rng;
struct stream;
struct ws_opening;

struct ws_opening_config {
    struct dialer_config dial; /* the host is copied */
    struct rng *rng;           /* of the handshake's key */
    struct cookies *cookies;   /* go with the request, and the answer's are
                                  kept; or NULL */
    struct buf *location;      /* gets where an answer redirects to; or NULL */
    struct ws_handshake_request request; /* what its spans view must outlive
                                            the opening; the cookies are the
                                            jar's */
    int64_t deadline;                    /* loop_now by which it must be done */
};

/* All are called on later turns. */
struct ws_opening_handlers {
    /* One of the two, once, and the opening must then be freed. The stream is
     * given; it wants nothing yet and its callback is to be set. Bytes that
     * came behind the answer are kept in the buffer. `agreed` is a view
     * until the opening is freed. */
    void (*opened)(void *user, struct stream *stream,
                   const struct ws_handshake_agreed *agreed);
    void (*failed)(void *user, const struct sockfeed_failure *failure);
    /* Views one line about a step, secrets masked; must not free the opening.
     * May be NULL. */
    void (*trace)(void *user, const char *line);
    /* Up to ANSWERED; must not free the opening. */
    step_callback step;
};

/* Copies the configuration and the handlers; borrows what they point to, and
 * the empty `received`, until it is freed. NOMEM, SYSTEM (no thread); a
 * request that cannot be sent is told by `failed` (INVALID). */
enum sockfeed_result ws_opening_new(struct ws_opening **opening,
                                    const struct ws_opening_config *config,
                                    struct receive_buffer *received,
                                    const struct ws_opening_handlers *handlers,
                                    void *user) SOCKFEED_CHECK;

/* Legal inside `opened` and `failed`. Fits NULL. */
void ws_opening_free(struct ws_opening *opening);

enum sockfeed_stage ws_opening_stage(const struct ws_opening *opening);

/* What is under way, fit to follow "while"; cut to `size`. */
void ws_opening_describe(const struct ws_opening *opening, char *text,
                         size_t size);

#endif
