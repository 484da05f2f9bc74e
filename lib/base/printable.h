/* SPDX-License-Identifier: MIT */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include "base/span.h"

#include <stdint.h>

/* Whether a terminal would act on the code point, or would show the text around
 * it as something else than it is: C0, DEL and C1, line separators, what turns
 * the direction of text, what is there and cannot be seen. The joiners that
 * scripts and emoji are written with (U+200C, U+200D) are none of these. */
bool printable_is_hidden(uint32_t point);

/* Copies a peer's words into a sentence for people, with a NUL at the end:
 * hidden characters and bytes that are no UTF-8 become "?".
 * What does not fit into `capacity` (at least 1) is cut, between characters.
 * Answers with the bytes written before the NUL. */
size_t printable_copy(char *to, size_t capacity, struct span text);

/* The first line that is not blank, without white space around it; empty when
 * there is none. */
struct span printable_first_line(struct span text);

#endif
