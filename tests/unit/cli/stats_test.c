/* SPDX-License-Identifier: MIT */
#include "cli/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct stats later = {
    .elapsed = 2500,
    .counts = {.received = 1001,
               .received_bytes = 200200,
               .printed = 900,
               .dropped = 3,
               .written = 180000},
    .connections = 2,
    .losses = 1,
};

static void text_is(const struct stats *stats, const char *expected)
{
    struct buf out;

    buf_init(&out, 1000);
    stats_append_text(&out, stats);
    assert_string_equal(buf_text(&out), expected);
    buf_deinit(&out);
}

static void json_is(const struct stats *stats, const char *expected)
{
    struct buf out;

    buf_init(&out, 1000);
    stats_append_json(&out, stats);
    assert_string_equal(buf_text(&out), expected);
    buf_deinit(&out);
}

static void a_summary_is_one_line(void **state)
{
    (void)state;
    text_is(&later, "1001 messages (400.4/s), 200200 bytes (80080.0/s) in "
                    "2.500 s; 900 printed, 3 dropped, 180000 bytes written; "
                    "connections: 2, lost: 1");
    json_is(&later,
            "{\"seconds\":2.500,\"received\":1001,\"received_bytes\":200200,"
            "\"printed\":900,\"dropped\":3,\"written_bytes\":180000,"
            "\"connections\":2,\"lost\":1,\"messages_per_second\":400.4,"
            "\"bytes_per_second\":80080.0}");
}

static void no_time_at_all_has_no_rate(void **state)
{
    struct stats stats = later;

    (void)state;
    stats.elapsed = 0;
    json_is(&stats,
            "{\"seconds\":0.000,\"received\":1001,\"received_bytes\":200200,"
            "\"printed\":900,\"dropped\":3,\"written_bytes\":180000,"
            "\"connections\":2,\"lost\":1,\"messages_per_second\":0.0,"
            "\"bytes_per_second\":0.0}");
}

static void an_interval_is_the_difference(void **state)
{
    struct stats before = {
        .elapsed = 1500,
        .counts = {.received = 1, .received_bytes = 200},
        .connections = 1
    };
    struct stats between = stats_between(&before, &later);

    (void)state;
    assert_int_equal(between.elapsed, 1000);
    assert_int_equal(between.counts.received, 1000);
    assert_int_equal(between.counts.received_bytes, 200000);
    assert_int_equal(between.counts.printed, 900);
    assert_int_equal(between.counts.dropped, 3);
    assert_int_equal(between.counts.written, 180000);
    assert_int_equal(between.connections, 1);
    assert_int_equal(between.losses, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_summary_is_one_line),
        cmocka_unit_test(no_time_at_all_has_no_rate),
        cmocka_unit_test(an_interval_is_the_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
