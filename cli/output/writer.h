/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_WRITER_H
#define CLI_OUTPUT_WRITER_H

#include "cli/base/outlet.h"
#include "cli/output/backlog.h"
#include "sockfeed.h"

#include <stdint.h>
#include <string.h>

/*
 * Standard output: lines are collected while one read of a connection is
 * parsed and written with one call when it is, or when LIMIT_OUTPUT_BLOCK
 * bytes have come together. What a slow reader does not take waits here, up
 * to a limit, while the loop goes on.
 *
 *   OPEN --pending above the limit--> FULL --half of it written--> OPEN
 *   OPEN, FULL --EPIPE--> GONE     OPEN, FULL --any other error--> FAILED
 *
 * A prompt reader is given a few milliseconds (FULL, far below the limit)
 * before more is kept for it than stays in the processor's cache.
 *
 * When lines may be dropped there is no FULL: the oldest whole lines go. A
 * line of which a part is written is never cut.
 */

enum writer_state {
    WRITER_OPEN,
    WRITER_FULL,
    WRITER_GONE,
    WRITER_FAILED,
};

/* The callbacks come from the loop, never from inside a writer_ function but
 * `line`, and `dropped`, which writer_finish makes too. */
struct writer_config {
    int descriptor; /* writer_standard_output(), but in tests */
    size_t limit;   /* bytes that may wait */
    bool drop;      /* above it drop the oldest lines */
    int terminator; /* the byte that ends lines, or -1 where none does */
    void (*room)(void *user);                    /* FULL is over */
    void (*ended)(void *user);                   /* GONE or FAILED */
    void (*dropped)(void *user, uint64_t count); /* a run of drops is over */
    /* Each line as it comes, a view, from inside writer_end; NULL: nobody
     * else wants them. */
    void (*line)(void *user, struct span line);
    void (*writing)(void *user); /* before each write; NULL: nobody asks */
    void *user;
};

struct writer {
    /* Lines are appended to lines.out, each followed by writer_end. */
    struct backlog lines;
    size_t mark; /* up to this size of lines.out there is room, and nothing
                    to do about what waits */

    enum writer_state state;
    bool waiting; /* the outlet takes nothing now; the loop watches it */
    bool patient; /* the reader was prompt until now */
    struct sockfeed_timer *patience; /* NULL before it was needed; ends it */
    struct writer_config config;
    struct outlet outlet;
    bool opened; /* the outlet is there to be closed */
    struct sockfeed_loop *loop;
    struct sockfeed_watch *watch; /* NULL before anything had to wait */

    int64_t dropping_since; /* ms of the loop's clock, of a run of drops */
    int64_t dropped_for;    /* ms, of the last run, once it was told */

    uint64_t written;            /* bytes */
    enum sockfeed_result result; /* of FAILED: SYSTEM, NOMEM */
    char failure[128];           /* of FAILED: a sentence */
};

/* The descriptor that the program writes to. */
int writer_standard_output(void);

/* Without a loop (NULL) what waits is written by writer_finish alone. SYSTEM
 * with `failure` set when the descriptor cannot be written to, NOMEM;
 * writer_deinit fits both. */
enum sockfeed_result writer_init(
    struct writer *writer, struct sockfeed_loop *loop,
    const struct writer_config *config) SOCKFEED_CHECK;

/* What waits is lost. Fits a zeroed writer. */
void writer_deinit(struct writer *writer);

/* A line is whole, `message` when it counts as one where it is dropped.
 * Answers with the state. In GONE and FAILED nothing is kept. */
enum writer_state writer_end(struct writer *writer, bool message);

/* writer_copy where there is something to do about what waits. */
enum writer_state writer_copy_at_mark(struct writer *writer, const char *data,
                                      size_t size);

/* A message's whole line: these bytes (not NULL), and the terminator, which is
 * one byte. Once for every message where the line is what came. */
static inline enum writer_state writer_copy(struct writer *writer,
                                            const char *data, size_t size)
{
    struct backlog *lines = &writer->lines;

    if (size >= writer->mark || lines->out.size >= writer->mark - size) {
        return writer_copy_at_mark(writer, data, size);
    }
    memcpy(lines->out.data + lines->out.size, data, size);
    lines->out.data[lines->out.size + size] = (char)writer->config.terminator;
    lines->out.size += size + 1;
    lines->end = lines->out.size;
    return writer->state;
}

/* Messages' whole lines as for writer_copy, written from where they are and
 * copied only as far as they have to wait. False, with nothing done: they are
 * to be copied, as those of less than WRITER_LONG bytes are for less. */
enum {
    WRITER_LONG = 1024
};
bool writer_lend(struct writer *writer, const struct sockfeed_text *lines,
                 size_t count);

/* The read is parsed: writes what was collected. */
enum writer_state writer_flush(struct writer *writer);

/* Bytes not written yet. */
size_t writer_pending(const struct writer *writer);

/* Writes all, waiting at most `timeout` ms (-1: without end) or until the
 * descriptor `wake` (-1: none) is readable. Reports the last drops. FULL when
 * something is left. */
enum writer_state writer_finish(struct writer *writer, int64_t timeout,
                                int wake);

#endif
