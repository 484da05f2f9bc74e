/* SPDX-License-Identifier: MIT */
#ifndef NET_WS_TRACE_H
#define NET_WS_TRACE_H

#include "base/span.h"

struct http_response;

/* The heads of the handshake as lines for people: "> GET / HTTP/1.1", "<
 * HTTP/1.1 101 Switching Protocols". Values that let others in (cookies,
 * credentials, whatever the user added to the query) are masked, control
 * characters are made visible. */
typedef void (*ws_trace_line)(void *user, const char *line);

void ws_trace_request(struct span request, ws_trace_line trace, void *user);
void ws_trace_response(const struct http_response *response,
                       ws_trace_line trace, void *user);

#endif
