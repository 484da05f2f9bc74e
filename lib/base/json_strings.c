/* SPDX-License-Identifier: MIT */
#include "base/json_strings.h"

#ifdef __SSE2__

# include "base/utf8.h"

# include <emmintrin.h>

/* 64 bytes of the text. */
struct block {
    __m128i a;
    __m128i b;
    __m128i c;
    __m128i d;
};

static inline struct block block_load(const char *at)
{
    return (struct block){
        .a = _mm_loadu_si128((const void *)at),
        .b = _mm_loadu_si128((const void *)(at + 16)),
        .c = _mm_loadu_si128((const void *)(at + 32)),
        .d = _mm_loadu_si128((const void *)(at + 48)),
    };
}

/* A bit for each byte whose highest bit is set. */
static inline uint64_t block_high(struct block block)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(block.a) |
           (uint64_t)(unsigned)_mm_movemask_epi8(block.b) << 16 |
           (uint64_t)(unsigned)_mm_movemask_epi8(block.c) << 32 |
           (uint64_t)(unsigned)_mm_movemask_epi8(block.d) << 48;
}

/* All ones in each byte that equals `byte`. */
static inline struct block block_equal(struct block block, char byte)
{
    __m128i all = _mm_set1_epi8(byte);

    return (struct block){
        _mm_cmpeq_epi8(block.a, all), _mm_cmpeq_epi8(block.b, all),
        _mm_cmpeq_epi8(block.c, all), _mm_cmpeq_epi8(block.d, all)};
}

/* The highest bit in each byte below 0x20 or above 0x7F: what is below, as
 * signed bytes, stays negative when the difference saturates. */
static inline struct block block_unusual(struct block block)
{
    __m128i space = _mm_set1_epi8(' ');

    return (struct block){
        _mm_subs_epi8(block.a, space), _mm_subs_epi8(block.b, space),
        _mm_subs_epi8(block.c, space), _mm_subs_epi8(block.d, space)};
}

/* Whether the highest bit of any byte is set. */
static inline bool block_any_high(struct block block)
{
    __m128i any = _mm_or_si128(_mm_or_si128(block.a, block.b),
                               _mm_or_si128(block.c, block.d));

    return _mm_movemask_epi8(any) != 0;
}

static inline struct block block_or(struct block x, struct block y)
{
    return (struct block){_mm_or_si128(x.a, y.a), _mm_or_si128(x.b, y.b),
                          _mm_or_si128(x.c, y.c), _mm_or_si128(x.d, y.d)};
}

/* Bit n of the answer is the parity of bits 0..n: set from an opening quote
 * up to the byte before its closing one. */
static inline uint64_t parity_up_to_each(uint64_t bits)
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
 * A bit for each byte that an odd run of backslashes stands before. Runs that
 * begin on an even bit and those that begin on an odd one are told apart by
 * adding: the carry runs through the run and comes out behind it.
 */
static uint64_t find_escaped(struct json_strings *strings, uint64_t backslashes)
{
    static const uint64_t even = 0x5555555555555555U;
    uint64_t follows;
    uint64_t odd_begins;
    uint64_t sum;

    backslashes &= ~strings->escaped;
    follows = backslashes << 1 | strings->escaped;
    odd_begins = backslashes & ~even & ~follows;
    sum = odd_begins + backslashes;
    strings->escaped = sum < backslashes;
    return (even ^ sum << 1) & follows;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Checks what stands behind escaping backslashes, quotes and backslashes
 * aside. What is read past the text's end is refused or does not matter: a
 * string that is cut short does not end. */
static bool check_escapes(const char *block, uint64_t escaped)
{
    for (; escaped != 0; escaped &= escaped - 1) {
        const char *at = block + __builtin_ctzll(escaped);

        switch (*at) {
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            break;
        case 'u':
            if (!is_hex(at[1]) || !is_hex(at[2]) || !is_hex(at[3]) ||
                !is_hex(at[4])) {
                return false;
            }
            break;
        default:
            return false;
        }
    }
    return true;
}

/* The text before this block is ASCII, or known to be valid. */
static bool check_utf8(struct json_strings *strings)
{
    struct span rest =
        span_skip(span_of(strings->text, strings->size), strings->seen);

    if (!strings->known_utf8) {
        strings->known_utf8 = utf8_check(rest) == rest.size;
    }
    return strings->known_utf8;
}

/* Looks closer at a block with escapes, control characters or bytes that are
 * not ASCII. `valid` has a bit for each byte of the text. Answers with the
 * quotes that are not escaped. */
static __attribute__((noinline)) uint64_t check_rare(
    struct json_strings *strings, uint64_t valid, uint64_t quotes)
{
    const char *at = strings->text + strings->seen;
    struct block block = block_load(at);
    uint64_t backslashes = block_high(block_equal(block, '\\')) & valid;
    uint64_t escaped = find_escaped(strings, backslashes) & valid;
    uint64_t unusual = block_high(block_unusual(block)) & valid;
    uint64_t high = block_high(block) & valid;
    uint64_t inside;

    if (!check_escapes(at, escaped & ~(quotes | backslashes)) ||
        (high != 0 && !check_utf8(strings))) {
        strings->broken = true;
    }
    quotes &= ~escaped;
    inside = parity_up_to_each(quotes) ^ strings->inside;
    if ((unusual & ~high & inside) != 0) {
        strings->broken = true;
    }
    if (unusual != high) {
        struct block lines =
            block_or(block_equal(block, '\n'), block_equal(block, '\r'));

        strings->multiline |= (block_high(lines) & valid) != 0;
    }
    return quotes;
}

void json_strings_init(struct json_strings *strings, struct span text,
                       bool known_utf8)
{
    strings->text = text.data;
    strings->size = text.size;
    strings->seen = 0;
    strings->inside = 0;
    strings->escaped = 0;
    strings->known_utf8 = known_utf8;
    strings->multiline = false;
    strings->broken = false;
    strings->count = 0;
}

/* Adds the ends of strings in the next block and answers with their count. */
static inline size_t add_block(struct json_strings *strings, size_t count)
{
    size_t seen = strings->seen;
    size_t left = strings->size - seen;
    uint64_t valid =
        left < JSON_STRINGS_BLOCK ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
    struct block block = block_load(strings->text + seen);
    uint64_t quotes = block_high(block_equal(block, '"')) & valid;
    uint64_t inside;

    if (block_any_high(
            block_or(block_unusual(block), block_equal(block, '\\'))) ||
        strings->escaped != 0) {
        quotes = check_rare(strings, valid, quotes);
    }
    inside = parity_up_to_each(quotes) ^ strings->inside;
    strings->inside = (uint64_t)0 - (inside >> 63);
    for (uint64_t ends = quotes & ~inside; ends != 0; ends &= ends - 1) {
        strings->ends[count++] =
            (uint32_t)seen + 1 + (uint32_t)__builtin_ctzll(ends);
    }
    strings->seen = seen + JSON_STRINGS_BLOCK;
    return count;
}

bool json_strings_more(struct json_strings *strings, size_t used)
{
    size_t count = strings->count - used;

    if (count > 0) {
        memmove(strings->ends, strings->ends + used, count * sizeof(uint32_t));
    }
    while (strings->seen < strings->size &&
           count <= JSON_STRINGS_ROOM - JSON_STRINGS_BLOCK / 2 - 2) {
        count = add_block(strings, count);
    }
    strings->count = count;
    if (strings->seen < strings->size) {
        return !strings->broken;
    }
    strings->ends[count] = 0;
    strings->ends[count + 1] = 0;
    return !strings->broken && strings->inside == 0;
}

#endif
