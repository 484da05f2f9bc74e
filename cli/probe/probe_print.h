/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROBE_PROBE_PRINT_H
#define CLI_PROBE_PROBE_PRINT_H

#include "base/buf.h"
#include "sockfeed.h"

#include <stdint.h>

/* The pieces that a probe's report is made of, as lines and as JSON. Times are
 * microseconds. */
enum {
    PROBE_PRINT_NO_TIME = -1, /* of what took none of its own */
    PROBE_PRINT_SECONDS = 32
};

/* "tls            3.1 ms " and what is to follow. */
void probe_print_begin_line(struct buf *out, const char *name, int64_t took);

/* A whole line; what a terminal would act on is made visible. */
void probe_print_line(struct buf *out, const char *name, int64_t took,
                      const char *format, ...) SOCKFEED_PRINTF(4, 5);

/* Milliseconds as "25 s" or "0.300 s"; gives `text` back. */
const char *probe_print_seconds(int64_t milliseconds,
                                char text[PROBE_PRINT_SECONDS]);

/* `,"name":{`, and the seconds it took where there are some. */
void probe_print_begin_object(struct buf *out, const char *name, int64_t took);

/* `"name":"text"` and what comes after it; an optional one that is empty is
 * null. */
void probe_print_member(struct buf *out, const char *name, const char *text,
                        const char *after);
void probe_print_optional(struct buf *out, const char *name, const char *text,
                          const char *after);

/* `,"name":"2026-11-23T13:53:00Z"`, of seconds since the epoch; null for years
 * that are far away. */
void probe_print_date(struct buf *out, const char *name, int64_t seconds);

#endif
