/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_ACCEPTOR_H
#define SESSION_EIO_ACCEPTOR_H

#include "base/span.h"
#include "codec/eio_packet.h"
#include "session/eio_carrier.h"
#include "session/sio_event.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * The server's side of one session: Engine.IO by long-polling, by a WebSocket,
 * or by the one and then the other, in the revision that the client asked for,
 * and Socket.IO upon it, or not. Every valid namespace is accepted that its
 * owner does not refuse. As strict as the strictest servers are: whatever those would end a session for is a
 * failure.
 */
struct eio_acceptor;

/*
 *   OPEN --- eio_acceptor_close, or a failure ---> OVER
 *
 * In OVER it takes no more input and calls no handler, but that it may still
 * owe a polling client the news (eio_acceptor_gone); a WebSocket is then to be
 * closed.
 */
struct eio_acceptor_config {
    enum eio_revision revision; /* what the client asked for */
    bool polling;               /* the first request is a GET */
    bool base64;                /* bytes are to be sent in base64 */
    bool bare;                  /* Engine.IO messages, no Socket.IO */
    struct span sid;            /* unique; at most LIMIT_SID bytes of text */
    int64_t ping_interval;      /* ms, 1 to LIMIT_HEARTBEAT_MS */
    int64_t ping_timeout;       /* ms, likewise */
    uint64_t max_payload;       /* bytes of a message received */
    size_t max_queue;           /* bytes that wait for a polling client */
    int64_t connect_timeout;    /* ms for the first CONNECT (revision 4) */
};

/* How an event of ours that asked for an acknowledgement was answered. */
struct eio_acceptor_answer {
    uint64_t id;
    enum sockfeed_result result; /* OK, TIMEOUT, CLOSED: the namespace ended */
    struct span data;            /* OK: the JSON array of the arguments */
    struct span args;            /* its elements, without the brackets */
    size_t arg_count;
};

/* Views are valid during the call. Inside a handler every function of the
 * acceptor is legal but the receiving ones and the tick; a free is deferred.
 * None may be NULL. */
struct eio_acceptor_handlers {
    /* What carries the packets: see eio_carrier.h. A failure of `send` fails
     * the acceptor, or is the answer of eio_acceptor_emit. */
    struct eio_carrier_handlers carrier;
    /* Whether a namespace is refused: the JSON that says why, a view, or what
     * is empty. */
    struct span (*refuses)(void *user, struct span space);
    void (*joined)(void *user, const char *space);
    void (*event)(void *user, const struct sockfeed_message *event);
    void (*answered)(void *user, const struct eio_acceptor_answer *answer);
    void (*left)(void *user, const char *space);
    /* An Engine.IO message, where there is no Socket.IO. */
    void (*message)(void *user, bool binary, struct span data,
                    struct span frame);
};

/* Gives an acceptor, to be freed by eio_acceptor_free. Copies all it is given.
 * INVALID: times or sid out of bounds; NOMEM. Nothing is sent yet. */
enum sockfeed_result eio_acceptor_new(
    struct eio_acceptor **acceptor, const struct eio_acceptor_config *config,
    const struct eio_acceptor_handlers *handlers, void *user,
    int64_t now) SOCKFEED_CHECK;
void eio_acceptor_free(struct eio_acceptor *acceptor);

/* Sends the open packet and, in revision 3, joins the root namespace. The
 * session is open from `now` on. Answers as receiving does. */
enum sockfeed_result eio_acceptor_open(struct eio_acceptor *acceptor,
                                       int64_t now) SOCKFEED_CHECK;

/* Takes a message of the session's WebSocket. OK; CLOSED: the acceptor was
 * freed in a handler, touch it no more; STATE: it was closed before; otherwise
 * its failure. */
enum sockfeed_result eio_acceptor_receive_text(struct eio_acceptor *acceptor,
                                               int64_t now, struct span frame)
    SOCKFEED_CHECK;
enum sockfeed_result eio_acceptor_receive_binary(struct eio_acceptor *acceptor,
                                                 int64_t now, struct span frame)
    SOCKFEED_CHECK;

/* A GET has come: it is answered by the handler, now or later. STATE: there is
 * one already, or the session is another transport's; it is then the caller's
 * to refuse it, and in the first case the session has failed. */
