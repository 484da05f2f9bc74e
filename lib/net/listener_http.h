/* SPDX-License-Identifier: MIT */
#ifndef NET_LISTENER_HTTP_H
#define NET_LISTENER_HTTP_H

#include "base/span.h"

/* The HTTP side of net/listener: what was asked for, and short answers. */

struct lws;

enum {
    LISTENER_PATH_SIZE = 2048,
    LISTENER_QUERY_SIZE = 4096
};

/* Room for the text of a request. */
struct listener_text {
    char path[LISTENER_PATH_SIZE];
    char query[LISTENER_QUERY_SIZE];
};

/* While libwebsockets still has the request: its path and its query. What is
 * longer than its room is empty or cut. */
struct span listener_http_path(struct lws *wsi, struct listener_text *text);
struct span listener_http_query(struct lws *wsi, struct listener_text *text);

/* Writes a whole answer, after which the connection is to be closed. The body
 * is JSON when it begins with a brace. */
void listener_http_answer(struct lws *wsi, int status, const char *body);

#endif
