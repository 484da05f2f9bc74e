/* SPDX-License-Identifier: MIT */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

/*
 * Percent-encoding (RFC 3986, 2.1). Appending functions leave their failure
 * in the buffer.
 */

/* Appends a key or a value for a query, encoded as JavaScript's
 * encodeURIComponent does it: all but letters, digits and -_.!~*'(), space
 * as %20. */
void percent_encode(struct buf *to, struct span text);

/* Appends what is URL syntax already (a path, a query) with only those bytes
 * encoded that may stand in no URL: space, controls, non-ASCII, "<>\^`{|}.
 * Escapes already there stay. */
void percent_encode_foreign(struct buf *to, struct span text);

/* Appends the text with its escapes decoded; '+' stays itself. INVALID where
 * a '%' is not followed by two hexadecimal digits, with a part perhaps
 * appended; NOMEM, FULL. */
enum sockfeed_result percent_decode(struct buf *to, struct span text,
                                    struct malformed *malformed) SOCKFEED_CHECK;

#endif
