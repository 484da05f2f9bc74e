/* SPDX-License-Identifier: MIT */
#include "cli/base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct regex *compiled(const char *pattern, unsigned flags)
{
    struct regex *regex;
    struct output_error error;

    assert_int_equal(regex_new(&regex, pattern, flags, &error), SOCKFEED_OK);
    return regex;
}

static bool found(const char *pattern, unsigned flags, const char *text)
{
    struct regex *regex = compiled(pattern, flags);
    bool matches = regex_match(regex, span_text(text));

    regex_free(regex);
    return matches;
}

static void matches_anywhere_in_the_text(void **state)
{
    (void)state;
    assert_true(found("BTC", 0, "a BTC b"));
    assert_true(found("\"s\":\"(BTC|ETH)\"", 0, "{\"s\":\"ETH\"}"));
    assert_false(found("BTC", 0, "a btc b"));
    assert_true(found("BTC", REGEX_CASELESS, "a btc b"));
    assert_true(found("", 0, ""));
    assert_true(found("^$", 0, ""));
}

static void characters_are_code_points(void **state)
{
    (void)state;
    assert_true(found("^.$", 0, "\u20ac"));
    assert_true(found("^\\x{20ac}$", 0, "\u20ac"));
}

static void invalid_bytes_match_nothing_and_break_nothing(void **state)
{
    (void)state;
    assert_true(found("b", 0, "a\xff\xfe b"));
    assert_false(found("a.b", 0,
                       "a\xff"
                       "b"));
}

static void an_empty_span_is_an_empty_text(void **state)
{
    struct regex *regex = compiled("^", 0);

    (void)state;
    assert_true(regex_match(regex, span_of(NULL, 0)));
    regex_free(regex);
}

static void errors_name_the_column(void **state)
{
    struct regex *regex;
    struct output_error error;

    (void)state;
    assert_int_equal(regex_new(&regex, "ab(c", 0, &error), SOCKFEED_INVALID);
    assert_null(regex);
    assert_non_null(strstr(error.text, "parenthesis"));
    assert_non_null(strstr(error.text, "(column 5)"));
}

static void group_is(const struct regex *regex, unsigned group,
                     const char *expected)
{
    struct span span = regex_group(regex, group);

    assert_int_equal(span.size, strlen(expected));
    assert_memory_equal(span.data, expected, span.size);
}

static void groups_are_views_of_the_text(void **state)
{
    struct regex *regex = compiled("(?<key>[a-z]+)=(\\d+)?(x)?", 0);
    const char *text = "say ab=12";

    (void)state;
    assert_int_equal(regex_group_count(regex), 3);
    assert_int_equal(regex_group_named(regex, span_text("key")), 1);
    assert_int_equal(regex_group_named(regex, span_text("no")), 0);
    assert_true(regex_match(regex, span_text(text)));
    group_is(regex, 0, "ab=12");
    group_is(regex, 1, "ab");
    group_is(regex, 2, "12");
    assert_ptr_equal(regex_group(regex, 0).data, text + 4);
    assert_null(regex_group(regex, 3).data);
    assert_null(regex_group(regex, 99).data);
    assert_false(regex_match(regex, span_text("?")));
    assert_null(regex_group(regex, 0).data);
    regex_free(regex);
}

static void a_pattern_that_explodes_is_no_match_and_told_once(void **state)
{
    struct regex *regex = compiled("^(a+)+$", 0);
    const char *text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";

    (void)state;
    assert_false(regex_take_limit(regex));
    assert_false(regex_match(regex, span_text(text)));
    assert_true(regex_take_limit(regex));
    assert_false(regex_match(regex, span_text(text)));
    assert_false(regex_take_limit(regex));
    assert_true(regex_match(regex, span_text("aaa")));
    regex_free(regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_anywhere_in_the_text),
        cmocka_unit_test(characters_are_code_points),
        cmocka_unit_test(invalid_bytes_match_nothing_and_break_nothing),
        cmocka_unit_test(an_empty_span_is_an_empty_text),
        cmocka_unit_test(errors_name_the_column),
        cmocka_unit_test(groups_are_views_of_the_text),
        cmocka_unit_test(a_pattern_that_explodes_is_no_match_and_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
