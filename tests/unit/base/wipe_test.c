/* SPDX-License-Identifier: MIT */
#include "base/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void overwrites_what_it_is_given_and_no_more(void **state)
{
    static const char expected[] = "a\0\0\0e";
    char text[] = "abcde";

    (void)state;
    wipe(text + 1, 3);
    assert_memory_equal(text, expected, sizeof expected);
    wipe(NULL, 0);
}

static void overwrites_a_text_up_to_its_end(void **state)
{
    static const char expected[] = "\0\0\0\0d";
    char text[] = "abc\0d";

    (void)state;
    wipe_text(text);
    assert_memory_equal(text, expected, sizeof expected);
    wipe_text(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overwrites_what_it_is_given_and_no_more),
        cmocka_unit_test(overwrites_a_text_up_to_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
