/* SPDX-License-Identifier: MIT */
#ifndef BASE_RFC3339_H
#define BASE_RFC3339_H

#include <stdbool.h>
#include <stdint.h>

/* Times as RFC 3339 writes them, in UTC. */

enum {
    RFC3339_SECONDS_SIZE = 19 /* "2026-11-23T13:53:00", no NUL */
};

/* Whether the time has such a form: it is in the years 0 to 9999. Seconds
 * since 1970. */
bool rfc3339_fits(int64_t seconds);

/* Writes the date and the time of day. What follows, a fraction perhaps and
 * the Z, is the caller's. */
void rfc3339_put_seconds(char *to, int64_t seconds);

/* Writes so many digits of a number that is not negative, zeros first. */
void rfc3339_put_digits(char *to, int64_t value, int digits);

#endif
