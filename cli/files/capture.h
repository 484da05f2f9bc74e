/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_CAPTURE_H
#define CLI_FILES_CAPTURE_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/files/capture_file.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

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
    struct span data; /* the frame's bytes, CLOSE: the reason; a view until the
                         next entry */
    enum sockfeed_protocol protocol; /* OPEN: what is spoken; AUTO: not said */
    uint16_t code;                   /* CLOSE; 0: none */
};

/* As it stands in the file. */
const char *capture_op_name(enum capture_op op);

/* What is wrong with a file, and in which line (0: in none of them). */
struct capture_error {
    size_t line;
    char text[160];
};

/* "FILE:LINE: what", into `text`. */
void capture_error_text(char *text, size_t size, const char *path,
                        const struct capture_error *error);

struct capture {
    struct capture_file file;
    struct buf text;  /* read and not yet used up */
    size_t at;        /* of it: where the next line begins */
    struct span line; /* read last */
    size_t number;    /* its number, from 1 */
    struct buf data;  /* of its entry */
    bool cut;         /* at the end: a last line was cut off and left out */
};

/* Opens a capture for reading from its start. INVALID with the error set. The
 * capture is to be closed in every case. */
enum sockfeed_result capture_open(struct capture *capture, const char *path,
                                  struct capture_error *error) SOCKFEED_CHECK;
void capture_close(struct capture *capture);

/* Reads the next entry: OK, MORE at the end of the file, INVALID with the
 * error set, NOMEM. A last line that a recording could not finish is left
 * out. */
enum sockfeed_result capture_next(struct capture *capture,
                                  struct capture_entry *entry,
                                  struct capture_error *error) SOCKFEED_CHECK;

/* Goes back to the start. */
void capture_rewind(struct capture *capture);

#endif
