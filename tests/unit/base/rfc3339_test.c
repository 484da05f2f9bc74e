/* SPDX-License-Identifier: MIT */
#include "base/rfc3339.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_time(int64_t seconds, const char *wanted)
{
    char text[RFC3339_SECONDS_SIZE + 1] = "";

    assert_true(rfc3339_fits(seconds));
    rfc3339_put_seconds(text, seconds);
    assert_string_equal(text, wanted);
}

static void writes_dates_before_and_after_1970(void **state)
{
    (void)state;
    assert_time(0, "1970-01-01T00:00:00");
    assert_time(-1, "1969-12-31T23:59:59");
    assert_time(1795442023, "2026-11-23T13:53:43");
    assert_time(951782400, "2000-02-29T00:00:00");
    assert_time(-2203891200, "1900-03-01T00:00:00");
    assert_time(4107542399, "2100-02-28T23:59:59");
    assert_time(4107542400, "2100-03-01T00:00:00");
}

static void writes_the_first_and_the_last_second(void **state)
{
    (void)state;
    assert_time(-62167219200, "0000-01-01T00:00:00");
    assert_time(-62162035201, "0000-02-29T23:59:59");
    assert_time(-62162035200, "0000-03-01T00:00:00");
    assert_time(253402300799, "9999-12-31T23:59:59");
}

static void other_years_do_not_fit(void **state)
{
    (void)state;
    assert_false(rfc3339_fits(-62167219201));
    assert_false(rfc3339_fits(253402300800));
    assert_false(rfc3339_fits(INT64_MIN));
    assert_false(rfc3339_fits(INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_dates_before_and_after_1970),
        cmocka_unit_test(writes_the_first_and_the_last_second),
        cmocka_unit_test(other_years_do_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
