/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_BYTES_H
#define BASE_JSON_BYTES_H

#include "base/buf.h"
#include "base/span.h"

/*
 * How bytes stand in JSON: {"$base64":"..."}, an object of this one member.
 */

extern const char json_bytes_key[]; /* $base64 */

/* Appends such an object. Failure stays in the buffer. */
void json_bytes_append(struct buf *to, struct span bytes);

/* Whether the checked JSON may hold such an object: its key stands in it. */
bool json_bytes_mentioned(struct span json);

/* The string token of the base64 where the checked JSON object is one, else
 * the empty span. */
struct span json_bytes_find(struct span object);

/* Appends the bytes of a checked JSON string token in base64. INVALID where
 * that is no base64; NOMEM, FULL. */
enum sockfeed_result json_bytes_decode(struct buf *to,
                                       struct span token) SOCKFEED_CHECK;

#endif
