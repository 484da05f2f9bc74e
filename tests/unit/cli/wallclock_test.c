/* SPDX-License-Identifier: MIT */
#include "cli/wallclock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void prints(int64_t seconds, int64_t nanoseconds, const char *expected)
{
    char text[WALLCLOCK_TEXT + 1] = {0};

    wallclock_print(text, seconds * 1000000000 + nanoseconds);
    assert_string_equal(text, expected);
}

static void the_epoch_is_1970(void **state)
{
    (void)state;
    prints(0, 0, "1970-01-01T00:00:00.000000000Z");
    prints(0, 1, "1970-01-01T00:00:00.000000001Z");
}

static void leap_days_come_every_four_years_but_not_every_century(void **state)
{
    (void)state;
    prints(951782400, 0, "2000-02-29T00:00:00.000000000Z");
    prints(951868800, 0, "2000-03-01T00:00:00.000000000Z");
    prints(1709164800, 0, "2024-02-29T00:00:00.000000000Z");
    prints(1677628800, 0, "2023-03-01T00:00:00.000000000Z");
    prints(4107542399, 999999999, "2100-02-28T23:59:59.999999999Z");
    prints(4107542400, 0, "2100-03-01T00:00:00.000000000Z");
}

static void a_year_ends_on_its_last_day(void **state)
{
    (void)state;
    prints(1767225599, 123456789, "2025-12-31T23:59:59.123456789Z");
    prints(1767225600, 0, "2026-01-01T00:00:00.000000000Z");
    prints(1735689599, 0, "2024-12-31T23:59:59.000000000Z");
}

static void now_is_after_this_was_written(void **state)
{
    (void)state;
    assert_true(wallclock_now() > INT64_C(1700000000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_epoch_is_1970),
        cmocka_unit_test(leap_days_come_every_four_years_but_not_every_century),
        cmocka_unit_test(a_year_ends_on_its_last_day),
        cmocka_unit_test(now_is_after_this_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
