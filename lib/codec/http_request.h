/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_REQUEST_H
#define CODEC_HTTP_REQUEST_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"

/*
 * Writes the head of an HTTP/1.1 request: begin, any number of headers, end.
 * What comes from outside must have passed the checks, here and in
 * http_header.h; that is how no CR or LF gets into a request. Whether it all
 * fitted is told by buf_result.
 */

/* Whether the bytes can be a request target in origin form (RFC 9112, 3.2.1):
 * a slash, then no space, control or non-ASCII character, and no fragment. */
enum sockfeed_result http_request_check_target(
    struct span target, struct malformed *malformed) SOCKFEED_CHECK;

void http_request_begin(struct buf *request, const char *method,
                        struct span target);
void http_request_header(struct buf *request, struct span name,
                         struct span value);

/* Host (RFC 9112, 3.2): brackets around an IPv6 address that has none, and
 * the port unless it is the one that http, or https when `secure`, implies. */
void http_request_host(struct buf *request, struct span host, unsigned port,
                       bool secure);

void http_request_end(struct buf *request);

#endif
