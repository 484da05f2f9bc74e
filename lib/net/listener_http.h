/* SPDX-License-Identifier: MIT */
#ifndef NET_LISTENER_HTTP_H
#define NET_LISTENER_HTTP_H

#include "base/buf.h"
#include "base/span.h"
#include "net/listener_request.h"

#include <stdbool.h>

/* The requests of a connection, one after the other. */

struct lws;
struct loop_watch;

/*
 *   IDLE --head--> BODY --its end--> WAITING --listener_http_answer--> WRITING
 *     |             +--listener_http_answer, and its end--> WRITING
 *     +--head without a body--> WAITING
 *
 *   WRITING --all is written--> IDLE
 */
enum listener_http_state {
    LISTENER_HTTP_IDLE,
    LISTENER_HTTP_BODY,
    LISTENER_HTTP_WAITING,
    LISTENER_HTTP_WRITING,
};

struct listener_http {
    enum listener_http_state state;
    bool answered; /* there is an answer */
    bool closing;  /* the connection is closed after it */
    bool bodyless; /* what asked was HEAD */
    bool too_large;
    void *user;               /* what the handler gave for this request */
    struct buf body;          /* of the request */
    struct buf answer;        /* with libwebsockets' headroom before it */
    struct loop_watch *watch; /* while it waits or is written: whether its
                                 client is there, and takes more */
    char origin[LISTENER_FIELD];
};

/* Writes a refusal of an upgrade, after which the connection is to be
 * closed. */
void listener_http_refuse(struct lws *wsi, const char *text);

void listener_http_init(struct listener_peer *peer);
void listener_http_deinit(struct listener_peer *peer);

/* What libwebsockets tells, and is to be answered: 0, or -1 to close. */
int listener_http_head(struct listener_peer *peer);
int listener_http_body(struct listener_peer *peer, const void *data,
                       size_t size);
int listener_http_body_end(struct listener_peer *peer);

/* The connection is gone. */
void listener_http_gone(struct listener_peer *peer);

#endif
