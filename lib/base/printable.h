/* SPDX-License-Identifier: MIT */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include "base/span.h"

/* Copies a peer's words into a sentence for people, with a NUL at the end:
 * control characters (C0, DEL, C1) and bytes that are no UTF-8 become "?".
 * What does not fit into `capacity` (at least 1) is cut, between characters.
 * Answers with the bytes written before the NUL. */
size_t printable_copy(char *to, size_t capacity, struct span text);

/* The first line that is not blank, without white space around it; empty when
 * there is none. */
struct span printable_first_line(struct span text);

#endif
