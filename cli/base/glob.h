/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_GLOB_H
#define CLI_BASE_GLOB_H

#include "base/result.h"
#include "base/span.h"

/*
 * Shell patterns for names: `*` any text, `?` one character, `[a-z]` and
 * `[!a-z]` one character of a set, a backslash before a character for itself.
 * All of the name must match; case counts. Characters are code points.
 */

/* INVALID where a set does not end, or a backslash ends the pattern. */
enum sockfeed_result glob_check(struct malformed *malformed,
                                struct span pattern) SOCKFEED_CHECK;

/* The pattern has been checked. Takes time linear in the name for each `*`
 * of the pattern. */
bool glob_match(struct span pattern, struct span name);

#endif
