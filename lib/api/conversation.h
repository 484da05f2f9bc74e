/* SPDX-License-Identifier: MIT */
#ifndef API_CONVERSATION_H
#define API_CONVERSATION_H

#include "base/span.h"
#include "sockfeed/event.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What is spoken on top of a connection's WebSocket: Engine.IO, or Socket.IO
 * on Engine.IO. It turns WebSocket messages into events of the library and
 * messages to be sent into WebSocket messages.
 */
struct conversation;
struct sio_recovery;

struct conversation_config {
    enum sockfeed_protocol protocol; /* EIO or SIO */
    int eio;                         /* revision asked for, 3 or 4 */
    int eio_spoken;                  /* where the carrier has told it, or 0 */
    bool eio_pinned;                 /* by the user */
    const struct span *namespaces;   /* SIO: wanted, at least one */
    size_t namespace_count;
    struct span auth;              /* SIO: JSON object, or empty */
    struct span query;             /* SIO: of the user's URL, encoded */
    int64_t open_timeout;          /* ms for the open packet */
    int64_t connect_timeout;       /* ms for answers to CONNECT */
    size_t max_message;            /* bytes */
    unsigned max_attachments;      /* SIO: of one packet */
    bool msgpack;                  /* SIO: of socket.io-msgpack-parser */
    struct sio_recovery *recovery; /* SIO: see sio_session.h; or NULL */
    bool strip_offset;
    bool unchecked; /* the JSON of events is not looked at: a MESSAGE is only
                       the sign of one, and may not come */
};

/* Inside a handler every function below is legal but the receiving one, the
 * tick and the free. */
struct conversation_handlers {
    enum sockfeed_result (*send)(void *user, bool binary, struct span packet);
    /* MESSAGE, MESSAGES, ANSWER, REFUSED, LEFT, NOTICE, STEP. */
    void (*event)(void *user, struct sockfeed_event *event);
    /* Messages can be sent. Once. */
    void (*ready)(void *user);
};

/* Copies all it is given. INVALID, FULL, NOMEM. */
enum sockfeed_result conversation_new(
    struct conversation **conversation,
    const struct conversation_config *config,
    const struct conversation_handlers *handlers, void *user,
    int64_t now) SOCKFEED_CHECK;
void conversation_free(struct conversation *conversation);

/* Takes a WebSocket message. OK, or the failure that conversation_failure
 * tells. */
enum sockfeed_result conversation_receive(struct conversation *conversation,
                                          int64_t now, bool binary,
                                          struct span frame) SOCKFEED_CHECK;

/* SIO: see sio_session_receive_texts and sio_session_pass_texts. */
size_t conversation_receive_texts(struct conversation *conversation,
                                  int64_t now,
                                  const struct sockfeed_text *frames,
                                  size_t count);
size_t conversation_pass_texts(struct conversation *conversation, int64_t now,
                               const struct sockfeed_text *frames,
                               size_t count);

/* INVALID: not a type for this protocol; STATE: not ready, or the namespace is
 * not joined; else what the send handler answers. */
enum sockfeed_result conversation_send(struct conversation *conversation,
                                       const struct sockfeed_outgoing *message)
    SOCKFEED_CHECK;

/* Socket.IO: see sio_session_call and sio_session_acknowledge. INVALID in any
 * other protocol. ANSWER comes with the id as the number of the call. */
enum sockfeed_result conversation_call(struct conversation *conversation,
                                       const struct sockfeed_outgoing *message,
                                       uint64_t id,
                                       int64_t deadline) SOCKFEED_CHECK;
enum sockfeed_result conversation_acknowledge(struct conversation *conversation,
                                              struct span space, uint64_t id,
                                              struct span array) SOCKFEED_CHECK;

/* SIO: whether a namespace is joined; true without Socket.IO. */
bool conversation_has_joined(const struct conversation *conversation,
                             struct span space);

/* SIO: see sio_session_is_late. */
bool conversation_is_late(const struct conversation *conversation);

/* SIO: see sio_session_recovered and sio_session_all_recovered. */
bool conversation_recovered(const struct conversation *conversation,
                            struct span space);
bool conversation_all_recovered(const struct conversation *conversation);

void conversation_pause(struct conversation *conversation, int64_t now);
void conversation_resume(struct conversation *conversation, int64_t now);

/* Says goodbye as far as the protocol has a word for it. */
void conversation_close(struct conversation *conversation);

int64_t conversation_deadline(const struct conversation *conversation);
enum sockfeed_result conversation_tick(struct conversation *conversation,
                                       int64_t now) SOCKFEED_CHECK;

/* Engine.IO's revision in use. */
int conversation_revision(const struct conversation *conversation);

/* Result OK unless it failed; a view. */
const struct sockfeed_failure *conversation_failure(
    const struct conversation *conversation);

/* Adds to the text of a broken connection's failure why it may have broken as
 * early as it did, where that can be guessed. Fits NULL. */
void conversation_explain(const struct conversation *conversation,
                          struct sockfeed_failure *failure);

#endif
