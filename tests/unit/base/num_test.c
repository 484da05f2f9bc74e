/* SPDX-License-Identifier: MIT */
#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

static void assert_uint(const char *text, uint64_t max, uint64_t wanted)
{
    uint64_t value = 99;

    assert_int_equal(num_parse_uint(&value, span_text(text), max), SOCKFEED_OK);
    assert_true(value == wanted);
}

static void refute_uint(const char *text, uint64_t max)
{
    uint64_t value = 99;

    assert_int_equal(num_parse_uint(&value, span_text(text), max),
                     SOCKFEED_INVALID);
    assert_true(value == 99);
}

static void parses_integers_up_to_their_limit(void **state)
{
    (void)state;
    assert_uint("0", 0, 0);
    assert_uint("007", 10, 7);
    assert_uint("65535", 65535, 65535);
    assert_uint("18446744073709551615", UINT64_MAX, UINT64_MAX);
    assert_uint("9", UINT64_MAX, 9);
}

static void refuses_integers_past_their_limit(void **state)
{
    (void)state;
    refute_uint("1", 0);
    refute_uint("9", 5);
    refute_uint("65536", 65535);
    refute_uint("18446744073709551616", UINT64_MAX);
    refute_uint("99999999999999999999999", UINT64_MAX);
}

static void refuses_what_is_not_all_digits(void **state)
{
    static const char *const texts[] = {"",   "-1",  "+1",  " 1", "1 ",
                                        "1a", "0x1", "1.0", ".",  "1e3"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        refute_uint(texts[i], UINT64_MAX);
    }
}

static void canonical_integers_have_no_leading_zeros(void **state)
{
    uint64_t value = 99;

    (void)state;
    assert_int_equal(num_parse_canonical(&value, span_text("0"), 9),
                     SOCKFEED_OK);
    assert_int_equal(value, 0);
    assert_int_equal(num_parse_canonical(&value, span_text("10"), 10),
                     SOCKFEED_OK);
    assert_int_equal(value, 10);
    assert_int_equal(num_parse_canonical(&value, span_text("00"), 10),
                     SOCKFEED_INVALID);
    assert_int_equal(num_parse_canonical(&value, span_text("01"), 10),
                     SOCKFEED_INVALID);
    assert_int_equal(num_parse_canonical(&value, span_text(""), 10),
                     SOCKFEED_INVALID);
}

static void sizes_count_in_powers_of_1024(void **state)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } rows[] = {
        {"0",   0         },
        {"100", 100       },
        {"1K",  1024      },
        {"64k", 65536     },
        {"16M", 16777216  },
        {"1g",  1073741824},
        {"0G",  0         },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t bytes = 99;

        assert_int_equal(
            num_parse_size(&bytes, span_text(rows[i].text), UINT64_MAX),
            SOCKFEED_OK);
        assert_int_equal(bytes, rows[i].bytes);
    }
}

static void sizes_keep_their_limit_with_a_suffix(void **state)
{
    uint64_t bytes = 99;

    (void)state;
    assert_int_equal(num_parse_size(&bytes, span_text("2K"), 2048),
                     SOCKFEED_OK);
    assert_int_equal(num_parse_size(&bytes, span_text("2K"), 2047),
                     SOCKFEED_INVALID);
    assert_int_equal(
        num_parse_size(&bytes, span_text("17179869184G"), UINT64_MAX),
        SOCKFEED_INVALID);
    assert_int_equal(
        num_parse_size(&bytes, span_text("17179869183G"), UINT64_MAX),
        SOCKFEED_OK);
}

static void refuses_sizes_without_digits_or_with_other_suffixes(void **state)
{
    static const char *const texts[] = {"",   "K",    "1T",  "1KB", "1KK",
                                        "-1", "1.5M", "1 K", "K1",  "+1K"};
    uint64_t bytes = 99;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(
            num_parse_size(&bytes, span_text(texts[i]), UINT64_MAX),
            SOCKFEED_INVALID);
    }
    assert_int_equal(bytes, 99);
}

