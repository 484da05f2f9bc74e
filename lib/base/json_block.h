/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_BLOCK_H
#define BASE_JSON_BLOCK_H

#include <stdint.h>

/*
 * 64 bytes of JSON text at a time, by SSE2, for json_strings and json_marks.
 * A test answers with a block in which the highest bit of a byte is what it
 * says of that byte; json_block_mask gathers these: bit n is byte n. All of it
 * is a few instructions and inlined.
 */
#ifdef __SSE2__

# include <emmintrin.h>

enum {
    JSON_BLOCK = 64
};

struct json_block {
    __m128i a;
    __m128i b;
    __m128i c;
    __m128i d;
};

static inline struct json_block json_block_load(const char *at)
{
    return (struct json_block){
        .a = _mm_loadu_si128((const void *)at),
        .b = _mm_loadu_si128((const void *)(at + 16)),
        .c = _mm_loadu_si128((const void *)(at + 32)),
        .d = _mm_loadu_si128((const void *)(at + 48)),
    };
}

static inline uint64_t json_block_mask(struct json_block block)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(block.a) |
           (uint64_t)(unsigned)_mm_movemask_epi8(block.b) << 16 |
           (uint64_t)(unsigned)_mm_movemask_epi8(block.c) << 32 |
           (uint64_t)(unsigned)_mm_movemask_epi8(block.d) << 48;
}

static inline struct json_block json_block_or(struct json_block x,
                                              struct json_block y)
{
    return (struct json_block){_mm_or_si128(x.a, y.a), _mm_or_si128(x.b, y.b),
                               _mm_or_si128(x.c, y.c), _mm_or_si128(x.d, y.d)};
}

/* Whether any bit of the mask would be set. */
static inline int json_block_any(struct json_block block)
{
    return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(block.a, block.b),
                                          _mm_or_si128(block.c, block.d))) != 0;
}

static inline struct json_block json_block_equal(struct json_block block,
                                                 char byte)
{
    __m128i all = _mm_set1_epi8(byte);

    return (struct json_block){
        _mm_cmpeq_epi8(block.a, all), _mm_cmpeq_epi8(block.b, all),
        _mm_cmpeq_epi8(block.c, all), _mm_cmpeq_epi8(block.d, all)};
}

/* Bytes below 0x20 or above 0x7F: what is below a space, as signed bytes,
 * stays negative when the difference saturates. */
static inline struct json_block json_block_unusual(struct json_block block)
{
    __m128i space = _mm_set1_epi8(' ');

    return (struct json_block){
        _mm_subs_epi8(block.a, space), _mm_subs_epi8(block.b, space),
        _mm_subs_epi8(block.c, space), _mm_subs_epi8(block.d, space)};
}

/* Sets bit 5 of each byte, which makes '{' of '[' and '}' of ']'. */
static inline struct json_block json_block_fold(struct json_block block)
{
    __m128i bit = _mm_set1_epi8(0x20);

    return (struct json_block){
        _mm_or_si128(block.a, bit), _mm_or_si128(block.b, bit),
        _mm_or_si128(block.c, bit), _mm_or_si128(block.d, bit)};
}

/* Bit n of the answer is the parity of bits 0..n: of quotes, set from an
 * opening one up to the byte before its closing one. */
static inline uint64_t json_block_parity(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/*
 * A bit for each byte that an odd run of backslashes stands before. *carry is
 * 1 when the block before ended in such a run, else 0, and is set for the next
 * one. Runs that begin on an even bit and those that begin on an odd one are
 * told apart by adding: the carry goes through a run and comes out behind it.
 */
static inline uint64_t json_block_escaped(uint64_t backslashes, uint64_t *carry)
{
    const uint64_t even = 0x5555555555555555U;
    uint64_t follows;
    uint64_t sum;

    backslashes &= ~*carry;
    follows = backslashes << 1 | *carry;
    sum = (backslashes & ~even & ~follows) + backslashes;
    *carry = sum < backslashes;
    return (even ^ sum << 1) & follows;
}

#endif

#endif
