/* SPDX-License-Identifier: MIT */
#ifndef TESTS_BENCH_MANY_H
#define TESTS_BENCH_MANY_H

/* What many_source and many_limit have in common: a message of 200 bytes in
 * one frame. */
enum {
    MANY_PAYLOAD = 200,
    MANY_HEADER = 4,
    MANY_FRAME = MANY_HEADER + MANY_PAYLOAD,
    MANY_MAX = 4096 /* connections */
};

#endif
