/* SPDX-License-Identifier: MIT */
#include "net/sha1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void digests_as_fips_180_does(void **state)
{
    static const unsigned char abc[20] = {
        0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
        0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
    unsigned char digest[20];

    (void)state;
    sha1("abc", 3, digest);
    assert_memory_equal(digest, abc, sizeof(abc));
}

/* The example of RFC 6455, 1.3: a message of 60 bytes, padded to two blocks. */
static void digests_a_handshake_key(void **state)
{
    static const char key[] =
        "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static const unsigned char accept[20] = {
        0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6,
        0x46, 0x06, 0xcf, 0x38, 0x59, 0x45, 0xb2, 0xbe, 0xc4, 0xea};
    unsigned char digest[20];

    (void)state;
    sha1(key, sizeof key - 1, digest);
    assert_memory_equal(digest, accept, sizeof(accept));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_as_fips_180_does),
        cmocka_unit_test(digests_a_handshake_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
