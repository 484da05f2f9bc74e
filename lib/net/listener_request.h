/* SPDX-License-Identifier: MIT */
#ifndef NET_LISTENER_REQUEST_H
#define NET_LISTENER_REQUEST_H

#include "net/listener.h"

/* A request's head, while libwebsockets still has it. */

struct lws;

enum {
    LISTENER_PATH = 2048,
    LISTENER_QUERY = 4096,
    LISTENER_FIELD = 256 /* of a header that is looked at */
};

/* Room for the text of a request. */
struct listener_text {
    char path[LISTENER_PATH];
    char query[LISTENER_QUERY];
    char content_type[LISTENER_FIELD];
};

/* What is asked for; views `text`. What is longer than its room is empty or
 * cut. */
struct listener_request listener_request_read(struct lws *wsi,
                                              struct listener_text *text);

/* A header, by libwebsockets' number for it, with a NUL behind it; empty where
 * there is none, or one that is too long. */
struct span listener_request_field(struct lws *wsi, int token, char *to,
                                   size_t size);

/* Whether the connection ends after this request (RFC 9112, 9.3), as
 * libwebsockets decides it too. */
bool listener_request_last(struct lws *wsi);

/* Whether libwebsockets is going to read a body: it takes a POST without a
 * length for one without an end. */
bool listener_request_body(struct lws *wsi,
                           const struct listener_request *request);

/* The first subprotocol that is offered, into `to` with a NUL; empty where
 * there is none that fits. */
void listener_request_subprotocol(struct lws *wsi, char *to, size_t size);

#endif
