/* SPDX-License-Identifier: MIT */
#include "base/siphash.h"

#include "base/rng.h"

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void rounds(uint64_t v[4], unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

/* Up to eight bytes, the first one lowest. */
static uint64_t word_of(const char *bytes, size_t size)
{
    uint64_t word = 0;

    for (size_t i = 0; i < size; i++) {
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

static void absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

struct siphash siphash_of(const struct siphash_key *key, struct span text)
{
    uint64_t v[4] = {
        key->halves[0] ^ UINT64_C(0x736f6d6570736575),
        key->halves[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
        key->halves[0] ^ UINT64_C(0x6c7967656e657261),
        key->halves[1] ^ UINT64_C(0x7465646279746573),
    };
    uint64_t size = (uint64_t)text.size << 56;
    struct siphash hash;

    while (text.size >= 8) {
        absorb(v, word_of(text.data, 8));
        text = span_skip(text, 8);
    }
    absorb(v, size | word_of(text.data, text.size));
    v[2] ^= 0xee;
    rounds(v, 4);
    hash.halves[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    rounds(v, 4);
    hash.halves[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
    return hash;
}

enum sockfeed_result siphash_key_init(struct siphash_key *key)
{
    struct rng rng;
    enum sockfeed_result result = rng_init_system(&rng);

    if (result == SOCKFEED_OK) {
        rng_bytes(&rng, key, sizeof *key);
        rng_deinit(&rng);
    }
    return result;
}
