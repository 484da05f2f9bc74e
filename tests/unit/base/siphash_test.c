/* SPDX-License-Identifier: MIT */
#include "base/siphash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Of the reference implementation: key 00 01 ... 0f, text 00 01 ... */
static const struct siphash_key KEY = {
    {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}
};

static void assert_hash(size_t size, uint64_t first, uint64_t second)
{
    char text[64];
    struct siphash hash;

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)i;
    }
    hash = siphash_of(&KEY, span_of(text, size));
    assert_true(hash.halves[0] == first);
    assert_true(hash.halves[1] == second);
}

static void vectors_of_the_reference_implementation(void **state)
{
    (void)state;
    assert_hash(0, UINT64_C(0xe6a825ba047f81a3), UINT64_C(0x930255c71472f66d));
    assert_hash(1, UINT64_C(0x44af996bd8c187da), UINT64_C(0x45fc229b11597634));
    assert_hash(15, UINT64_C(0x11a8b03399e99354), UINT64_C(0xd9c3cf970fec087e));
    assert_hash(63, UINT64_C(0x4a83502f77d15051), UINT64_C(0x7cbd3f979a063e50));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_reference_implementation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
