/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_VALUE_H
#define CLI_BASE_VALUE_H

#include "base/buf.h"
#include "base/span.h"

/* Single JSON values as people want to see them. */

/* Appends the text of a checked value: of a string what it says, of anything
 * else its JSON text. */
void value_append_text(struct buf *out, struct span value);

/* The same as a view: of the value where that is possible, else of `scratch`,
 * which is cleared first. Empty when scratch has failed. */
struct span value_text(struct buf *scratch, struct span value);

#endif
