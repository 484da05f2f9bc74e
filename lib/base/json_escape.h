/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_ESCAPE_H
#define BASE_JSON_ESCAPE_H

#include "base/span.h"

#include <stdint.h>

/* Decodes the escape at the front of a part of a JSON string (RFC 8259,
 * section 7), two of them where they are a surrogate pair, and answers with
 * the bytes it took, or 0 where there is none. A surrogate alone is given as
 * it is; utf8_encode makes U+FFFD of it. */
size_t json_escape_decode(uint32_t *point, struct span text);

#endif
