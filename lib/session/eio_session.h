/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_SESSION_H
#define SESSION_EIO_SESSION_H

#include "codec/eio_packet.h"
#include "session/eio_handshake.h"

/*
 * The client's side of Engine.IO on a WebSocket, both revisions: open packet,
 * heartbeat, messages. Its owner hands it each WebSocket message and the time;
 * what it wants done comes through handlers.
 */
struct eio_session;

/*
 *   WAITING --- open packet ---> OPEN --- eio_session_close ---> CLOSED
 *      |                          |
 *      +------- failure ----------+---> FAILED
 *
 * In CLOSED and FAILED it takes no more input and calls no handler. Closing
 * sends nothing: over a WebSocket the close frame is all there is to say.
 */
enum eio_session_state {
    EIO_SESSION_WAITING,
    EIO_SESSION_OPEN,
    EIO_SESSION_CLOSED,
    EIO_SESSION_FAILED,
};

struct eio_session_config {
    enum eio_revision asked; /* the EIO= of the request */
    int spoken;  /* the revision that the transport has told; 0: not known */
    bool pinned; /* the user asked for it: a notice if it differs */
    bool alone;  /* no layer above will tell: see eio_session_revision */
    int64_t open_timeout; /* ms for the open packet to come */
    size_t max_message;   /* bytes of a message in base64, decoded */
};

/* Spans are views valid during the call. Inside a handler every function of
 * the session is legal but the receiving ones and the tick; a free is
 * deferred. */
struct eio_session_handlers {
    /* Sends a packet as a WebSocket message. A failure fails the session, or
     * is the answer of eio_session_send. */
    enum sockfeed_result (*send)(void *user, bool binary, struct span packet);
    void (*open)(void *user, const struct eio_handshake *handshake);
    /* `data` is the message, `frame` the WebSocket message it came in. */
    void (*message)(void *user, struct span data, struct span frame);
    void (*binary)(void *user, struct span data, struct span frame);
    /* One line for a person: the server speaks another revision than the
     * pinned one. May be NULL. */
    void (*notice)(void *user, const char *text);
};

/* Gives a session, to be freed by eio_session_free, or NULL when out of
 * memory. Copies configuration and handlers. `now`: the WebSocket is open. */
struct eio_session *eio_session_new(const struct eio_session_config *config,
                                    const struct eio_session_handlers *handlers,
                                    void *user, int64_t now);
void eio_session_free(struct eio_session *session);

enum eio_session_state eio_session_state(const struct eio_session *session);

/* Takes a WebSocket message. OK; CLOSED: the session was freed in a handler,
 * touch it no more; STATE: it was closed before; otherwise its failure. */
enum sockfeed_result eio_session_receive_text(struct eio_session *session,
                                              int64_t now,
                                              struct span frame) SOCKFEED_CHECK;
enum sockfeed_result eio_session_receive_binary(
    struct eio_session *session, int64_t now, struct span frame) SOCKFEED_CHECK;

/* Sends a message. STATE when not open, NOMEM, or what the handler answers. */
enum sockfeed_result eio_session_send_text(struct eio_session *session,
                                           struct span data) SOCKFEED_CHECK;
enum sockfeed_result eio_session_send_binary(struct eio_session *session,
                                             struct span data) SOCKFEED_CHECK;

/* The same for a text that is yet to be written: room for `size` bytes (NULL:
 * not open, or out of memory), which the second call sends. Nothing else of the session is
 * called between them. */
char *eio_session_compose_text(struct eio_session *session, size_t size);
enum sockfeed_result eio_session_send_composed(struct eio_session *session)
    SOCKFEED_CHECK;

/*
 * The revision in use. Until it is known for sure (asked for 4, an open packet
 * looks the same in both) it is the one asked for. The session finds out by
 * the heartbeat alone, in time for a server of revision 3 not to drop it; a
 * layer above may know earlier and says so. Where there is none, binary
 * messages tell: all of revision 3 begin with their type. One of revision 4 that
 * begins with that very byte is taken for one of 3, with a notice, where the
 * user has pinned nothing and until something else tells.
 */
enum eio_revision eio_session_revision(const struct eio_session *session);
bool eio_session_revision_known(const struct eio_session *session);
void eio_session_set_revision(struct eio_session *session, int64_t now,
                              enum eio_revision revision);

/* Counts a message packet that the caller has read by itself: all that
 * eio_session_receive_text would do, but for handing it on. False, with
 * nothing done, unless OPEN. */
bool eio_session_take_message(struct eio_session *session, int64_t now);

/* The open packet; zero while WAITING. Views the session. */
const struct eio_handshake *eio_session_handshake(
    const struct eio_session *session);

/* While the owner does not read: see eio_heartbeat_pause. */
void eio_session_pause(struct eio_session *session, int64_t now);
void eio_session_resume(struct eio_session *session, int64_t now);

void eio_session_close(struct eio_session *session);

/* When eio_session_tick is to be called; INT64_MAX: not by itself. The answers
 * of the tick are those of receiving. */
int64_t eio_session_deadline(const struct eio_session *session);
enum sockfeed_result eio_session_tick(struct eio_session *session,
                                      int64_t now) SOCKFEED_CHECK;

/* Fails the session with what a layer above found wrong; the first failure
 * stays. */
void eio_session_fail(struct eio_session *session,
                      const struct sockfeed_failure *failure);

/* Result OK unless FAILED. PROTOCOL, TIMEOUT (no open packet), LOST (no
 * heartbeat), NOMEM, or what sending answered. Views the session. */
const struct sockfeed_failure *eio_session_failure(
    const struct eio_session *session);

/* A guess to add where the connection broke before the open packet came (a
 * server that does not speak the revision asked for ends it in odd ways), or
 * NULL. Static. */
const char *eio_session_hint(const struct eio_session *session);

/* The same guess where there was no session yet. */
const char *eio_session_hint_for(enum eio_revision asked);

#endif
