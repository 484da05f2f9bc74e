/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_BACKLOG_H
#define CLI_OUTPUT_BACKLOG_H

#include "base/buf.h"
#include "base/span.h"

#include <stdint.h>

/*
 * Lines that were made and are not yet written, as one run of bytes:
 *
 *   out:  |#### written ####|-- waiting --|-- being appended --|
 *         0                head          end                 size
 *
 * Where lines may be dropped their lengths are kept as well, and a line that
 * was written in part moves to `rest`, which is written first: what is left
 * in `out` then begins with a whole line, and the oldest whole lines can go.
 */
struct backlog {
    struct buf out; /* lines are appended here, each ended by backlog_end */
    size_t head;
    size_t end; /* of the last whole line */

    bool droppable;
    struct buf lengths;   /* of the lines from `head` on */
    size_t lengths_head;  /* bytes of lengths that are used up */
    struct buf rest;      /* of a line whose beginning is written */
    size_t rest_head;     /* bytes of rest that are written */
    uint64_t dropped;     /* messages, in all */
    uint64_t run_dropped; /* messages, since backlog_take_dropped */
};

void backlog_init(struct backlog *backlog, bool droppable);

/* Fits a zeroed one. */
void backlog_deinit(struct backlog *backlog);

/* The bytes appended since the last call are a line; `message` when it counts
 * where it is dropped. What went wrong in appending shows in
 * backlog_result. */
void backlog_end(struct backlog *backlog, bool message);

/* OK; NOMEM or FULL once something could not be kept. */
enum sockfeed_result backlog_result(const struct backlog *backlog);

/* Bytes not written yet. */
size_t backlog_pending(const struct backlog *backlog);

/* The bytes that are written next, not all that are pending where something
 * was dropped behind them; to be told by backlog_wrote. */
struct span backlog_next(const struct backlog *backlog);
void backlog_wrote(struct backlog *backlog, size_t count);

/* Drops the oldest lines of which nothing is written until at most `limit`
 * bytes are pending or none is left. Only where lines may be dropped. */
void backlog_drop(struct backlog *backlog, size_t limit);

/* The messages dropped since the last call. */
uint64_t backlog_take_dropped(struct backlog *backlog);

/* Gives back the room of what is written, when that pays. */
void backlog_tidy(struct backlog *backlog);

/* Forgets all lines, and failures. */
void backlog_clear(struct backlog *backlog);

/* How many of the written bytes at the end of those still kept belong to a
 * line that is not written to its `terminator`. */
size_t backlog_partial(const struct backlog *backlog, char terminator);

#endif
