/* SPDX-License-Identifier: MIT */
#include "base/json_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_span(struct span span, const char *wanted)
{
    if (!span_is(span, wanted)) {
        fail_msg("'%.*s' in place of '%s'", (int)span.size,
                 span.size > 0 ? span.data : "", wanted);
    }
}

static void steps_through_the_members_of_an_object(void **state)
{
    struct json_walk walk;
    struct span key;
    struct span value;

    (void)state;
    json_walk_init(&walk, span_text(" { \"a\" : 0.10 ,\n\"b,}\":{\"x\":[\"]\","
                                    "2]},\"\":null,\"c\\\"\":\"}\\\\\"} "));
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(key, "\"a\"");
    assert_span(value, "0.10");
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(key, "\"b,}\"");
    assert_span(value, "{\"x\":[\"]\",2]}");
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(key, "\"\"");
    assert_span(value, "null");
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(key, "\"c\\\"\"");
    assert_span(value, "\"}\\\\\"");
    assert_false(json_walk_next(&walk, &key, &value));
}

static void steps_through_the_elements_of_an_array(void **state)
{
    struct json_walk walk;
    struct span key;
    struct span value;

    (void)state;
    json_walk_init(&walk, span_text("[1,[2,3] , \"4\",{}]"));
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(key, "");
    assert_span(value, "1");
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(value, "[2,3]");
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(value, "\"4\"");
    assert_true(json_walk_next(&walk, &key, &value));
    assert_span(value, "{}");
    assert_false(json_walk_next(&walk, &key, &value));
}

static void finds_nothing_in_empty_and_plain_values(void **state)
{
    static const char *const texts[] = {"", "[]", "{ }", "12", "\"{\"", "true"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct json_walk walk;
        struct span key;
        struct span value;

        json_walk_init(&walk, span_text(texts[i]));
        assert_false(json_walk_next(&walk, &key, &value));
    }
}

static void finds_the_last_of_repeated_keys_however_written(void **state)
{
    struct span object =
        span_text("{\"sid\":1,\"SID\":2,\"\\u0073id\":\"x\",\"sids\":4}");

    (void)state;
    assert_span(json_walk_find(object, "sid"), "\"x\"");
    assert_span(json_walk_find(object, "si"), "");
    assert_span(json_walk_find(span_text("[\"sid\",1]"), "sid"), "");
    assert_span(json_walk_find(span_text("{\"\":0}"), ""), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_through_the_members_of_an_object),
        cmocka_unit_test(steps_through_the_elements_of_an_array),
        cmocka_unit_test(finds_nothing_in_empty_and_plain_values),
        cmocka_unit_test(finds_the_last_of_repeated_keys_however_written),
    };

    return cmocka_run_group_tests_name("base/json_walk", tests, NULL, NULL);
}
