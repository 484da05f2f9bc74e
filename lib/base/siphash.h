/* SPDX-License-Identifier: MIT */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * SipHash-2-4 with 128 bits (Aumasson, Bernstein): a hash under a key, so that
 * nobody who does not know the key can make texts that collide.
 */
struct siphash_key {
    uint64_t halves[2];
};

struct siphash {
    uint64_t halves[2];
};

/* A key that nobody knows. SYSTEM: the kernel gives none. */
enum sockfeed_result siphash_key_init(struct siphash_key *key) SOCKFEED_CHECK;

static inline bool siphash_equal(const struct siphash *a,
                                 const struct siphash *b)
{
    return a->halves[0] == b->halves[0] && a->halves[1] == b->halves[1];
}

struct siphash siphash_of(const struct siphash_key *key, struct span text);

#endif
