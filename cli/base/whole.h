/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_WHOLE_H
#define CLI_BASE_WHOLE_H

#include "base/span.h"

#include <stdbool.h>

/*
 * A whole number, not negative, with all of its digits: exchanges count beyond
 * what a double holds, and some beyond 64 bits.
 */
enum {
    WHOLE_DIGITS = 38
};

/* Without leading zeros, with a NUL; the empty text is no number. */
struct whole {
    char digits[WHOLE_DIGITS + 2]; /* one more may come of counting on */
};

/* Reads a number of up to WHOLE_DIGITS digits; false for anything else. */
bool whole_read(struct whole *number, struct span text);

struct whole whole_next(const struct whole *number);

/* Below, at, above 0, as the first is less than, equal to, more than the
 * other. */
int whole_compare(const struct whole *number, const struct whole *other);

#endif
