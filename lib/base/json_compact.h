/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_COMPACT_H
#define BASE_JSON_COMPACT_H

#include "base/buf.h"
#include "base/span.h"

/* Appends JSON text that has been checked without the LF and CR between its
 * tokens, so that it is one line; other white space stays. Only needed where
 * json_scan says multiline. A failure is the buffer's. */
void json_compact(struct buf *buf, struct span text);

#endif
