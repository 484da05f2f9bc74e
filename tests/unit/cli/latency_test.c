/* SPDX-License-Identifier: MIT */
#include "cli/choose/latency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t now = INT64_C(1700000000500000000);

static struct latency *begin(const char *pointer)
{
    struct output_error error = {""};
    struct latency *latency;

    assert_int_equal(latency_new(&latency, pointer, &error), SOCKFEED_OK);
    return latency;
}

static void observe(struct latency *latency, const char *data)
{
    latency_observe(latency, span_text(data), now);
}

static void it_is_the_time_since_the_exchanges(void **state)
{
    struct latency *latency = begin("/T");

    (void)state;
    observe(latency, "{\"T\":1700000000400}");
    assert_int_equal(latency_all(latency)->spread.max, 100000000);
    observe(latency, "{\"T\":\"1700000000.25\"}");
    assert_int_equal(latency_all(latency)->spread.max, 250000000);
    observe(latency, "{\"T\":\"2023-11-14T22:13:\\u0032\\u0030Z\"}");
    assert_int_equal(latency_all(latency)->spread.max, 500000000);
    assert_int_equal(latency_all(latency)->spread.count, 3);
    latency_free(latency);
}

static void messages_without_a_time_do_not_count(void **state)
{
    struct latency *latency = begin("/T");

    (void)state;
    observe(latency, "{}");
    observe(latency, "{\"T\":null}");
    observe(latency, "{\"T\":{}}");
    observe(latency, "{\"T\":\"soon\"}");
    observe(latency, "{\"T\":\"1900-01-01T00:00:00Z\"}");
    observe(latency, "[]");
    assert_int_equal(latency_all(latency)->spread.count, 0);
    latency_free(latency);
}

static void what_comes_from_the_future_is_counted(void **state)
{
    struct latency *latency = begin("");

    (void)state;
    observe(latency, "1700000001");
    observe(latency, "1700000000");
    assert_int_equal(latency_all(latency)->early, 1);
    assert_int_equal(latency_all(latency)->spread.count, 2);
    assert_int_equal(latency_recent(latency)->early, 1);
    latency_forget(latency);
    assert_int_equal(latency_recent(latency)->early, 0);
    assert_int_equal(latency_recent(latency)->spread.count, 0);
    assert_int_equal(latency_all(latency)->spread.count, 2);
    latency_free(latency);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_time_since_the_exchanges),
        cmocka_unit_test(messages_without_a_time_do_not_count),
        cmocka_unit_test(what_comes_from_the_future_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