static void seconds_become_milliseconds_rounded_up(void **state)
{
    static const struct {
        const char *text;
        int64_t milliseconds;
    } rows[] = {
        {"10",                    10000        },
        {"0.5",                   500          },
        {".5",                    500          },
        {"0",                     0            },
        {"0.000",                 0            },
        {"1.0004",                1001         },
        {"0.0000000000000000001", 1            },
        {"0.9999",                1000         },
        {"2.50",                  2500         },
        {"1000000000",            1000000000000},
        {"1000000000.0",          1000000000000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t milliseconds = -1;

        assert_int_equal(
            num_parse_seconds(&milliseconds, span_text(rows[i].text)),
            SOCKFEED_OK);
        assert_int_equal(milliseconds, rows[i].milliseconds);
    }
}

static void refuses_seconds_that_are_malformed_or_too_many(void **state)
{
    static const char *const texts[] = {
        "",    ".",    "1.",      "-1",         "+1",           "1s",
        "1e3", "1..2", "1.2.3",   "1000000001", "1000000000.1", "0x1",
        "inf", "nan",  "1.5e400", " 1",         "1,5"};
    int64_t milliseconds = -1;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(num_parse_seconds(&milliseconds, span_text(texts[i])),
                         SOCKFEED_INVALID);
    }
    assert_int_equal(milliseconds, -1);
}

static void fractions_lie_between_0_and_1(void **state)
{
    int64_t permille = -1;

    (void)state;
    assert_int_equal(num_parse_permille(&permille, span_text("0.2")),
                     SOCKFEED_OK);
    assert_int_equal(permille, 200);
    assert_int_equal(num_parse_permille(&permille, span_text("1")),
                     SOCKFEED_OK);
    assert_int_equal(permille, 1000);
    assert_int_equal(num_parse_permille(&permille, span_text("0")),
                     SOCKFEED_OK);
    assert_int_equal(permille, 0);
    assert_int_equal(num_parse_permille(&permille, span_text("1.001")),
                     SOCKFEED_INVALID);
    assert_int_equal(num_parse_permille(&permille, span_text("2")),
                     SOCKFEED_INVALID);
}

/* Compares both ways round. */
static void assert_order(const char *a, const char *b, int wanted)
{
    int order = 9;

    assert_int_equal(num_compare(&order, span_text(a), span_text(b)),
                     SOCKFEED_OK);
    if (order != wanted) {
        fail_msg("%s and %s: %d", a, b, order);
    }
    assert_int_equal(num_compare(&order, span_text(b), span_text(a)),
                     SOCKFEED_OK);
    assert_int_equal(order, -wanted);
}

static void equal_numbers_may_be_written_differently(void **state)
{
    (void)state;
    assert_order("0.10", "1e-1", 0);
    assert_order("-0", "0", 0);
    assert_order("-0.0e5", "0E-9", 0);
    assert_order("100", "1e2", 0);
    assert_order("100", "1E+02", 0);
    assert_order("1200e-2", "12", 0);
    assert_order("0.00012e4", "1.2", 0);
    assert_order("-5", "-5.000", 0);
    assert_order("0e999999999999999999999999", "0", 0);
    assert_order("1e000000000000000000000000001", "10", 0);
    assert_order("10e99999999999999999999", "1e100000000000000000000", 0);
    assert_order("0.1e-99999999999999999999", "1e-100000000000000000000", 0);
    assert_order("0.01e9223372036854775808", "1e9223372036854775806", 0);
}

