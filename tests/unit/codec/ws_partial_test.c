/* SPDX-License-Identifier: MIT */
#include "codec/ws_partial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Shows the frame as it grows by a byte at a time. Answers with how many bytes
 * of it were there when it was refused, 0 where it never was. */
static size_t refused_at(const char *frame, size_t size,
                         const struct utf8_state *text)
{
    struct ws_partial partial = {.seen = 0};

    for (size_t come = 0; come <= size; come++) {
        if (!ws_partial_check(&partial, span_of(frame, come), text)) {
            return come;
        }
    }
    return 0;
}

static void a_text_is_refused_by_its_first_wrong_byte(void **state)
{
    (void)state;
    assert_int_equal(refused_at("\x81\x05"
                                "ab\xff"
                                "cd",
                                7, NULL),
                     5);
    assert_int_equal(refused_at("\x01\x04\xed\xa0\x80\x80", 6, NULL), 4);
    assert_int_equal(refused_at("\x81\x04\xf0\x9f\x98\x80", 6, NULL), 0);
}

static void headers_of_every_length_are_stepped_over(void **state)
{
    (void)state;
    assert_int_equal(refused_at("\x81\x7e\xff\xffx\xff", 6, NULL), 6);
    assert_int_equal(
        refused_at("\x81\x7f\x00\x00\x00\x00\xff\xff\xff\xffx\xff", 12, NULL),
        12);
}

static void a_continuation_goes_on_where_the_text_stood(void **state)
{
    struct utf8_state text = {0};

    (void)state;
    assert_int_equal(utf8_feed(&text, span_text("\xe2\x82")), 2);
    assert_int_equal(refused_at("\x80\x02\xac"
                                "a",
                                4, &text),
                     0);
    assert_int_equal(refused_at("\x80\x02"
                                "aa",
                                4, &text),
                     3);
    assert_int_equal(refused_at("\x80\x02\xff\xff", 4, NULL), 0);
}

static void other_frames_are_not_looked_into(void **state)
{
    (void)state;
    assert_int_equal(refused_at("\x82\x02\xff\xff", 4, NULL), 0);
    assert_int_equal(refused_at("\x8a\x02\xff\xff", 4, NULL), 0);
    assert_int_equal(refused_at("\xc1\x02\xff\xff", 4, NULL), 0);
    assert_int_equal(refused_at("\x81\x82\xff\xff\xff\xff\xff", 7, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_refused_by_its_first_wrong_byte),
        cmocka_unit_test(headers_of_every_length_are_stepped_over),
        cmocka_unit_test(a_continuation_goes_on_where_the_text_stood),
        cmocka_unit_test(other_frames_are_not_looked_into),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
