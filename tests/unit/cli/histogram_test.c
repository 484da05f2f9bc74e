/* SPDX-License-Identifier: MIT */
#include "cli/choose/histogram.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct histogram histogram;

static void begin(void)
{
    histogram_clear(&histogram);
}

static void assert_near(uint64_t found, uint64_t expected)
{
    uint64_t off = found > expected ? found - expected : expected - found;

    assert_true(off <= expected / 128);
}

static void nothing_has_no_quantiles(void **state)
{
    (void)state;
    begin();
    histogram_add(&histogram, 5, 0);
    assert_int_equal(histogram_quantile(&histogram, 500), 0);
    assert_int_equal(histogram.count, 0);
    assert_int_equal(histogram.max, 0);
}

static void small_values_are_exact(void **state)
{
    (void)state;
    begin();
    for (uint64_t value = 1; value <= 100; value++) {
        histogram_add(&histogram, value, 1);
    }
    assert_int_equal(histogram_quantile(&histogram, 500), 50);
    assert_int_equal(histogram_quantile(&histogram, 900), 90);
    assert_int_equal(histogram_quantile(&histogram, 990), 99);
    assert_int_equal(histogram_quantile(&histogram, 1000), 100);
    assert_int_equal(histogram_quantile(&histogram, 0), 1);
    assert_int_equal(histogram.sum, 5050);
}

static void every_value_is_within_the_bound(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift < 64; shift++) {
        for (uint64_t low = 0; low < 200; low++) {
            uint64_t value = ((UINT64_C(1) << shift) - 100 + low) |
                             (UINT64_C(1) << shift >> 1);

            begin();
            /* Another one above it, so that the maximum decides nothing. */
            histogram_add(&histogram, value, 1);
            histogram_add(&histogram, UINT64_MAX, 1);
            assert_near(histogram_quantile(&histogram, 500), value);
        }
    }
}

static void no_quantile_is_above_the_maximum(void **state)
{
    (void)state;
    begin();
    histogram_add(&histogram, 1000000, 3);
    assert_int_equal(histogram.max, 1000000);
    assert_true(histogram_quantile(&histogram, 990) <= 1000000);
    histogram_add(&histogram, UINT64_MAX, 1);
    assert_int_equal(histogram.max, UINT64_MAX);
    assert_near(histogram_quantile(&histogram, 1000), UINT64_MAX);
}

static int compare(const void *a, const void *b)
{
    uint64_t left;
    uint64_t right;

    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

static void quantiles_are_those_of_sorted_values(void **state)
{
    enum {
        COUNT = 10000
    };
    static uint64_t values[COUNT];
    static const unsigned asked[] = {1, 10, 500, 900, 990, 999, 1000};
    struct rng rng;

    (void)state;
    begin();
    rng_init_seed(&rng, 7);
    for (size_t i = 0; i < COUNT; i++) {
        values[i] =
            ((uint64_t)rng_u32(&rng) << 32 | rng_u32(&rng)) >> (20 + i % 30);
        histogram_add(&histogram, values[i], 1);
    }
    qsort(values, COUNT, sizeof values[0], compare);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        size_t rank = COUNT * asked[i] / 1000;

        assert_near(histogram_quantile(&histogram, asked[i]), values[rank - 1]);
    }
}

static void sums_end_where_numbers_do(void **state)
{
    (void)state;
    begin();
    histogram_add(&histogram, UINT64_MAX / 2, 2);
    histogram_add(&histogram, 10, 1);
    assert_int_equal(histogram.sum, UINT64_MAX);
    histogram_add(&histogram, 1, 1000);
    assert_int_equal(histogram.sum, UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_quantiles),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(every_value_is_within_the_bound),
        cmocka_unit_test(no_quantile_is_above_the_maximum),
        cmocka_unit_test(quantiles_are_those_of_sorted_values),
        cmocka_unit_test(sums_end_where_numbers_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