static void compares_beyond_what_a_double_holds(void **state)
{
    (void)state;
    assert_order("9007199254740993", "9007199254740992", 1);
    assert_order("1e400", "1e401", -1);
    assert_order("1e-400", "0", 1);
    assert_order("-1e400", "1e-400", -1);
    assert_order("0.1", "0.1000000000000000000000000001", -1);
    assert_order("1e999999999", "1e999999998", 1);
    assert_order("-1e999999999", "-1e999999998", -1);
    assert_order("1e-999999999", "1e-999999998", -1);
    assert_order("1e99999999999999999999", "1e-99999999999999999999", 1);
    assert_order("9e99999999999999999999", "1e100000000000000000000", -1);
    assert_order("1e100000000000000000000000000000001",
                 "1e100000000000000000000000000000000", 1);
    assert_order("1e2", "1e100000000000000000000000000000000", -1);
}

static void compares_signs_before_sizes(void **state)
{
    (void)state;
    assert_order("-1", "1", -1);
    assert_order("-1", "0", -1);
    assert_order("-2", "-1", -1);
    assert_order("-1e5", "-1e6", 1);
    assert_order("2", "10", -1);
    assert_order("0.9", "0.10", 1);
}

static void refuses_what_json_does_not_call_a_number(void **state)
{
    static const char *const texts[] = {
        "",    "-",   "+1",  "01",    "-01",   ".5",  "1.",   "1.e5",
        "1e",  "1e+", "e5",  "0x1",   "1 ",    " 1",  "1a",   "--1",
        "NaN", "1_0", "1,0", "1e5.0", "1e--5", "-.5", "1.2.3"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct span text = span_text(texts[i]);
        int order = 9;

        assert_false(num_is_decimal(text));
        assert_int_equal(num_compare(&order, text, span_text("1")),
                         SOCKFEED_INVALID);
        assert_int_equal(num_compare(&order, span_text("1"), text),
                         SOCKFEED_INVALID);
        assert_int_equal(order, 9);
    }
    assert_true(num_is_decimal(span_text("-12.50e+07")));
    assert_false(num_is_decimal(span_of("1\0", 2)));
}

static void compares_long_numbers_in_linear_time(void **state)
{
    enum {
        SIZE = 1000000
    };
    char *a = malloc(SIZE);
    char *b = malloc(SIZE);
    int order = 9;

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    memset(a, '7', SIZE);
    memset(b, '7', SIZE);
    b[SIZE - 1] = '8';
    assert_int_equal(num_compare(&order, span_of(a, SIZE), span_of(b, SIZE)),
                     SOCKFEED_OK);
    assert_int_equal(order, -1);
    a[1] = 'e';
    b[1] = 'e';
    assert_int_equal(num_compare(&order, span_of(a, SIZE), span_of(b, SIZE)),
                     SOCKFEED_OK);
    assert_int_equal(order, -1);
    free(a);
    free(b);
}

static void hexadecimal_digits_are_of_either_case(void **state)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    (void)state;
    for (int c = 0; c < 256; c++) {
        const char *at = memchr(digits, c, sizeof digits - 1);
        int index = at == NULL ? -1 : (int)(at - digits);

        assert_int_equal(num_hex_value((char)c),
                         index < 16 ? index : index - 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_integers_up_to_their_limit),
        cmocka_unit_test(refuses_integers_past_their_limit),
        cmocka_unit_test(refuses_what_is_not_all_digits),
        cmocka_unit_test(canonical_integers_have_no_leading_zeros),
        cmocka_unit_test(sizes_count_in_powers_of_1024),
        cmocka_unit_test(sizes_keep_their_limit_with_a_suffix),
        cmocka_unit_test(refuses_sizes_without_digits_or_with_other_suffixes),
        cmocka_unit_test(seconds_become_milliseconds_rounded_up),
        cmocka_unit_test(refuses_seconds_that_are_malformed_or_too_many),
        cmocka_unit_test(hexadecimal_digits_are_of_either_case),
        cmocka_unit_test(fractions_lie_between_0_and_1),
        cmocka_unit_test(equal_numbers_may_be_written_differently),
        cmocka_unit_test(compares_beyond_what_a_double_holds),
        cmocka_unit_test(compares_signs_before_sizes),
        cmocka_unit_test(refuses_what_json_does_not_call_a_number),
        cmocka_unit_test(compares_long_numbers_in_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
