/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_RESPONSE_H
#define CODEC_HTTP_RESPONSE_H

#include "base/limits.h"
#include "codec/http_header.h"

#include <stdint.h>

/*
 * The head of an HTTP/1.x response (RFC 9112), read strictly: lines end in
 * CRLF, header lines are not folded. Everything in it views the input of the
 * last call.
 */
struct http_response {
    unsigned minor; /* HTTP/1.minor: 0 or 1 */
    unsigned status;
    struct span line;   /* the status line */
    struct span reason; /* its reason phrase, possibly empty */
    size_t header_count;
    struct http_header headers[LIMIT_HTTP_HEADERS];
    size_t scanned; /* input of the calls so far, known to hold no end */
};

void http_response_init(struct http_response *response);

/*
 * Reads a head from the start of `data`; after MORE it is called again with
 * the same bytes and those that have come.
 * OK: the first *used bytes were the head. PROTOCOL with `malformed`: this is
 * no response, or one above LIMIT_HTTP_HEAD or LIMIT_HTTP_HEADERS.
 */
enum sockfeed_result http_response_decode(struct http_response *response,
                                          size_t *used,
                                          struct malformed *malformed,
                                          struct span data) SOCKFEED_CHECK;

/* Header names compare without case. The first such header, or NULL. */
const struct http_header *http_response_find(
    const struct http_response *response, const char *name);

/* How many lines have this name. */
size_t http_response_count(const struct http_response *response,
                           const char *name);

/* Whether one of the comma-separated lists of this name has the token. */
bool http_response_has(const struct http_response *response, const char *name,
                       const char *token);

/* OK, MORE when there is no Content-Length, PROTOCOL when it is no number,
 * above 2^63 - 1, or there are several that differ. */
enum sockfeed_result http_response_length(const struct http_response *response,
                                          uint64_t *length) SOCKFEED_CHECK;

/* A status with which the server sends elsewhere (RFC 9110, 15.4). */
bool http_response_is_redirect(unsigned status);

#endif
