/* SPDX-License-Identifier: MIT */
#include "base/printable.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_copy(const char *text, size_t size, const char *wanted)
{
    char copy[64];

    assert_int_equal(printable_copy(copy, sizeof copy, span_of(text, size)),
                     strlen(wanted));
    assert_string_equal(copy, wanted);
}

static void marks_what_must_not_reach_a_terminal(void **state)
{
    (void)state;
    assert_copy("", 0, "");
    assert_copy("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", 11,
                "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
    assert_copy("\x1b[31m\x07\x7f", 7, "?[31m??");
    assert_copy("a\0b\nc\td", 7, "a?b?c?d");
    assert_copy("\xc2\x9b", 2, "?");                  /* CSI, a C1 control */
    assert_copy("\xe2\x80\xae\xe2\x81\xa6", 6, "??"); /* override, isolate */
    assert_copy("\xff\xc3", 2, "??");
    assert_copy("\xe2\x82", 2, "??");
}

static void cuts_between_characters(void **state)
{
    char copy[4];

    (void)state;
    assert_int_equal(printable_copy(copy, sizeof copy, span_text("abcd")), 3);
    assert_string_equal(copy, "abc");
    assert_int_equal(printable_copy(copy, sizeof copy, span_text("ab\xc3\xbc")),
                     2);
    assert_string_equal(copy, "ab");
    assert_int_equal(printable_copy(copy, 1, span_text("a")), 0);
    assert_string_equal(copy, "");
}

static void finds_the_first_line_that_says_something(void **state)
{
    static const struct {
        const char *text;
        const char *line;
    } cases[] = {
        {"",                       ""   },
        {"one",                    "one"},
        {"one\ntwo",               "one"},
        {"one\r\ntwo",             "one"},
        {"\r\n\n  \t\n one \ntwo", "one"},
        {"\n\n",                   ""   },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(span_is(printable_first_line(span_text(cases[i].text)),
                            cases[i].line));
    }
    assert_int_equal(printable_first_line(span_of(NULL, 0)).size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_what_must_not_reach_a_terminal),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(finds_the_first_line_that_says_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
