/* SPDX-License-Identifier: MIT */
#include "cli/choose/unique.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct unique *made(void)
{
    struct output_error error = {""};
    struct unique *unique;

    assert_int_equal(unique_new(&unique, "/id", &error), SOCKFEED_OK);
    return unique;
}

static void assert_first(struct unique *unique, const char *data, int64_t now,
                         bool wanted)
{
    bool first = !wanted;

    assert_int_equal(unique_take(unique, span_text(data), now, &first),
                     SOCKFEED_OK);
    assert_int_equal(first, wanted);
}

static void the_first_of_a_minute_counts(void **state)
{
    struct unique *unique = made();

    (void)state;
    assert_first(unique, "{\"id\":1}", 100000, true);
    assert_first(unique, "{\"id\":2}", 100000, true);
    assert_first(unique, "{\"id\":1}", 159999, false);
    assert_first(unique, "{\"id\":2}", 159999, false);
    assert_first(unique, "{\"id\":1}", 160000, true);
    assert_first(unique, "{\"id\":1}", 219999, false);
    unique_free(unique);
}

static void a_clock_that_is_set_back_hides_nothing(void **state)
{
    struct unique *unique = made();

    (void)state;
    assert_first(unique, "{\"id\":1}", 10000000, true);
    /* By a little it is the same minute still. */
    assert_first(unique, "{\"id\":1}", 9999000, false);
    assert_first(unique, "{\"id\":1}", 5000000, true);
    assert_first(unique, "{\"id\":1}", 5059999, false);
    assert_first(unique, "{\"id\":1}", 5060000, true);
    unique_free(unique);
}

static void values_are_compared_as_written(void **state)
{
    struct unique *unique = made();

    (void)state;
    assert_first(unique, "{\"id\":1}", 0, true);
    assert_first(unique, "{\"id\":\"1\"}", 0, true);
    assert_first(unique, "{\"id\":1.0}", 0, true);
    assert_first(unique, "{\"id\":{\"a\":[1]}}", 0, true);
    assert_first(unique, "{\"id\":{\"a\":[1]}}", 0, false);
    unique_free(unique);
}

static void without_a_value_everything_counts(void **state)
{
    struct unique *unique = made();

    (void)state;
    assert_first(unique, "{}", 0, true);
    assert_first(unique, "{}", 0, true);
    assert_first(unique, "[1]", 0, true);
    unique_free(unique);
}

/* The ceiling, and one past it: what came first is forgotten first. */
static void memory_has_an_end(void **state)
{
    struct unique *unique = made();
    char data[40];

    (void)state;
    for (int i = 0; i < 2 * LIMIT_UNIQUE_VALUES; i++) {
        (void)snprintf(data, sizeof data, "{\"id\":%d}", i);
        assert_first(unique, data, 1000, true);
    }
    assert_first(unique, "{\"id\":0}", 1000, false);
    assert_false(unique_take_limit(unique));
    assert_first(unique, "{\"id\":-1}", 1000, true);
    assert_true(unique_take_limit(unique));
    assert_false(unique_take_limit(unique));
    assert_first(unique, "{\"id\":0}", 1000, true);
    (void)snprintf(data, sizeof data, "{\"id\":%d}", LIMIT_UNIQUE_VALUES);
    assert_first(unique, data, 1000, false);
    unique_free(unique);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_a_minute_counts),
        cmocka_unit_test(a_clock_that_is_set_back_hides_nothing),
        cmocka_unit_test(values_are_compared_as_written),
        cmocka_unit_test(without_a_value_everything_counts),
        cmocka_unit_test(memory_has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
