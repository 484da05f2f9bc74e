/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_SESSION_H
#define SESSION_SIO_SESSION_H

#include "base/span.h"
#include "codec/eio_packet.h"
#include "session/sio_event.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdint.h>

struct eio_handshake;
struct eio_session;
struct sio_recovery;

/*
 * The client's side of Socket.IO on a WebSocket, revisions 4 and 5, with its
 * own Engine.IO session below. It joins the namespaces that are wanted,
 * whichever revision the server turns out to speak, and delivers their events.
 */
struct sio_session;

/*
 *   OPENING --- every namespace joined or refused ---> READY
 *      |                                                 |
 *      +---- sio_session_close, or a failure ------------+--> OVER
 *
 * Having joined none, or having lost the last one, is a failure. In OVER it
 * takes no more input and calls no handler.
 */
enum sio_session_state {
    SIO_SESSION_OPENING,
    SIO_SESSION_READY,
    SIO_SESSION_OVER,
};

struct sio_session_config {
    enum eio_revision asked; /* the EIO= of the request */
    int spoken;  /* the revision that the transport has told; 0: not known */
    bool pinned; /* the user asked for it: see sio_session_is_late */
    const struct span *namespaces; /* wanted; each with its slash */
    size_t namespace_count;        /* at least 1 */
    struct span auth;  /* checked JSON object for CONNECT; empty: none. Towards
                          revision 4 its members become a query */
    struct span query; /* of the user's URL, percent-encoded, "a=1&b=2"; stands
                          with the namespace towards revision 4. May be empty */
    int64_t open_timeout;          /* ms for the open packet */
    int64_t connect_timeout;       /* ms from then for answers to CONNECT */
    size_t max_message;            /* bytes of a message with its attachments */
    unsigned max_attachments;      /* of one packet; 0: LIMIT_ATTACHMENTS */
    struct sio_recovery *recovery; /* of the same namespaces, must outlive the
                                      session; NULL: none is asked for */
    bool strip_offset;             /* is taken off events that have one */
    unsigned scan;  /* JSON_SCAN_ flags that are true of every frame received */
    bool unchecked; /* events are not looked at: see sio_packet.h */
    bool msgpack;   /* the server uses socket.io-msgpack-parser */
};

/* How an event that asked for an acknowledgement was answered. */
struct sio_answer {
    const char *space;
    uint64_t id;
    enum sockfeed_result result; /* OK; TIMEOUT; CLOSED, NAMESPACE: the
                                    namespace has ended */
    struct span data; /* OK: the JSON array; empty where none was sent */
    struct span args; /* its elements, without the brackets */
    size_t arg_count;
};

/* Views are valid during the call. Inside a handler every function of the
 * session is legal but the receiving ones and the tick; a free is deferred.
 * None may be NULL but `answered` where nothing is called, and `opened`. */
struct sio_session_handlers {
    /* Sends a WebSocket message. A failure fails the session, or is the
     * answer of sio_session_emit. */
    enum sockfeed_result (*send)(void *user, bool binary, struct span packet);
    /* Events in their order, at least one: several only of those that
     * sio_session_receive_texts has taken. */
    void (*events)(void *user, const struct sockfeed_message *events,
                   size_t count);
    /* The open packet has come; may be NULL. */
    void (*opened)(void *user, const struct eio_handshake *handshake);
    /* The namespace can be sent to; events kept for it follow. */
    void (*joined)(void *user, const char *space);
    /* The server refused it, possibly after it was joined, or did not answer.
     * The session may live on with others. */
    void (*refused)(void *user, const char *space, const char *reason);
    /* The server ended it. */
    void (*left)(void *user, const char *space);
    /* All that were wanted are joined or refused, one at least joined. Once. */
    void (*ready)(void *user);
    /* One line for a person. */
    void (*notice)(void *user, const char *text);
    /* To each sio_session_call, once; but what is still waited for when the
     * session is over has failed without a word. */
    void (*answered)(void *user, const struct sio_answer *answer);
};

/* Gives a session, to be freed by sio_session_free. Copies all it is given.
 * `now`: the WebSocket is open. INVALID: a namespace that cannot be; FULL: too
 * many; NOMEM. */
enum sockfeed_result sio_session_new(
    struct sio_session **session, const struct sio_session_config *config,
    const struct sio_session_handlers *handlers, void *user,
    int64_t now) SOCKFEED_CHECK;