enum sockfeed_result eio_acceptor_receive_get(struct eio_acceptor *acceptor)
    SOCKFEED_CHECK;

/* The text of a POST's body, or its bytes (application/octet-stream). Answers as
 * receiving does; whatever it is, the client is told "ok". INVALID: the
 * revision has no such body. */
enum sockfeed_result eio_acceptor_receive_post(struct eio_acceptor *acceptor,
                                               int64_t now, bool bytes,
                                               struct span text) SOCKFEED_CHECK;

/* The client broke the rules of its transport, such as dropping a GET that
 * waits: the session is over. */
void eio_acceptor_drop(struct eio_acceptor *acceptor, const char *why);

/* The transport that its requests are to name. */
bool eio_acceptor_polling(const struct eio_acceptor *acceptor);

/* A WebSocket wants to take over from polling (STATE: it is to be closed), has
 * sent a message, is gone. */
enum sockfeed_result eio_acceptor_probe(struct eio_acceptor *acceptor,
                                        int64_t now) SOCKFEED_CHECK;
enum sockfeed_result eio_acceptor_receive_probe(
    struct eio_acceptor *acceptor, int64_t now, bool binary,
    struct span message) SOCKFEED_CHECK;
void eio_acceptor_probe_gone(struct eio_acceptor *acceptor);

bool eio_acceptor_joined(const struct eio_acceptor *acceptor,
                         struct span space);

/* Sends an event: a checked JSON array whose first element is the name. The
 * bytes of objects {"$base64":"..."} in it go as attachments. STATE unless the
 * client has joined the namespace, INVALID where that is no base64, FULL,
 * NOMEM, or what the handler answers. */
enum sockfeed_result eio_acceptor_emit(struct eio_acceptor *acceptor,
                                       struct span space,
                                       struct span array) SOCKFEED_CHECK;

/* The same, with an acknowledgement asked for, which the handler `answered`
 * tells of once: until `deadline`, or INT64_MAX. The id is the caller's; INVALID
 * where the namespace waits for it already. */
enum sockfeed_result eio_acceptor_call(struct eio_acceptor *acceptor,
                                       struct span space, struct span array,
                                       uint64_t id,
                                       int64_t deadline) SOCKFEED_CHECK;

/* Sends an Engine.IO message, where there is no Socket.IO. */
enum sockfeed_result eio_acceptor_send(struct eio_acceptor *acceptor,
                                       bool binary,
                                       struct span data) SOCKFEED_CHECK;

/* Answers an event that came with this id, which is to be done at most once,
 * with a checked JSON array of arguments. Results as of eio_acceptor_emit. */
enum sockfeed_result eio_acceptor_acknowledge(struct eio_acceptor *acceptor,
                                              struct span space, uint64_t id,
                                              struct span array) SOCKFEED_CHECK;

/* Ends a namespace with a DISCONNECT. STATE unless it is joined. */
enum sockfeed_result eio_acceptor_disconnect(struct eio_acceptor *acceptor,
                                             struct span space) SOCKFEED_CHECK;

/* Ends the session, after a DISCONNECT for each namespace where it is to be
 * `polite`. */
void eio_acceptor_close(struct eio_acceptor *acceptor, int64_t now,
                        bool polite);

bool eio_acceptor_over(const struct eio_acceptor *acceptor);

/* It is over, and everything has been told. */
bool eio_acceptor_gone(const struct eio_acceptor *acceptor);

/* Bytes that wait for a polling client. */
size_t eio_acceptor_waiting(const struct eio_acceptor *acceptor);

/* When eio_acceptor_tick is to be called; INT64_MAX: not by itself. */
int64_t eio_acceptor_deadline(const struct eio_acceptor *acceptor);
enum sockfeed_result eio_acceptor_tick(struct eio_acceptor *acceptor,
                                       int64_t now) SOCKFEED_CHECK;

/* Result OK unless it failed: PROTOCOL, LOST (no heartbeat), TIMEOUT (no
 * namespace was joined), NOMEM, or what sending answered. */
const struct sockfeed_failure *eio_acceptor_failure(
    const struct eio_acceptor *acceptor);

#endif
