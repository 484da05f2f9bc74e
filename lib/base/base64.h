/* SPDX-License-Identifier: MIT */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

/*
 * Base64 in its standard alphabet (RFC 4648, section 4), without line breaks.
 */

/* How many characters encode `size` bytes, padding included. `size` is at
 * most SIZE_MAX / 2. */
size_t base64_encoded_size(size_t size);

/* Writes exactly base64_encoded_size(bytes.size) characters, no NUL. */
void base64_encode(char *to, struct span bytes);

/* Appends the encoding of the bytes. */
void base64_append(struct buf *to, struct span bytes);

/* How many bytes the text decodes to if it is well-formed; base64_decode
 * never writes more. */
size_t base64_decoded_size(struct span text);

/*
 * Decodes text with its padding, or with none at all. Writes exactly
 * base64_decoded_size(text) bytes; `to` may be text.data, to decode in place.
 * PROTOCOL where the text holds other characters, half a group, padding that
 * is short or misplaced, or bits behind the last byte that are not zero (they
 * would make two texts of one value; RFC 4648, 3.5): what `to` then holds is
 * undefined.
 */
enum sockfeed_result base64_decode(char *to, struct span text,
                                   struct malformed *malformed) SOCKFEED_CHECK;

#endif
