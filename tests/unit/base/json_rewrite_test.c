/* SPDX-License-Identifier: MIT */
#include "base/json_rewrite.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const KEYS[JSON_REWRITE_KEYS] = {"mark", "n"};

/* Replaces objects whose mark is true by "<n>". */
static enum sockfeed_result replace(void *user, struct buf *out,
                                    const struct json_rewrite_object *object)
{
    size_t *calls = user;

    (*calls)++;
    if (span_is(object->values[0], "\"stop\"")) {
        return SOCKFEED_INVALID;
    }
    if (span_is(object->values[0], "true")) {
        out->size = object->start;
        buf_append_byte(out, '<');
        buf_append_span(out, object->values[1]);
        buf_append_byte(out, '>');
    }
    return buf_result(out);
}

static void assert_rewrites(const char *text, const char *wanted)
{
    size_t calls = 0;
    struct buf out;

    buf_init(&out, 4096);
    buf_append_text(&out, "kept ");
    assert_int_equal(json_rewrite(&out, span_text(text), KEYS, replace, &calls),
                     SOCKFEED_OK);
    assert_string_equal(buf_text(&out) + 5, wanted);
    buf_deinit(&out);
}

static void copies_what_is_not_replaced(void **state)
{
    static const char *const texts[] = {
        "[]",
        "{}",
        "\"a\\\"{b}\"",
        " [ 1 ,\n{\"mark\" : false, \"x\":[{}, -0.10e5 ]} , null]\t",
        "[true,\"true\",{\"x\":\"mark\"}]",
        "{\"mark\":{\"mark\":1},\"x\":\"}\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_rewrites(texts[i], texts[i]);
    }
}

static void replaces_objects_at_every_depth(void **state)
{
    (void)state;
    assert_rewrites("[{\"mark\":true,\"n\":1},{\"a\":[{\"n\":2,\"mark\":true}],"
                    "\"b\": {\"mark\" : true }}]",
                    "[<1>,{\"a\":[<2>],\"b\": <>}]");
    /* The outer one takes the inner one with it. */
    assert_rewrites("{\"x\":{\"mark\":true,\"n\":1},\"mark\":true,\"n\":\"o\"}",
                    "<\"o\">");
}

static void takes_the_last_value_of_repeated_keys(void **state)
{
    (void)state;
    assert_rewrites("{\"mark\":true,\"mark\":false}",
                    "{\"mark\":true,\"mark\":false}");
    assert_rewrites("{\"mark\":false,\"n\":1,\"n\":2,\"m\\u0061rk\":true}",
                    "<2>");
    assert_rewrites("{\"mark\":true,\"n\":1,\"n\":[]}", "<>");
    assert_rewrites("{\"mark\":true,\"mark\":{}}",
                    "{\"mark\":true,\"mark\":{}}");
}

static void goes_as_deep_as_json_may_be(void **state)
{
    size_t calls = 0;
    struct buf text;
    struct buf out;

    (void)state;
    buf_init(&text, 65536);
    buf_init(&out, 65536);
    for (size_t i = 0; i < LIMIT_JSON_DEPTH; i++) {
        buf_append_text(&text, i + 1 < LIMIT_JSON_DEPTH ? "{\"x\":" : "{");
    }
    for (size_t i = 0; i < LIMIT_JSON_DEPTH; i++) {
        buf_append_byte(&text, '}');
    }
    assert_int_equal(json_rewrite(&out, buf_span(&text), KEYS, replace, &calls),
                     SOCKFEED_OK);
    assert_true(span_equal(buf_span(&text), buf_span(&out)));
    assert_int_equal(calls, LIMIT_JSON_DEPTH);
    buf_deinit(&out);
    buf_deinit(&text);
}

static void ends_when_the_callback_or_the_buffer_says_so(void **state)
{
    size_t calls = 0;
    struct buf out;

    (void)state;
    buf_init(&out, 64);
    assert_int_equal(json_rewrite(&out,
                                  span_text("[{\"mark\":\"stop\"},{},{}]"),
                                  KEYS, replace, &calls),
                     SOCKFEED_INVALID);
    assert_int_equal(calls, 1);
    buf_deinit(&out);
    buf_init(&out, 4);
    assert_int_equal(
        json_rewrite(&out, span_text("[{}]"), KEYS, replace, &calls),
        SOCKFEED_OK);
    buf_clear(&out);
    assert_int_equal(
        json_rewrite(&out, span_text("[{ }]"), KEYS, replace, &calls),
        SOCKFEED_FULL);
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_what_is_not_replaced),
        cmocka_unit_test(replaces_objects_at_every_depth),
        cmocka_unit_test(takes_the_last_value_of_repeated_keys),
        cmocka_unit_test(goes_as_deep_as_json_may_be),
        cmocka_unit_test(ends_when_the_callback_or_the_buffer_says_so),
    };

    return cmocka_run_group_tests_name("base/json_rewrite", tests, NULL, NULL);
}
