/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_CLOCK_H
#define CLI_BASE_CLOCK_H

#include <stdint.h>

/*
 * The wall clock, which only people and records want: everything that waits
 * goes by the loop's. A stamp is read once for each batch of messages; its
 * text is made when first asked for, and the seconds in it only when they
 * have changed.
 */
enum {
    CLOCK_TEXT_SIZE = sizeof "2026-11-23T13:53:00.123456789Z"
};

/* All bytes zero: never read. */
struct clock_stamp {
    int64_t time;               /* ns since the epoch */
    int64_t text_time;          /* what `text` says, ns since the epoch */
    char text[CLOCK_TEXT_SIZE]; /* RFC 3339 in UTC; empty: not yet made */
};

/* Nanoseconds since the epoch. */
int64_t clock_now(void);

/* Reads the clock into the stamp. */
void clock_stamp_read(struct clock_stamp *stamp);

/* The stamp's time in RFC 3339 with nanoseconds, CLOCK_TEXT_SIZE - 1 bytes;
 * views the stamp, valid until it is read again. */
const char *clock_stamp_text(struct clock_stamp *stamp);

/* The same for any time from 1970 to 9999. */
void clock_format(char text[CLOCK_TEXT_SIZE], int64_t time);

#endif
