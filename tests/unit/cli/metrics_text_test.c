/* SPDX-License-Identifier: MIT */
#include "cli/report/metrics_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *text_of(struct buf *out, const struct stats *stats)
{
    buf_init(out, 65536);
    metrics_text_append(out, stats, 3, 4);
    return buf_text(out);
}

/* One of the lines is this. */
static void assert_line(const char *text, const char *line)
{
    size_t size = strlen(line);

    while (text != NULL &&
           (strncmp(text, line, size) != 0 || text[size] != '\n')) {
        text = strchr(text, '\n');
        text = text == NULL ? NULL : text + 1;
    }
    assert_non_null(text);
}

static void figures_are_samples(void **state)
{
    const struct stats stats = {
        .counts = {.received = UINT64_MAX, .dropped = 3},
        .traffic = {.sent = 12                     },
        .losses = 1
    };
    struct buf out;
    const char *text = text_of(&out, &stats);

    (void)state;
    assert_line(text, "# TYPE sockfeed_up gauge");
    assert_line(text, "sockfeed_up 1");
    assert_line(text, "sockfeed_connections_open 3");
    assert_line(text, "sockfeed_connections_wanted 4");
    assert_line(text, "sockfeed_messages_received_total 18446744073709551615");
    assert_line(text, "sockfeed_messages_dropped_total 3");
    assert_line(text, "sockfeed_wire_sent_bytes_total 12");
    assert_line(text, "sockfeed_connections_lost_total 1");
    assert_null(strstr(text, "latency"));
    assert_null(strstr(text, "gap"));
    buf_deinit(&out);
}

static void times_are_summaries_in_seconds(void **state)
{
    const struct stats stats = {
        .latency = {.measured = true,
                    .count = 2,
                    .sum = UINT64_C(3000000001),
                    .p50 = 5,
                    .p90 = 1000000000,
                    .p99 = UINT64_C(2000000000),
                    .max = UINT64_C(2000000001)},
        .gaps = {.measured = true},
        .early = 1
    };
    struct buf out;
    const char *text = text_of(&out, &stats);

    (void)state;
    assert_line(text, "# TYPE sockfeed_latency_seconds summary");
    assert_line(text, "sockfeed_latency_seconds{quantile=\"0.5\"} 0.000000005");
    assert_line(text, "sockfeed_latency_seconds{quantile=\"0.9\"} 1.000000000");
    assert_line(text,
                "sockfeed_latency_seconds{quantile=\"0.99\"} 2.000000000");
    assert_line(text, "sockfeed_latency_seconds_sum 3.000000001");
    assert_line(text, "sockfeed_latency_seconds_count 2");
    assert_line(text, "sockfeed_latency_max_seconds 2.000000001");
    assert_line(text, "sockfeed_latency_early_total 1");
    assert_line(text, "sockfeed_gap_seconds{quantile=\"0.5\"} NaN");
    assert_line(text, "sockfeed_gap_seconds_count 0");
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_samples),
        cmocka_unit_test(times_are_summaries_in_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
