/* SPDX-License-Identifier: MIT */
#include "base/ascii.h"

#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    MOST = 3 * ASCII_LEAST + 3
};

/* All ways say the same of the text, which ends at a page that cannot be
 * read. */
static void assert_all_say(const char *text, size_t size, bool expected)
{
    assert_int_equal(ascii_is_all(text, size), expected);
    assert_int_equal(ascii_is_all_plain(text, size), expected);
    if (ascii_has_avx2()) {
        assert_int_equal(ascii_is_all_avx2(text, size), expected);
    }
}

static void accepts_every_byte_of_ascii_at_every_size(void **state)
{
    struct guard_page guard;
    char bytes[MOST];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(i & 0x7F);
    }
    guard_page_init(&guard, sizeof bytes);
    for (size_t size = ASCII_LEAST; size <= MOST; size++) {
        assert_all_say(guard_page_place(&guard, bytes, size), size, true);
    }
    guard_page_deinit(&guard);
}

static void finds_one_byte_that_is_none_wherever_it_is(void **state)
{
    static const uint8_t others[] = {0x80, 0xBF, 0xC2, 0xFF};
    struct guard_page guard;
    char bytes[MOST];

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    guard_page_init(&guard, sizeof bytes);
    for (size_t size = ASCII_LEAST; size <= MOST; size += 17) {
        char *text = guard_page_place(&guard, bytes, size);

        for (size_t at = 0; at < size; at++) {
            text[at] = (char)others[at % sizeof others];
            assert_all_say(text, size, false);
            text[at] = 'x';
        }
    }
    guard_page_deinit(&guard);
}

static void does_not_look_before_or_behind_the_text(void **state)
{
    char bytes[MOST + 2];

    (void)state;
    for (size_t size = ASCII_LEAST; size <= MOST; size++) {
        memset(bytes, 0xFF, sizeof bytes);
        memset(bytes + 1, 'x', size);
        assert_all_say(bytes + 1, size, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_every_byte_of_ascii_at_every_size),
        cmocka_unit_test(finds_one_byte_that_is_none_wherever_it_is),
        cmocka_unit_test(does_not_look_before_or_behind_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
