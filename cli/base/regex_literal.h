/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_REGEX_LITERAL_H
#define CLI_BASE_REGEX_LITERAL_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Most patterns for a feed hold a plain text that every match contains
 * ("BTC" in `"s":"BTC.*"`). Looking for it first is cheaper than the pattern
 * where most messages do not match.
 */

/* Appends the longest such text of a valid pattern that was compiled without
 * options; nothing where there is none of three bytes or more, or where the
 * pattern uses what is not understood here. */
void regex_literal(struct buf *literal, struct span pattern);

/* Whether the literal stands in the text. */
bool regex_literal_in(struct span literal, struct span text);

#endif
