/* SPDX-License-Identifier: MIT */
#include "cli/shape/color.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void json_is(const char *json, unsigned flags, const char *expected)
{
    struct buf out;

    buf_init(&out, 10000);
    color_append_json(&out, span_text(json), flags);
    assert_string_equal(buf_text(&out), expected);
    buf_deinit(&out);
}

static void members_and_elements_get_lines(void **state)
{
    (void)state;
    json_is("{\"a\": [1 ,{ }],\"b\":[ ],\"c\":{\"d\":null}}", COLOR_INDENT,
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n  \"c\": {\n"
            "    \"d\": null\n  }\n}");
    json_is("0.10", COLOR_INDENT, "0.10");
    json_is("[[[]]]", COLOR_INDENT, "[\n  [\n    []\n  ]\n]");
}

static void kinds_of_values_have_colours(void **state)
{
    (void)state;
    json_is("{\"a\":\"b\", \"c\" :[1.50,true,null]}", COLOR_PAINT,
            "{\033[1;34m\"a\"\033[0m:\033[32m\"b\"\033[0m, "
            "\033[1;34m\"c\"\033[0m :[\033[36m1.50\033[0m,"
            "\033[33mtrue\033[0m,\033[33mnull\033[0m]}");
    json_is("[\"a\\\":\\\\\",\"b\"]", COLOR_PAINT,
            "[\033[32m\"a\\\":\\\\\"\033[0m,\033[32m\"b\"\033[0m]");
}

static void nothing_in_it_reaches_the_terminal(void **state)
{
    (void)state;
    json_is("[\"\x7f\xc2\x9b\u202e\",\r1]", COLOR_VISIBLE,
            "[\"\\x7f\\u009b\\u202e\", 1]");
}

static void without_flags_it_is_a_copy(void **state)
{
    (void)state;
    json_is("{ \"a\" : [ ] , \"b\":\t-1e400 }", 0,
            "{ \"a\" : [ ] , \"b\":\t-1e400 }");
}

static void text_keeps_its_lines_and_tabs(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    color_append_text(&out, span_text("a\tb\n\033[2Jc\r\n\u20ac\xff"));
    assert_string_equal(buf_text(&out), "a\tb\n\\x1b[2Jc\\r\n\u20ac\\xff");
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_and_elements_get_lines),
        cmocka_unit_test(kinds_of_values_have_colours),
        cmocka_unit_test(nothing_in_it_reaches_the_terminal),
        cmocka_unit_test(without_flags_it_is_a_copy),
        cmocka_unit_test(text_keeps_its_lines_and_tabs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
