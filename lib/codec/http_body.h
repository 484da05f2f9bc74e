/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_BODY_H
#define CODEC_HTTP_BODY_H

#include "base/result.h"
#include "codec/http_response.h"

/* The body of a response to GET or POST: by length, in chunks, or up to the
 * end of the connection (RFC 9112, section 6). */

/*
 *   LENGTH      left bytes, then DONE
 *   UNTIL_END   for ever
 *   CHUNK_SIZE  a line  -> CHUNK_DATA, or at size 0 TRAILER
 *   CHUNK_DATA  left bytes -> CHUNK_END
 *   CHUNK_END   an empty line -> CHUNK_SIZE
 *   TRAILER     lines up to an empty one -> DONE
 */
enum http_body_state {
    HTTP_BODY_LENGTH,
    HTTP_BODY_UNTIL_END,
    HTTP_BODY_CHUNK_SIZE,
    HTTP_BODY_CHUNK_DATA,
    HTTP_BODY_CHUNK_END,
    HTTP_BODY_TRAILER,
    HTTP_BODY_DONE,
};

struct http_body {
    enum http_body_state state;
    uint64_t left;  /* bytes of the body or the chunk to come */
    size_t trailer; /* bytes of it so far */
};

/* PROTOCOL when the head does not say how long the body is, or says it in two
 * ways. */
enum sockfeed_result http_body_init(
    struct http_body *body, struct malformed *malformed,
    const struct http_response *response) SOCKFEED_CHECK;

/*
 * Takes bytes of the body. The first *used of them are dealt with; among them
 * *piece views content, possibly none.
 * OK: the body is complete. AGAIN: call on with the rest. MORE: call again
 * with the bytes not used and those to come. PROTOCOL with `malformed`.
 */
enum sockfeed_result http_body_decode(struct http_body *body,
                                      struct span *piece, size_t *used,
                                      struct malformed *malformed,
                                      struct span data) SOCKFEED_CHECK;

#endif
