/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

/* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014): spreads a seed of few bits over a state of many. */
static uint64_t split_mix(uint64_t *state)
{
    uint64_t z;

    *state += UINT64_C(0x9e3779b97f4a7c15);
    z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t rotate(uint64_t word, unsigned count)
{
    return word << count | word >> (64 - count);
}

/* xoshiro256** (Blackman, Vigna: Scrambled Linear Pseudorandom Number
 * Generators, 2018). */
static uint64_t next_word(uint64_t state[4])
{
    uint64_t result = rotate(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;

    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 45);
    return result;
}

static void fill_from_state(struct rng *rng)
{
    for (size_t at = 0; at < sizeof rng->pool; at += 8) {
        uint64_t word = next_word(rng->state);

        for (size_t i = 0; i < 8; i++) {
            rng->pool[at + i] = (uint8_t)(word >> 8 * i);
        }
    }
}

static bool fill_from_kernel(void *to, size_t size)
{
    ssize_t got;

    do {
        got = getrandom(to, size, 0);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)size;
}

/*
 * A kernel that gave bytes once goes on doing so, unless the program was put
 * into a sandbox since. It then lives on with the state, which is 256 bits
 * that nobody has seen: better than to end the caller's process.
 */
static void refill(struct rng *rng)
{
    if (rng->source == RNG_SEEDED ||
        !fill_from_kernel(rng->pool, sizeof rng->pool)) {
        fill_from_state(rng);
    }
    rng->left = sizeof rng->pool;
}

enum sockfeed_result rng_init_system(struct rng *rng)
{
    *rng = (struct rng){.source = RNG_SYSTEM};
    return fill_from_kernel(rng->state, sizeof rng->state) ? SOCKFEED_OK
                                                           : SOCKFEED_SYSTEM;
}

void rng_init_seed(struct rng *rng, uint64_t seed)
{
    *rng = (struct rng){.source = RNG_SEEDED};
    for (size_t i = 0; i < 4; i++) {
        rng->state[i] = split_mix(&seed);
    }
}

void rng_deinit(struct rng *rng)
{
    /* volatile: the compiler must not drop stores to memory about to go. */
    volatile uint8_t *at = (volatile uint8_t *)rng;

    for (size_t i = 0; i < sizeof *rng; i++) {
        at[i] = 0;
    }
}

void rng_bytes(struct rng *rng, void *to, size_t size)
{
    uint8_t *at = to;

    while (size > 0) {
        size_t part;

        if (rng->left == 0) {
            refill(rng);
        }
        part = size < rng->left ? size : rng->left;
        memcpy(at, rng->pool + sizeof rng->pool - rng->left, part);
        rng->left -= part;
        at += part;
        size -= part;
    }
}

uint32_t rng_u32(struct rng *rng)
{
    uint8_t bytes[4];

    rng_bytes(rng, bytes, sizeof bytes);
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
           (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Draws from the largest multiple of `end` that fits, again where the draw
 * lies past it: a remainder alone would favour small numbers. */
uint32_t rng_below(struct rng *rng, uint32_t end)
{
    uint32_t excess;
    uint32_t draw;

    assert(end > 0);
    excess = (UINT32_MAX - end + 1) % end; /* 2^32 modulo end */
    do {
        draw = rng_u32(rng);
    } while (draw > UINT32_MAX - excess);
    return draw % end;
}

int64_t rng_between(struct rng *rng, int64_t first, int64_t last)
{
    uint64_t distance = (uint64_t)last - (uint64_t)first;

    assert(first <= last && distance < UINT32_MAX);
    return first + rng_below(rng, (uint32_t)distance + 1);
}
