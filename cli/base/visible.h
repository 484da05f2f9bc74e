/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_VISIBLE_H
#define CLI_BASE_VISIBLE_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Makes text from elsewhere safe to show: what a terminal would act on, or
 * what would change how the rest of the line reads, becomes an escape that
 * can be read. That is C0 controls and DEL (`\n`, `\t`, `\x1b`), C1 controls,
 * line separators, marks, overrides and isolates of bidirectional text
 * (`\u202e`), what takes no room (`\u200b`), and bytes that are not UTF-8 (`\xff`). A backslash stays one:
 * this is for reading, not for reading back.
 */
void visible_append(struct buf *out, struct span text);

/* Appends the text as a JSON string, in its quotes, with the same characters
 * escaped: a record may be looked at on a terminal before a program reads it. */
void visible_append_json(struct buf *out, struct span text);

#endif
