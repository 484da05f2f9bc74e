/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_HISTOGRAM_H
#define CLI_CHOOSE_HISTOGRAM_H

#include <stdint.h>

/*
 * How values are spread, in fixed memory: each power of two is cut into
 * HISTOGRAM_PARTS equal buckets, so that a bucket is at most 1/64 as wide as
 * its values are large, and its middle at most 0.8 % from any of them. Below
 * 128 values are exact. So are count, sum and maximum.
 */
enum {
    HISTOGRAM_PARTS = 64,
    HISTOGRAM_BUCKETS = HISTOGRAM_PARTS * 59 /* up to 2^64 - 1 */
};

/* All bytes zero: empty. */
struct histogram {
    uint64_t count;
    uint64_t sum; /* ends at UINT64_MAX */
    uint64_t max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* Adds a value `count` times. */
void histogram_add(struct histogram *histogram, uint64_t value, uint64_t count);

/* The value that so many thousandths of all values do not exceed; 0 where
 * there are none. */
uint64_t histogram_quantile(const struct histogram *histogram,
                            unsigned permille);

void histogram_clear(struct histogram *histogram);

#endif
