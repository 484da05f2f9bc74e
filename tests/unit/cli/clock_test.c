/* SPDX-License-Identifier: MIT */
#include "cli/base/clock.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

static void check(int64_t time, const char *expected)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(text, time);
    assert_string_equal(text, expected);
}

static void formats_dates_of_the_calendar(void **state)
{
    (void)state;
    check(0, "1970-01-01T00:00:00.000000000Z");
    check(951782399999999999, "2000-02-28T23:59:59.999999999Z");
    check(951782400000000000, "2000-02-29T00:00:00.000000000Z");
    check(951868800000000000, "2000-03-01T00:00:00.000000000Z");
    check(4107542399000000001, "2100-02-28T23:59:59.000000001Z");
    check(4107542400000000000, "2100-03-01T00:00:00.000000000Z");
    check(1795442000123456789, "2026-11-23T13:53:20.123456789Z");
}

static void agrees_with_the_c_library_on_every_day(void **state)
{
    (void)state;
    for (time_t second = 0; second < 9000000000; second += 86399) {
        char expected[CLOCK_TEXT_SIZE];
        struct tm tm;

        assert_non_null(gmtime_r(&second, &tm));
        assert_int_equal(strftime(expected, sizeof expected,
                                  "%Y-%m-%dT%H:%M:%S.000000000Z", &tm),
                         CLOCK_TEXT_SIZE - 1);
        check((int64_t)second * 1000000000, expected);
    }
}

static void a_stamp_follows_its_time(void **state)
{
    struct clock_stamp stamp = {.time = 1999999999};

    (void)state;
    assert_string_equal(clock_stamp_text(&stamp),
                        "1970-01-01T00:00:01.999999999Z");
    stamp.time = 2000000000;
    assert_string_equal(clock_stamp_text(&stamp),
                        "1970-01-01T00:00:02.000000000Z");
    stamp.time = 2000000003;
    assert_string_equal(clock_stamp_text(&stamp),
                        "1970-01-01T00:00:02.000000003Z");
    assert_string_equal(clock_stamp_text(&stamp),
                        "1970-01-01T00:00:02.000000003Z");
}

static void a_stamp_is_read_from_the_clock(void **state)
{
    struct clock_stamp stamp = {0};
    int64_t before = clock_now();

    (void)state;
    clock_stamp_read(&stamp);
    assert_true(stamp.time >= before && before > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_dates_of_the_calendar),
        cmocka_unit_test(agrees_with_the_c_library_on_every_day),
        cmocka_unit_test(a_stamp_follows_its_time),
        cmocka_unit_test(a_stamp_is_read_from_the_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
