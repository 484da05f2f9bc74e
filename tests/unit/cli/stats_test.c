/* SPDX-License-Identifier: MIT */
#include "cli/report/stats.h"

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
    .traffic = {.received = 210000,     .sent = 500       },
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
                    "on the wire 210000 bytes in, 500 out; "
                    "connections: 2, lost: 1");
    json_is(&later,
            "{\"seconds\":2.500,\"received\":1001,\"received_bytes\":200200,"
            "\"printed\":900,\"dropped\":3,\"written_bytes\":180000,"
            "\"wire_received_bytes\":210000,\"wire_sent_bytes\":500,"
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
            "\"wire_received_bytes\":210000,\"wire_sent_bytes\":500,"
            "\"connections\":2,\"lost\":1,\"messages_per_second\":0.0,"
            "\"bytes_per_second\":0.0}");
}

static void an_interval_is_the_difference(void **state)
{
    struct stats before = {
        .elapsed = 1500,
        .counts = {.received = 1,  .received_bytes = 200},
        .traffic = {.received = 10, .sent = 100          },
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
    assert_int_equal(between.traffic.received, 209990);
    assert_int_equal(between.traffic.sent, 400);
    assert_int_equal(between.connections, 1);
    assert_int_equal(between.losses, 1);
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);

    return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

static void times_are_told_where_they_were_measured(void **state)
{
    struct stats stats = later;
    struct buf out;

    (void)state;
    stats.gaps = (struct stats_spread){.measured = true,
                                       .count = 4,
                                       .p50 = 99999,
                                       .p90 = 1500000,
                                       .p99 = 999999999,
                                       .max = UINT64_C(61234567890)};
    stats.latency.measured = true;
    stats.early = 2;
    buf_init(&out, 2000);
    stats_append_text(&out, &stats);
    assert_true(ends_with(buf_text(&out),
                          "lost: 1; gaps p50 99.9 us, p90 1.5 ms, "
                          "p99 999.9 ms, max 61.234 s; latency none, "
                          "from the future: 2"));
    buf_clear(&out);
    stats_append_json(&out, &stats);
    assert_true(ends_with(
        buf_text(&out),
        "\"gap_seconds\":{\"count\":4,\"p50\":0.000099999,"
        "\"p90\":0.001500000,\"p99\":0.999999999,\"max\":61.234567890},"
        "\"latency_seconds\":{\"count\":0,\"p50\":0.000000000,"
        "\"p90\":0.000000000,\"p99\":0.000000000,\"max\":0.000000000},"
        "\"latency_early\":2}"));
    buf_deinit(&out);
}

static void a_spread_is_that_of_its_histogram(void **state)
{
    static struct histogram histogram;
    struct stats_spread spread;

    (void)state;
    for (uint64_t value = 1; value <= 100; value++) {
        histogram_add(&histogram, value, 1);
    }
    spread = stats_spread_of(&histogram);
    assert_true(spread.measured);
    assert_int_equal(spread.count, 100);
    assert_int_equal(spread.sum, 5050);
    assert_int_equal(spread.p50, 50);
    assert_int_equal(spread.p90, 90);
    assert_int_equal(spread.p99, 99);
    assert_int_equal(spread.max, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_summary_is_one_line),
        cmocka_unit_test(no_time_at_all_has_no_rate),
        cmocka_unit_test(an_interval_is_the_difference),
        cmocka_unit_test(times_are_told_where_they_were_measured),
        cmocka_unit_test(a_spread_is_that_of_its_histogram),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
