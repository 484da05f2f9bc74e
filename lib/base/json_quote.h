/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_QUOTE_H
#define BASE_JSON_QUOTE_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed/result.h"

/*
 * Text to JSON strings and back (RFC 8259, section 7).
 */

/* Appends the text as a JSON string in its quotes. Only what must be escaped
 * is: quote, backslash and the characters below U+0020. Bytes that are not
 * UTF-8 become U+FFFD, one for each maximal part of a sequence, so that the
 * result is always valid JSON. Failure stays in the buffer. */
void json_quote(struct buf *to, struct span text);

/* Appends the text of a JSON string token, which comes with its quotes:
 * escapes are resolved, surrogate pairs joined, lone surrogates become U+FFFD.
 * INVALID where the token is no JSON string, with a part of it perhaps
 * appended (that its bytes are UTF-8 is for json_scan to check); NOMEM,
 * FULL. */
enum sockfeed_result json_unquote(struct buf *to,
                                  struct span token) SOCKFEED_CHECK;

#endif
