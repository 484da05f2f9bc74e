/* SPDX-License-Identifier: MIT */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a long text has no byte above 0x7F, as the text of nearly every feed
 * has none: at as many bytes a turn as the processor's registers let it be,
 * which is found out while the program runs.
 */
enum {
    ASCII_LEAST = 256 /* bytes that the text must have */
};

/* The fastest of the following. */
bool ascii_is_all(const char *text, size_t size);

/* By what every processor has that the program was built for. */
bool ascii_is_all_plain(const char *text, size_t size);

/* By AVX2, where ascii_has_avx2 answers true. */
bool ascii_is_all_avx2(const char *text, size_t size);
bool ascii_has_avx2(void);

#endif
