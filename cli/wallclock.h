/* SPDX-License-Identifier: MIT */
#ifndef CLI_WALLCLOCK_H
#define CLI_WALLCLOCK_H

#include "base/span.h"

#include <stdint.h>

/* The only place that reads the time of day: for what is shown and recorded,
 * never for deadlines. */

enum {
    WALLCLOCK_TEXT = 30 /* "2026-11-23T13:53:00.123456789Z", without a NUL */
};

/* Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. */
int64_t wallclock_now(void);

/* Writes WALLCLOCK_TEXT bytes: RFC 3339 in UTC with nanoseconds. `time` is
 * not before 1970 and not after the year 9999. */
void wallclock_print(char *text, int64_t time);

#endif
