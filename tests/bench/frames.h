/* SPDX-License-Identifier: MIT */
#ifndef TESTS_BENCH_FRAMES_H
#define TESTS_BENCH_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

/* The size of the frame's header and of its payload; false when they are not
 * there yet. */
static inline bool split(const unsigned char *at, size_t left, size_t *header,
                         size_t *size)
{
    *header = 2;
    if (left < 2) {
        return false;
    }
    *size = at[1];
    if (*size == 126) {
        *header = 4;
        if (left < 4) {
            return false;
        }
        *size = (size_t)at[2] << 8 | at[3];
    } else if (*size == 127) {
        *header = 10;
        if (left < 10) {
            return false;
        }
        *size = 0;
        for (int i = 2; i < 10; i++) {
            *size = *size << 8 | at[i];
        }
    }
    return left >= *header + *size;
}

#endif