void sio_session_free(struct sio_session *session);

enum sio_session_state sio_session_state(const struct sio_session *session);

/* Takes a WebSocket message. OK; CLOSED: the session was freed in a handler,
 * touch it no more; STATE: it was closed before; otherwise its failure. */
enum sockfeed_result sio_session_receive_text(struct sio_session *session,
                                              int64_t now,
                                              struct span frame) SOCKFEED_CHECK;
enum sockfeed_result sio_session_receive_binary(
    struct sio_session *session, int64_t now, struct span frame) SOCKFEED_CHECK;

/* Takes WebSocket messages as long as they are plain events of the root
 * namespace, as nearly all of a feed are; answers how many it took. The next
 * one is for sio_session_receive_text, also to say what is wrong. */
size_t sio_session_receive_texts(struct sio_session *session, int64_t now,
                                 const struct sockfeed_text *frames,
                                 size_t count);

/* The same of events that nobody looks into: none is reported. */
size_t sio_session_pass_texts(struct sio_session *session, int64_t now,
                              const struct sockfeed_text *frames, size_t count);

/* Whether it has failed since the server, which was asked for revision 4, is of
 * revision 3: it judges the root by the request, where the auth payload was
 * not, or may have joined the root twice, having been slow to show what it is. A
 * session of a pinned revision goes on all the same. */
bool sio_session_is_late(const struct sio_session *session);

/* Whether the namespace can be sent to now. */
bool sio_session_joined(const struct sio_session *session, struct span space);

/* Whether it goes on where the last connection ended: nothing was missed. What
 * comes before its CONNECT says so does, too. */
bool sio_session_recovered(const struct sio_session *session,
                           struct span space);

/* The same of all that are joined. */
bool sio_session_all_recovered(const struct sio_session *session);

/* Sends an event: a checked JSON array whose first element is the name. The
 * bytes of objects {"$base64":"..."} in it go as attachments. STATE unless the
 * namespace is joined, INVALID where that is no base64, FULL, NOMEM, or what
 * the handler answers. */
enum sockfeed_result sio_session_emit(struct sio_session *session,
                                      struct span space,
                                      struct span array) SOCKFEED_CHECK;

/* The same with an acknowledgement asked for, until `deadline`. The id is the
 * caller's, for it must not be used twice in a namespace, also after a
 * reconnect: at most 2^53 - 1. Besides: STATE where the namespace waits for
 * the id already, FULL when LIMIT_ACKS are waited for. */
enum sockfeed_result sio_session_call(struct sio_session *session,
                                      struct span space, struct span array,
                                      uint64_t id,
                                      int64_t deadline) SOCKFEED_CHECK;

/* Answers an event that came with this id, which is to be done at most once,
 * with a checked JSON array of arguments. Results as of sio_session_emit. */
enum sockfeed_result sio_session_acknowledge(struct sio_session *session,
                                             struct span space, uint64_t id,
                                             struct span array) SOCKFEED_CHECK;

/* The Engine.IO session below: its revision, handshake, hint. */
const struct eio_session *sio_session_engine(const struct sio_session *session);

/* While the owner does not read: see eio_heartbeat_pause. */
void sio_session_pause(struct sio_session *session, int64_t now);
void sio_session_resume(struct sio_session *session, int64_t now);

/* Whether a namespace is joined, or may be yet: to be asked when one was
 * refused or has ended. Where none is left the session is about to fail, and
 * its failure names that one. */
bool sio_session_lives_on(const struct sio_session *session);

/* Leaves the namespaces that are joined, with a DISCONNECT each. */
void sio_session_close(struct sio_session *session);

/* When sio_session_tick is to be called; INT64_MAX: not by itself. */
int64_t sio_session_deadline(const struct sio_session *session);
enum sockfeed_result sio_session_tick(struct sio_session *session,
                                      int64_t now) SOCKFEED_CHECK;

/* Result OK unless it failed. PROTOCOL, TIMEOUT (no open packet, no answer),
 * LOST (no heartbeat), NAMESPACE (the last one was refused), CLOSED (the
 * server ended the last one), NOMEM, or what sending answered. */
const struct sockfeed_failure *sio_session_failure(
    const struct sio_session *session);

#endif
