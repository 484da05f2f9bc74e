/* SPDX-License-Identifier: MIT */
#include "cli/base/visible.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *text, size_t size, const char *expected)
{
    struct buf out;

    buf_init(&out, 1024);
    visible_append(&out, span_of(text, size));
    assert_string_equal(buf_text(&out), expected);
    buf_deinit(&out);
}

#define CHECK(text, expected) check(text, sizeof(text) - 1, expected)

static void plain_text_stays(void **state)
{
    (void)state;
    CHECK("", "");
    CHECK("price: 0.10 \\n \"x\"", "price: 0.10 \\n \"x\"");
    CHECK("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xad",
          "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xad");
}

static void controls_become_escapes(void **state)
{
    (void)state;
    CHECK("a\nb\rc\td", "a\\nb\\rc\\td");
    CHECK("\x1b[31mred\a\0end", "\\x1b[31mred\\x07\\x00end");
    CHECK("\x7f", "\\x7f");
    CHECK("\xc2\x9b"
          "2J",
          "\\u009b2J");
}

static void bidirectional_marks_become_escapes(void **state)
{
    (void)state;
    CHECK("\xe2\x80\xae"
          "abc\xe2\x81\xa9",
          "\\u202eabc\\u2069");
    CHECK("\xe2\x80\x8f\xd8\x9c\xef\xbb\xbf", "\\u200f\\u061c\\ufeff");
    CHECK("\xe2\x80\xa8", "\\u2028");
}

static void what_takes_no_room_becomes_escapes(void **state)
{
    (void)state;
    CHECK("pay\xe2\x80\x8bpal\xc2\xad.example", "pay\\u200bpal\\u00ad.example");
    CHECK("\xf3\xa0\x81\xa1", "\\U000e0061");
    /* A family is joined by U+200D. */
    CHECK("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa7",
          "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa7");
}

static void json_strings_have_escapes_of_their_own(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    visible_append_json(&out, span_text("a\"\x1b\x7f\xc2\x9b\xe2\x80\xae"
                                        "\xf3\xa0\x81\xa1\xff\xc3\xa9"));
    assert_string_equal(buf_text(&out), "\"a\\\"\\u001b\\u007f\\u009b\\u202e"
                                        "\\udb40\\udc61\xef\xbf\xbd\xc3\xa9\"");
    buf_deinit(&out);
}

static void bytes_that_are_not_utf8_become_escapes(void **state)
{
    (void)state;
    CHECK("\xff\xfe", "\\xff\\xfe");
    CHECK("\x9b", "\\x9b");                            /* C1 in Latin-1 */
    CHECK("\xc0\xaf", "\\xc0\\xaf");                   /* overlong */
    CHECK("\xe0\x80\xaf", "\\xe0\\x80\\xaf");          /* overlong */
    CHECK("\xed\xa0\x80", "\\xed\\xa0\\x80");          /* surrogate */
    CHECK("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* past U+10FFFF */
    CHECK("\xe2\x82", "\\xe2\\x82");                   /* cut short */
    CHECK("\xe2\x82x", "\\xe2\\x82x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays),
        cmocka_unit_test(controls_become_escapes),
        cmocka_unit_test(bidirectional_marks_become_escapes),
        cmocka_unit_test(what_takes_no_room_becomes_escapes),
        cmocka_unit_test(json_strings_have_escapes_of_their_own),
        cmocka_unit_test(bytes_that_are_not_utf8_become_escapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
