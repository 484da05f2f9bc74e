/* SPDX-License-Identifier: MIT */
#include "cli/choose/instant.h"

#include "cli/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_instant(const char *text, const char *date)
{
    char shown[CLOCK_TEXT_SIZE];
    int64_t time = 0;

    assert_true(instant_parse(&time, span_text(text)));
    clock_format(shown, time);
    assert_string_equal(shown, date);
}

static void the_unit_of_a_number_is_told_by_its_size(void **state)
{
    (void)state;
    assert_instant("1700000000", "2023-11-14T22:13:20.000000000Z");
    assert_instant("1700000000.5", "2023-11-14T22:13:20.500000000Z");
    assert_instant("1700000000.1234567899", "2023-11-14T22:13:20.123456789Z");
    assert_instant("1700000000123", "2023-11-14T22:13:20.123000000Z");
    assert_instant("1700000000123.4567891", "2023-11-14T22:13:20.123456789Z");
    assert_instant("1700000000123456", "2023-11-14T22:13:20.123456000Z");
    assert_instant("1700000000123456.789", "2023-11-14T22:13:20.123456789Z");
    assert_instant("1700000000123456789", "2023-11-14T22:13:20.123456789Z");
    assert_instant("1700000000123456789.9", "2023-11-14T22:13:20.123456789Z");
    assert_instant("0", "1970-01-01T00:00:00.000000000Z");
}

static void dates_are_those_of_rfc_3339(void **state)
{
    (void)state;
    assert_instant("2026-11-23T13:53:00Z", "2026-11-23T13:53:00.000000000Z");
    assert_instant("2026-11-23T13:53:00.1234567Z",
                   "2026-11-23T13:53:00.123456700Z");
    assert_instant("2026-11-23 13:53:00.123456789123",
                   "2026-11-23T13:53:00.123456789Z");
    assert_instant("2026-11-23T22:53:00+09:00",
                   "2026-11-23T13:53:00.000000000Z");
    assert_instant("2026-11-23t08:23:00-0530",
                   "2026-11-23T13:53:00.000000000Z");
    assert_instant("2026-01-01T00:30:00+01", "2025-12-31T23:30:00.000000000Z");
    assert_instant("2000-02-29T23:59:60Z", "2000-03-01T00:00:00.000000000Z");
}

static void every_day_is_the_one_after_the_day_before(void **state)
{
    (void)state;
    for (int64_t day = 0; day < INT64_C(50000); day++) {
        char text[CLOCK_TEXT_SIZE];
        int64_t time = day * INT64_C(86400000000000) + 1;
        int64_t found;

        clock_format(text, time);
        assert_true(instant_parse(&found, span_text(text)));
        assert_int_equal(found, time);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "-1",
        "1e9",
        "1.",
        ".5",
        "1700000000 ",
        "17000000001234567890",
        "9999999999999999999",
        "2026-11-23",
        "2026-11-23T13:53Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-32T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T00:60:00Z",
        "2026-11-23T00:00:61Z",
        "2026-11-23T00:00:00.Z",
        "2026-11-23T00:00:00ZZ",
        "2026-11-23T00:00:00+",
        "2026-11-23T00:00:00+9:00",
        "2026-11-23T00:00:00+09:60",
        "9999-11-23T00:00:00Z",
        "0001-11-23T00:00:00Z",
        "2026-1-123T00:00:00Z",
    };
    int64_t time;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(instant_parse(&time, span_text(texts[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_of_a_number_is_told_by_its_size),
        cmocka_unit_test(dates_are_those_of_rfc_3339),
        cmocka_unit_test(every_day_is_the_one_after_the_day_before),
        cmocka_unit_test(what_is_no_time_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
