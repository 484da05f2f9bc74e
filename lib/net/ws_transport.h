/* SPDX-License-Identifier: MIT */
#ifndef NET_WS_TRANSPORT_H
#define NET_WS_TRANSPORT_H

#include "base/span.h"
#include "net/ws_opening.h"
#include "net/ws_pool.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A WebSocket's connection: it is opened (net/ws_opening), and from then on
 * carries bytes; frames are the business of session/ws_session above it.
 *
 * Received bytes are read into room that all transports share; a connection
 * has a buffer of its own only while it keeps a part of a frame, or while it
 * is paused.
 */
struct ws_transport;

struct ws_transport_config {
    struct ws_opening_config opening;
    struct ws_pool *pool; /* the shared room */
    size_t max_message;   /* the buffer may hold one, and a frame's header */
};

struct ws_transport_handlers {
    /* 101 was received and is right. `agreed` is a view. */
    void (*open)(void *user, const struct ws_handshake_agreed *agreed);

    /* Bytes from the peer, writable in place; LIMIT_RECEIVE_PAD bytes behind
     * them can be read. Answers how many were used up; the rest comes again,
     * with more behind it: not before there are `*need` bytes in all (a
     * frame's whole size), where it sets that. */
    size_t (*receive)(void *user, char *data, size_t size, size_t *need);

    /* Bytes have come, but not yet as many as `receive` needs: a sign of life
     * while a long frame arrives. `data` are all that wait. May be NULL. */
    void (*arriving)(void *user, const char *data, size_t size);

    /* What one round of reading brought has all been handed to `receive`: the
     * moment to flush. */
    void (*drained)(void *user);

    /* May be written again; comes only while wanted. */
    void (*writable)(void *user);

    /* It is over, for the reason given (a view): before `open` because it
     * could not be opened, after it CLOSED or LOST. Once; the transport must
     * then be freed. */
    void (*ended)(void *user, const struct sockfeed_failure *failure);

    /* Views one line about a step of opening, secrets masked; may be NULL. */
    void (*trace)(void *user, const char *line);
    /* A step of opening; may be NULL. */
    step_callback step;
};

/* Begins to open. Copies the configuration and the handlers; the objects it
 * points to must outlive the transport. NOMEM; all else that goes wrong, a
 * request that cannot be sent too (INVALID), comes as `ended` on a later
 * turn. SYSTEM where no thread can be had. */
enum sockfeed_result ws_transport_new(
    struct ws_transport **transport, const struct ws_transport_config *config,
    const struct ws_transport_handlers *handlers, void *user) SOCKFEED_CHECK;

/* Closes; legal inside every handler, none is called afterwards. Fits NULL. */
void ws_transport_free(struct ws_transport *transport);

/* Writes as much as goes out now: OK with `written` (less than data.size means
 * the rest is to be kept), AGAIN with 0, LOST when it has ended, which
 * `ended` tells on a later turn. After less than all was taken, the next call
 * must begin with the rest. */
enum sockfeed_result ws_transport_write(struct ws_transport *transport,
                                        struct span data,
                                        size_t *written) SOCKFEED_CHECK;

/* How far it has come: SOCKFEED_STAGE_STREAM once it is open. */
enum sockfeed_stage ws_transport_stage(const struct ws_transport *transport);

/* Whether `writable` is to be called. */
void ws_transport_want_write(struct ws_transport *transport, bool wanted);

/* Holds back and lets go on reading; bytes already received wait too. */
void ws_transport_pause(struct ws_transport *transport);
void ws_transport_resume(struct ws_transport *transport);

#endif
