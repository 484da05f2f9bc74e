/* SPDX-License-Identifier: MIT */
#include "cli/choose/histogram.h"

#include <string.h>

enum {
    PART_BITS = 6,              /* 2^6 is HISTOGRAM_PARTS */
    EXACT = 2 * HISTOGRAM_PARTS /* values below have buckets of their own */
};

/* How often the value has to be halved to be below EXACT. */
static unsigned halvings(uint64_t value)
{
    unsigned shift = 0;

    while (value >> shift >= EXACT) {
        shift++;
    }
    return shift;
}

/* Above EXACT every further power of two has PARTS buckets. */
static unsigned bucket_of(uint64_t value)
{
    unsigned shift = halvings(value);

    return shift * HISTOGRAM_PARTS + (unsigned)(value >> shift);
}

/* The middle of a bucket. */
static uint64_t middle_of(unsigned bucket)
{
    unsigned shift = bucket < EXACT ? 0 : (bucket >> PART_BITS) - 1;
    uint64_t low = (uint64_t)(bucket - shift * HISTOGRAM_PARTS) << shift;

    return low + ((UINT64_C(1) << shift) >> 1);
}

void histogram_add(struct histogram *histogram, uint64_t value, uint64_t count)
{
    uint64_t room = UINT64_MAX - histogram->sum;

    if (count == 0) {
        return;
    }
    histogram->buckets[bucket_of(value)] += count;
    histogram->count += count;
    histogram->sum =
        value > room / count ? UINT64_MAX : histogram->sum + value * count;
    histogram->max = value > histogram->max ? value : histogram->max;
}

uint64_t histogram_quantile(const struct histogram *histogram,
                            unsigned permille)
{
    /* The rank, from 1, of the value asked for. */
    uint64_t rank = histogram->count / 1000 * permille +
                    (histogram->count % 1000 * permille + 999) / 1000;
    uint64_t seen = 0;

    rank = rank == 0 ? 1 : rank;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen >= rank) {
            uint64_t middle = middle_of(i);

            return middle < histogram->max ? middle : histogram->max;
        }
    }
    return 0;
}

void histogram_clear(struct histogram *histogram)
{
    memset(histogram, 0, sizeof *histogram);
}
