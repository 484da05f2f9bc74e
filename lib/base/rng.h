/* SPDX-License-Identifier: MIT */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include "sockfeed/result.h"

#include <stddef.h>
#include <stdint.h>

enum {
    RNG_POOL_SIZE = 256 /* the most that getrandom gives in one piece */
};

/*
 * The one source of randomness (mask keys, handshake keys, jitter), handed
 * down to whoever needs it: from the kernel in the program, from a seed in
 * tests, which then see the same run again. A pool makes a mask key cost a
 * copy of four bytes and no system call.
 */
struct rng {
    uint8_t pool[RNG_POOL_SIZE];
    size_t left; /* bytes at the pool's end not yet given out */
    uint64_t state[4];
    enum {
        RNG_SYSTEM,
        RNG_SEEDED,
    } source;
};

/* Takes its bytes from the kernel: unpredictable, as RFC 6455 (5.3) wants
 * mask keys to be. SYSTEM, with errno, where the kernel gives none. */
enum sockfeed_result rng_init_system(struct rng *rng) SOCKFEED_CHECK;

/* Gives the same bytes for the same seed, on every machine. */
void rng_init_seed(struct rng *rng, uint64_t seed);

/* Overwrites what was not given out yet. */
void rng_deinit(struct rng *rng);

void rng_bytes(struct rng *rng, void *to, size_t size);
uint32_t rng_u32(struct rng *rng);

/* A number from 0 up to but not including `end`, which is above 0; each as
 * likely as the others. */
uint32_t rng_below(struct rng *rng, uint32_t end);

/* A number from `first` to `last`, both included; first <= last, and less
 * than 2^32 - 1 apart. */
int64_t rng_between(struct rng *rng, int64_t first, int64_t last);

#endif
