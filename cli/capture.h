/* SPDX-License-Identifier: MIT */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Captures: NDJSON, one frame a line,
 * {"t":1700000000123456789,"conn":1,"dir":"in","op":"text","data":"42[…]"}.
 * Other members and other kinds of lines are passed over.
 */

enum capture_op {
    CAPTURE_OPEN,
    CAPTURE_TEXT,
    CAPTURE_BINARY,
    CAPTURE_PING,
    CAPTURE_PONG,
    CAPTURE_CLOSE,
    CAPTURE_HTTP,
};

struct capture_entry {
    int64_t time;        /* ns since the epoch */
    uint64_t connection; /* from 1 */
    bool incoming;
    enum capture_op op;
    struct span data; /* the frame's bytes; a view until the next entry */
};

/* As it stands in the file. */
const char *capture_op_name(enum capture_op op);

/* What is wrong with a file, and in which line (0: in none of them). */
struct capture_error {
    size_t line;
    char text[160];
};

struct capture {
    FILE *file;
    struct buf line; /* read last */
    size_t number;   /* its number, from 1 */
    struct buf data; /* of its entry */
};

/* Opens a capture for reading from its start. INVALID with the error set. The
 * capture is to be closed in every case. */
enum sockfeed_result capture_open(struct capture *capture, const char *path,
                                  struct capture_error *error) SOCKFEED_CHECK;
void capture_close(struct capture *capture);

/* Reads the next entry: OK, MORE at the end of the file, INVALID with the
 * error set, NOMEM. */
enum sockfeed_result capture_next(struct capture *capture,
                                  struct capture_entry *entry,
                                  struct capture_error *error) SOCKFEED_CHECK;

/* Goes back to the start. */
void capture_rewind(struct capture *capture);

#endif
