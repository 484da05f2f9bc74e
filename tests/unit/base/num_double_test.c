/* SPDX-License-Identifier: MIT */
#include "base/num_double.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_written(double value, const char *wanted)
{
    struct buf text;

    buf_init(&text, 64);
    num_double_append(&text, value);
    assert_string_equal(buf_text(&text), wanted);
    assert_true(num_double_parse(buf_span(&text)) == value);
    buf_deinit(&text);
}

static void writes_as_ecmascript_does(void **state)
{
    (void)state;
    assert_written(0, "0");
    assert_written(-0.0, "-0");
    assert_written(1, "1");
    assert_written(-1.5, "-1.5");
    assert_written(0.1, "0.1");
    assert_written(0.1 + 0.2, "0.30000000000000004");
    assert_written(123456789012345680000.0, "123456789012345680000");
    assert_written(1e21, "1e+21");
    assert_written(1.5e300, "1.5e+300");
    assert_written(0.000001, "0.000001");
    assert_written(1.25e-7, "1.25e-7");
    assert_written(100, "100");
    assert_written((double)0.1F, "0.10000000149011612");
}

static void writes_the_extremes(void **state)
{
    (void)state;
    assert_written(DBL_MAX, "1.7976931348623157e+308");
    assert_written(DBL_MIN, "2.2250738585072014e-308");
    assert_written(5e-324, "5e-324");
    assert_written(1e-323, "1e-323");
    assert_written(9007199254740993.0, "9007199254740992");
}

/* Powers of two are the only ones whose neighbours lie unevenly. */
static void every_power_of_two_reads_back(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 64);
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double value = ldexp(1, exponent);

        buf_clear(&text);
        num_double_append(&text, value);
        assert_true(num_double_parse(buf_span(&text)) == value);
    }
    buf_deinit(&text);
}

static double parse(const char *text)
{
    return num_double_parse(span_text(text));
}

static void reads_what_json_writes(void **state)
{
    (void)state;
    assert_true(parse("0") == 0);
    assert_true(signbit(parse("-0.0e5")));
    assert_true(parse("1e2") == 100);
    assert_true(parse("1E+2") == 100);
    assert_true(parse("-12.5e-1") == -1.25);
    assert_true(parse("0.000000000000000000000000000001") == 1e-30);
    assert_true(parse("100000000000000000000000000000") == 1e29);
    assert_true(parse("0.1") == 0.1);
}

static void what_is_beyond_doubles_is_infinite_or_zero(void **state)
{
    (void)state;
    assert_true(isinf(parse("1e400")));
    assert_true(parse("-1e99999999999999999999") < -DBL_MAX);
    assert_true(parse("1e-99999999999999999999") == 0);
    assert_true(parse("0e99999999999999999999") == 0);
}

/* Halfway between two doubles but for its last of a thousand digits. */
static void a_last_digit_far_away_decides(void **state)
{
    char text[1100] = "9007199254740993.";
    size_t size = strlen(text);

    (void)state;
    memset(text + size, '0', 1000);
    text[size + 1000] = '\0';
    assert_true(parse(text) == 9007199254740992.0);
    text[size + 999] = '1';
    assert_true(parse(text) == 9007199254740994.0);
}

static void the_locale_makes_no_difference(void **state)
{
    (void)state;
    /* Where there is none of these, the test is that of the C locale. */
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL) {
        (void)setlocale(LC_NUMERIC, "fr_FR.UTF-8");
    }
    assert_written(0.5, "0.5");
    assert_written(1.5e-9, "1.5e-9");
    (void)setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_as_ecmascript_does),
        cmocka_unit_test(writes_the_extremes),
        cmocka_unit_test(every_power_of_two_reads_back),
        cmocka_unit_test(reads_what_json_writes),
        cmocka_unit_test(what_is_beyond_doubles_is_infinite_or_zero),
        cmocka_unit_test(a_last_digit_far_away_decides),
        cmocka_unit_test(the_locale_makes_no_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
