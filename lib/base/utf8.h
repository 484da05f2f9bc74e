/* SPDX-License-Identifier: MIT */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above
 * U+10FFFF.
 */

/* The offset of the first byte that does not begin or continue a valid
 * sequence (of a sequence cut short by the end: its first byte), or text.size
 * when all of it is valid. Reads nothing past the end. */
size_t utf8_check(struct span text);

/*
 * The same over a text that comes in parts, as RFC 6455 (8.1) needs it for
 * fragmented messages. All zero bytes are the state before the first part.
 *
 *   need == 0: between sequences
 *   need 1..3: so many continuation bytes are missing, and the next of them
 *              lies between low and high
 */
struct utf8_state {
    uint8_t need;
    uint8_t low;
    uint8_t high;
    bool broken; /* sticky: an invalid byte was fed */
};

/* Feeds a part and answers with the offset in it of the first byte after
 * which nothing could make the text valid, or part.size. Invalid sequences
 * are refused at their first impossible byte, not at their end. */
size_t utf8_feed(struct utf8_state *state, struct span part);

/* True when what was fed may end here: valid and not inside a sequence. */
bool utf8_complete(const struct utf8_state *state);

/* Decodes the first code point of the text and answers with its size in
 * bytes, or 0 where the text is empty or begins with an invalid sequence. */
size_t utf8_decode(uint32_t *point, struct span text);

/* Writes a code point and answers with its size. What UTF-8 has no form for,
 * surrogates and numbers above U+10FFFF, is written as U+FFFD. */
size_t utf8_encode(char to[4], uint32_t point);

/* The length of valid UTF-8 in UTF-16 code units, as JavaScript counts it. */
size_t utf8_utf16_length(struct span text);

#endif
