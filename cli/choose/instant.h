/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_INSTANT_H
#define CLI_CHOOSE_INSTANT_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A point in time as feeds write it: a decimal number of seconds,
 * milliseconds, microseconds or nanoseconds since 1970, told apart by their
 * size (seconds are below 10^11, each other unit below a thousand times the
 * bound of the last), or a date of RFC 3339, in UTC where it names no offset.
 */

/* Reads all of the text, to ns since the epoch. False where it is no such
 * time, or one that does not fit. */
bool instant_parse(int64_t *time, struct span text);

#endif
