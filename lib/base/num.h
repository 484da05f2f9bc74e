/* SPDX-License-Identifier: MIT */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * Numbers written in decimal. All functions take the whole span: no white
 * space, no sign where none is mentioned, nothing after the number. They
 * answer OK, or INVALID and leave the output as it was.
 */

enum {
    NUM_SECONDS_MAX = 1000000000 /* 31 years: sums of deadlines cannot wrap */
};

/* Digits, leading zeros too, that come to at most `max`. */
enum sockfeed_result num_parse_uint(uint64_t *value, struct span text,
                                    uint64_t max) SOCKFEED_CHECK;

/* The same in its one shortest form: no leading zero but in "0" itself. */
enum sockfeed_result num_parse_canonical(uint64_t *value, struct span text,
                                         uint64_t max) SOCKFEED_CHECK;

/* A size: digits, then perhaps K, M or G of either case (1024). */
enum sockfeed_result num_parse_size(uint64_t *bytes, struct span text,
                                    uint64_t max) SOCKFEED_CHECK;

/* Seconds with or without a fraction ("10", "0.5", ".5") as milliseconds,
 * rounded up, so that what is above 0 stays above 0. At most
 * NUM_SECONDS_MAX. */
enum sockfeed_result num_parse_seconds(int64_t *milliseconds,
                                       struct span text) SOCKFEED_CHECK;

/* A fraction from 0 to 1 as thousandths, rounded up. */
enum sockfeed_result num_parse_permille(int64_t *permille,
                                        struct span text) SOCKFEED_CHECK;

/* The value of a hexadecimal digit of either case, or -1. */
int num_hex_value(char c);

/* Whether the text is a number as JSON writes it (RFC 8259, section 6). */
bool num_is_decimal(struct span text);

/* Compares two such numbers exactly, whatever their length and exponent, in
 * time linear in the texts: `order` is -1, 0 or 1 as `a` is less than, equal
 * to or greater than `b`. INVALID when one of them is no number. */
enum sockfeed_result num_compare(int *order, struct span a,
                                 struct span b) SOCKFEED_CHECK;

#endif
