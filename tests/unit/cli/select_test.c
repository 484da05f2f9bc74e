/* SPDX-License-Identifier: MIT */
#include "cli/shape/select.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void line_is(const char *pointers, enum select_form form,
                    const char *data, const char *expected)
{
    struct select *select;
    struct output_error error;
    struct buf out;

    buf_init(&out, 10000);
    assert_int_equal(select_new(&select, pointers, &error), SOCKFEED_OK);
    select_append(select, &out, form, span_text(data));
    assert_string_equal(buf_text(&out), expected);
    select_free(select);
    buf_deinit(&out);
}

static void header_is(const char *pointers, const char *expected)
{
    struct select *select;
    struct output_error error;
    struct buf out;

    buf_init(&out, 10000);
    assert_int_equal(select_new(&select, pointers, &error), SOCKFEED_OK);
    select_append_header(select, &out);
    assert_string_equal(buf_text(&out), expected);
    select_free(select);
    buf_deinit(&out);
}

static const char trade[] = "{\"s\":\"a\\tb\\n\\\\\\\"\",\"p\":0.10,\"n\":null,"
                            "\"o\":{\"x\":\t[1.50, \"\\n\"]},\"e\":\"\"}";

static void columns_are_separated_by_tabs(void **state)
{
    (void)state;
    line_is("/p", SELECT_TABS, trade, "0.10");
    line_is("/p,/n,/no,/p", SELECT_TABS, trade, "0.10\t\t\t0.10");
    line_is("/s,/p", SELECT_TABS, trade, "a\\tb\\n\\\\\"\t0.10");
    line_is("/o,/o/x/0", SELECT_TABS, trade, "{\"x\": [1.50, \"\\n\"]}\t1.50");
    line_is("/e,/p", SELECT_TABS, trade, "\t0.10");
    line_is("/1/0", SELECT_TABS, "[\"text\",[2.0]]", "2.0");
}

static void csv_is_quoted_where_it_must_be(void **state)
{
    (void)state;
    line_is("/s,/p,/n", SELECT_CSV, trade, "\"a\tb\n\\\"\"\",0.10,");
    line_is("/a", SELECT_CSV, "{\"a\":\"x,y\"}", "\"x,y\"");
    line_is("/a", SELECT_CSV, "{\"a\":\"x\\ry\"}", "\"x\ry\"");
    line_is("/a", SELECT_CSV, "{\"a\":\"\\\"\"}", "\"\"\"\"");
    line_is("/a", SELECT_CSV, "{\"a\":[1,2]}", "\"[1,2]\"");
    line_is("/a", SELECT_CSV, "{\"a\":\" x \"}", " x ");
}

static void an_object_leaves_out_what_is_missing(void **state)
{
    (void)state;
    line_is("/p,/no,/n,/o/x", SELECT_JSON, trade,
            "{\"p\":0.10,\"n\":null,\"x\":[1.50, \"\\n\"]}");
    line_is("/no", SELECT_JSON, trade, "{}");
}

static void columns_are_named_by_last_parts_unless_two_are_alike(void **state)
{
    (void)state;
    header_is("/s,/p", "s,p");
    header_is("/a/x,/b/x,/c", "/a/x,/b/x,c");
    header_is("/a~1b,/\"", "a/b,\"\"\"\"");
    line_is("/a/x,/b/x", SELECT_JSON, "{\"a\":{\"x\":1},\"b\":{\"x\":2}}",
            "{\"/a/x\":1,\"/b/x\":2}");
}

static void refuses(const char *pointers, const char *words)
{
    struct select *select;
    struct output_error error = {""};

    assert_int_equal(select_new(&select, pointers, &error), SOCKFEED_INVALID);
    assert_null(select);
    if (strstr(error.text, words) == NULL) {
        fail_msg("%s: %s", pointers, error.text);
    }
}

static void refuses_what_is_no_pointer(void **state)
{
    (void)state;
    refuses("", "a pointer must stand here");
    refuses("x", "(column 1)");
    refuses("/a,b", "(column 4)");
    refuses("/a,/b~2", "(column 7)");
}

static void takes_as_many_pointers_as_may_be(void **state)
{
    char pointers[3 * (LIMIT_POINTERS + 1)];
    struct select *select;
    struct output_error error;

    (void)state;
    for (size_t i = 0; i <= LIMIT_POINTERS; i++) {
        memcpy(pointers + 3 * i, "/a,", 3);
    }
    pointers[3 * LIMIT_POINTERS + 2] = '\0';
    refuses(pointers, "too many pointers");
    pointers[3 * LIMIT_POINTERS - 1] = '\0';
    assert_int_equal(select_new(&select, pointers, &error), SOCKFEED_OK);
    select_free(select);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_separated_by_tabs),
        cmocka_unit_test(csv_is_quoted_where_it_must_be),
        cmocka_unit_test(an_object_leaves_out_what_is_missing),
        cmocka_unit_test(columns_are_named_by_last_parts_unless_two_are_alike),
        cmocka_unit_test(refuses_what_is_no_pointer),
        cmocka_unit_test(takes_as_many_pointers_as_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
