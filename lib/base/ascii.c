/* SPDX-License-Identifier: MIT */
#include "base/ascii.h"

#if defined(__x86_64__) && defined(__GNUC__)
# define ASCII_X86 1
# include <immintrin.h>
# define AVX2 __attribute__((target("avx2")))
#else
# include <stdint.h>
# include <string.h>
# define ASCII_X86 0
#endif

enum {
    BLOCK = ASCII_LEAST /* bytes a turn, whose high bits are judged at once */
};

/* ---- A block ------------------------------------------------------------ */

#if ASCII_X86

/* SSE2, which is in each of them. The bits that any of 64 bytes has. */
static inline __m128i gather_plain(const char *text)
{
    __m128i a = _mm_loadu_si128((const void *)text);
    __m128i b = _mm_loadu_si128((const void *)(text + 16));
    __m128i c = _mm_loadu_si128((const void *)(text + 32));
    __m128i d = _mm_loadu_si128((const void *)(text + 48));

    return _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
}

static inline bool is_block_plain(const char *block)
{
    __m128i front = _mm_or_si128(gather_plain(block), gather_plain(block + 64));
    __m128i back =
        _mm_or_si128(gather_plain(block + 128), gather_plain(block + 192));

    return _mm_movemask_epi8(_mm_or_si128(front, back)) == 0;
}

/* The bits that any of 128 bytes has. */
AVX2 static inline __m256i gather_avx2(const char *text)
{
    __m256i a = _mm256_loadu_si256((const void *)text);
    __m256i b = _mm256_loadu_si256((const void *)(text + 32));
    __m256i c = _mm256_loadu_si256((const void *)(text + 64));
    __m256i d = _mm256_loadu_si256((const void *)(text + 96));

    return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

AVX2 static inline bool is_block_avx2(const char *block)
{
    return _mm256_movemask_epi8(_mm256_or_si256(gather_avx2(block),
                                                gather_avx2(block + 128))) == 0;
}

#else

static inline bool is_block_plain(const char *block)
{
    uint64_t all = 0;

    for (size_t at = 0; at < BLOCK; at += sizeof all) {
        uint64_t word;

        memcpy(&word, block + at, sizeof word);
        all |= word;
    }
    return (all & 0x8080808080808080U) == 0;
}

#endif

/* ---- A text: the last block overlaps the one before it ------------------- */

bool ascii_is_all_plain(const char *text, size_t size)
{
    const char *last = text + size - BLOCK;

    while (text < last && is_block_plain(text)) {
        text += BLOCK;
    }
    return text >= last && is_block_plain(last);
}

#if ASCII_X86

AVX2 bool ascii_is_all_avx2(const char *text, size_t size)
{
    const char *last = text + size - BLOCK;

    while (text < last && is_block_avx2(text)) {
        text += BLOCK;
    }
    return text >= last && is_block_avx2(last);
}

bool ascii_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

#else

bool ascii_is_all_avx2(const char *text, size_t size)
{
    return ascii_is_all_plain(text, size);
}

bool ascii_has_avx2(void)
{
    return false;
}

#endif

bool ascii_is_all(const char *text, size_t size)
{
    return ascii_has_avx2() ? ascii_is_all_avx2(text, size)
                            : ascii_is_all_plain(text, size);
}
