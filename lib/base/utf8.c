/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "base/ascii.h"
#include "base/noinline.h"

#ifdef __SSE2__
# include <emmintrin.h>
#endif

enum {
    UTF8_BLOCK = 16,
    UTF8_WIDE = 2 * ASCII_LEAST, /* bytes from which a call pays */
    UTF8_REPLACEMENT = 0xFFFD
};

static uint8_t byte_at(struct span text, size_t at)
{
    return (uint8_t)text.data[at];
}

/* Whether any of the 16 bytes is not ASCII. */
static bool block_has_high(const char *block)
{
#ifdef __SSE2__
    return _mm_movemask_epi8(_mm_loadu_si128((const void *)block)) != 0;
#else
    uint64_t words[2];

    memcpy(words, block, sizeof words);
    return ((words[0] | words[1]) & 0x8080808080808080U) != 0;
#endif
}

#ifdef __SSE2__
/* The bits that any of the 64 bytes has. */
static inline __m128i gather(const char *text)
{
    __m128i a = _mm_loadu_si128((const void *)text);
    __m128i b = _mm_loadu_si128((const void *)(text + 16));
    __m128i c = _mm_loadu_si128((const void *)(text + 32));
    __m128i d = _mm_loadu_si128((const void *)(text + 48));

    return _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
}
#endif

/* Whether any of the 64 bytes is not ASCII. */
static inline bool four_blocks_have_high(const char *text)
{
#ifdef __SSE2__
    return _mm_movemask_epi8(gather(text)) != 0;
#else
    return block_has_high(text) || block_has_high(text + 16) ||
           block_has_high(text + 32) || block_has_high(text + 48);
#endif
}

/* Whether all of a text of at least 64 bytes is ASCII. The last block overlaps
 * the one before it. */
static bool is_ascii(const char *text, size_t size)
{
    const char *last = text + size - 4 * (size_t)UTF8_BLOCK;

    if (size >= UTF8_WIDE) {
        return ascii_is_all(text, size);
    }
    for (; text < last; text += 64) {
        if (four_blocks_have_high(text)) {
            return false;
        }
    }
    return !four_blocks_have_high(last);
}

/* The offset at or after `at` of the first byte that is not ASCII. */
static size_t skip_ascii(struct span text, size_t at)
{
    while (text.size - at >= 4 * (size_t)UTF8_BLOCK &&
           !four_blocks_have_high(text.data + at)) {
        at += 4 * (size_t)UTF8_BLOCK;
    }
    while (text.size - at >= UTF8_BLOCK && !block_has_high(text.data + at)) {
        at += UTF8_BLOCK;
    }
    /* What is left of a text of at least a block: one that overlaps. */
    if (text.size - at < UTF8_BLOCK && text.size >= UTF8_BLOCK &&
        !block_has_high(text.data + text.size - UTF8_BLOCK)) {
        return text.size;
    }
    while (at < text.size && byte_at(text, at) < 0x80) {
        at++;
    }
    return at;
}

/*
 * What a first byte above 0x7F asks for (RFC 3629, section 4). The second
 * byte's narrower ranges keep out what is not in shortest form (after E0, F0),
 * surrogates (after ED) and what lies above U+10FFFF (after F4).
 */
static struct utf8_state begin_sequence(uint8_t lead)
{
    struct utf8_state state = {.low = 0x80, .high = 0xBF};

    if (lead < 0xC2 || lead > 0xF4) {
        state.broken = true;
        return state;
    }
    state.need = (uint8_t)(1 + (lead >= 0xE0) + (lead >= 0xF0));
    if (lead == 0xE0) {
        state.low = 0xA0;
    } else if (lead == 0xED) {
        state.high = 0x9F;
    } else if (lead == 0xF0) {
        state.low = 0x90;
    } else if (lead == 0xF4) {
        state.high = 0x8F;
    }
    return state;
}

/* The size of the sequence of two to four bytes at `at`, or 0. */
static size_t sequence_size(struct span text, size_t at)
{
    struct utf8_state state = begin_sequence(byte_at(text, at));

    if (state.broken || text.size - at <= state.need ||
        byte_at(text, at + 1) < state.low ||
        byte_at(text, at + 1) > state.high) {
        return 0;
    }
    for (size_t i = 2; i <= state.need; i++) {
        if ((byte_at(text, at + i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    return (size_t)state.need + 1;
}

static NOINLINE size_t check_all(struct span text)
{
    size_t at = skip_ascii(text, 0);

    while (at < text.size) {
        size_t size = sequence_size(text, at);

        if (size == 0) {
            return at;
        }
        at += size;
        if (at < text.size && byte_at(text, at) < 0x80) {
            at = skip_ascii(text, at + 1);
        }
    }
    return at;
}

size_t utf8_check(struct span text)
{
    return text.size >= 4 * (size_t)UTF8_BLOCK && is_ascii(text.data, text.size)
               ? text.size
               : check_all(text);
}

/* Takes one byte; false, and broken, where it cannot be. */
static bool feed_byte(struct utf8_state *state, uint8_t byte)
{
    if (state->need == 0) {
        if (byte >= 0x80) {
            *state = begin_sequence(byte);
        }
    } else if (byte < state->low || byte > state->high) {
        state->broken = true;
    } else {
        state->need--;
        state->low = 0x80;
        state->high = 0xBF;
    }
    return !state->broken;
}

size_t utf8_feed(struct utf8_state *state, struct span part)
{
    size_t at = 0;

    if (state->broken) {
        return 0;
    }
    while (at < part.size) {
        if (state->need == 0 && byte_at(part, at) < 0x80) {
            at = skip_ascii(part, at + 1);
            continue;
        }
        if (!feed_byte(state, byte_at(part, at))) {
            return at;
        }
        at++;
    }
    return at;
}

bool utf8_complete(const struct utf8_state *state)
{
    return !state->broken && state->need == 0;
}

size_t utf8_decode(uint32_t *point, struct span text)
{
    size_t size;

    if (text.size == 0) {
        return 0;
    }
    if (byte_at(text, 0) < 0x80) {
        *point = byte_at(text, 0);
        return 1;
    }
    size = sequence_size(text, 0);
    if (size == 0) {
        return 0;
    }
    /* A lead of n bytes holds 7 - n bits of the code point. */
    *point = byte_at(text, 0) & (0x7FU >> size);
    for (size_t i = 1; i < size; i++) {
        *point = *point << 6 | (byte_at(text, i) & 0x3FU);
    }
    return size;
}

size_t utf8_encode(char to[4], uint32_t point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xC0 | point >> 6);
        to[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if ((point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) {
        point = UTF8_REPLACEMENT;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xE0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 0x3F));
        to[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 0x3F));
    to[2] = (char)(0x80 | (point >> 6 & 0x3F));
    to[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

size_t utf8_utf16_length(struct span text)
{
    size_t units = 0;

    /* Each sequence is one unit, those of four bytes are a surrogate pair. */
    for (size_t i = 0; i < text.size; i++) {
        units += (size_t)((byte_at(text, i) & 0xC0) != 0x80) +
                 (size_t)(byte_at(text, i) >= 0xF0);
    }
    return units;
}
