/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_SESSION_INSIDE_H
#define SESSION_SIO_SESSION_INSIDE_H

#include "session/eio_session.h"
#include "session/sio_ack.h"
#include "session/sio_namespace.h"
#include "session/sio_reader.h"
#include "session/sio_session.h"

/* What sio_session.c, the session's life and its events, and sio_joining.c,
 * its namespaces, have in common. Nobody else looks in here. */

enum {
    SIO_SESSION_REASON_SIZE = 256,
};

struct sio_session {
    struct sio_session_config config; /* its spans: see below */
    struct sio_session_handlers handlers;
    void *user;
    struct eio_session *engine;
    enum sio_session_state state;
    struct sio_namespace_set spaces;
    const struct sio_namespace *root; /* in spaces; NULL: not wanted */
    struct sio_reader reader;
    struct sio_ack_set acks;
    struct buf auth;          /* owned copies of the configuration's */
    struct buf query;         /* likewise */
    struct buf space;         /* a namespace with its query, while it is sent */
    struct buf payload;       /* of a CONNECT that resumes, while it is sent */
    struct buf stripped;      /* an event without its offset */
    bool root_came;           /* the server has joined or refused the root */
    bool late;                /* see sio_session_is_late */
    int64_t now;              /* of the call we are in */
    int64_t ask_at;           /* CONNECT is due; INT64_MAX: not by the clock */
    int64_t connect_deadline; /* while OPENING, from the open packet on */
    int64_t paused_at;        /* INT64_MAX: not paused */
    enum sockfeed_result end; /* what the last namespace was lost to */
    char reason[SIO_SESSION_REASON_SIZE]; /* likewise, in words */
    struct sockfeed_failure failure;
    unsigned depth; /* calls that are inside a handler, or may get there */
    bool freed;     /* inside one: to be destroyed when they return */
};

bool sio_session_is_live(const struct sio_session *session);

/* Ends the session; the first failure stays. The text is in two parts. */
void sio_session_fail(struct sio_session *session, enum sockfeed_result result,
                      const char *text, const char *detail);

/* The namespace has ended: what it was asked will not be answered. */
void sio_session_end_calls(struct sio_session *session,
                           const struct sio_namespace *space,
                           enum sockfeed_result result);

#endif
