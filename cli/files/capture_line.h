/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_CAPTURE_LINE_H
#define CLI_FILES_CAPTURE_LINE_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed.h"

#include <stdint.h>

/*
 * The lines of a capture as they are written (sockfeed-capture(5)), each with
 * its line feed. `time` is in ns since the epoch, `connection` counts from 1.
 */

/* How every line of ours begins, so that a file of them can be told. */
#define CAPTURE_LINE_SIGNATURE "{\"t\":"

/* What a connection is: its URL as it may be shown, the protocol that is
 * spoken over it. */
void capture_line_open(struct buf *out, int64_t time, uint64_t connection,
                       const char *url, enum sockfeed_protocol protocol);

/* A frame, with `data` as what is in it. */
void capture_line_frame(struct buf *out, int64_t time, uint64_t connection,
                        const struct sockfeed_event *event, struct span data);

#endif
