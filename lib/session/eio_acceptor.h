/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_ACCEPTOR_H
#define SESSION_EIO_ACCEPTOR_H

#include "base/span.h"
#include "codec/eio_packet.h"
#include "session/sio_event.h"
#include "sockfeed.h"

#include <stdint.h>

/*
 * The server's side of one connection: Engine.IO on a WebSocket in the
 * revision that the client asked for, and Socket.IO upon it. Every valid
 * namespace is accepted. As strict as the strictest servers are: whatever
 * those would end a connection for is a failure.
 */
struct eio_acceptor;

/*
 *   OPEN --- eio_acceptor_close, or a failure ---> OVER
 *
 * In OVER it takes no more input and calls no handler; the WebSocket is then
 * to be closed.
 */
struct eio_acceptor_config {
    enum eio_revision revision; /* what the client asked for */
    struct span sid;            /* unique; at most LIMIT_SID bytes of text */
    int64_t ping_interval;      /* ms, 1 to LIMIT_HEARTBEAT_MS */
    int64_t ping_timeout;       /* ms, likewise */
    uint64_t max_payload;       /* bytes of a message received */
    int64_t connect_timeout;    /* ms for the first CONNECT (revision 4) */
};

/* Views are valid during the call. Inside a handler every function of the
 * acceptor is legal but the receiving ones and the tick; a free is deferred.
 * None may be NULL. */
struct eio_acceptor_handlers {
    /* Sends a WebSocket message. A failure fails the acceptor, or is the
     * answer of eio_acceptor_emit. */
    enum sockfeed_result (*send)(void *user, bool binary, struct span packet);
    void (*joined)(void *user, const char *space);
    void (*event)(void *user, const struct sio_event *event);
    void (*left)(void *user, const char *space);
};

/* Gives an acceptor, to be freed by eio_acceptor_free. Copies all it is given.
 * INVALID: times or sid out of bounds; NOMEM. Nothing is sent yet. */
enum sockfeed_result eio_acceptor_new(
    struct eio_acceptor **acceptor, const struct eio_acceptor_config *config,
    const struct eio_acceptor_handlers *handlers, void *user,
    int64_t now) SOCKFEED_CHECK;
void eio_acceptor_free(struct eio_acceptor *acceptor);

/* Sends the open packet and, in revision 3, joins the root namespace. The
 * WebSocket is open from `now` on. Answers as receiving does. */
enum sockfeed_result eio_acceptor_open(struct eio_acceptor *acceptor,
                                       int64_t now) SOCKFEED_CHECK;

/* Takes a WebSocket message. OK; CLOSED: the acceptor was freed in a handler,
 * touch it no more; STATE: it was closed before; otherwise its failure. */
enum sockfeed_result eio_acceptor_receive_text(struct eio_acceptor *acceptor,
                                               int64_t now, struct span frame)
    SOCKFEED_CHECK;
enum sockfeed_result eio_acceptor_receive_binary(struct eio_acceptor *acceptor,
                                                 int64_t now, struct span frame)
    SOCKFEED_CHECK;

bool eio_acceptor_joined(const struct eio_acceptor *acceptor,
                         struct span space);

/* Sends an event: a checked JSON array whose first element is the name. The
 * bytes of objects {"$base64":"..."} in it go as attachments. STATE unless the
 * client has joined the namespace, INVALID where that is no base64, FULL,
 * NOMEM, or what the handler answers. */
enum sockfeed_result eio_acceptor_emit(struct eio_acceptor *acceptor,
                                       struct span space,
                                       struct span array) SOCKFEED_CHECK;

/* Answers an event that came with this id, which is to be done at most once,
 * with a checked JSON array of arguments. Results as of eio_acceptor_emit. */
enum sockfeed_result eio_acceptor_acknowledge(struct eio_acceptor *acceptor,
                                              struct span space, uint64_t id,
                                              struct span array) SOCKFEED_CHECK;

/* Ends a namespace with a DISCONNECT. STATE unless it is joined. */
enum sockfeed_result eio_acceptor_disconnect(struct eio_acceptor *acceptor,
                                             struct span space) SOCKFEED_CHECK;

/* Sends a DISCONNECT for each namespace. */
void eio_acceptor_close(struct eio_acceptor *acceptor);

bool eio_acceptor_over(const struct eio_acceptor *acceptor);

/* When eio_acceptor_tick is to be called; INT64_MAX: not by itself. */
int64_t eio_acceptor_deadline(const struct eio_acceptor *acceptor);
enum sockfeed_result eio_acceptor_tick(struct eio_acceptor *acceptor,
                                       int64_t now) SOCKFEED_CHECK;

/* Result OK unless it failed: PROTOCOL, LOST (no heartbeat), TIMEOUT (no
 * namespace was joined), NOMEM, or what sending answered. */
const struct sockfeed_failure *eio_acceptor_failure(
    const struct eio_acceptor *acceptor);

#endif
