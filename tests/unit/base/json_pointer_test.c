/* SPDX-License-Identifier: MIT */
#include "base/json_pointer.h"

#include "base/limits.h"
#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void add(struct json_pointer_set *set, const char *pointer)
{
    struct malformed malformed;

    assert_int_equal(json_pointer_add(set, &malformed, span_text(pointer)),
                     SOCKFEED_OK);
}

static void assert_value(struct span value, const char *wanted)
{
    if (wanted == NULL) {
        assert_null(value.data);
    } else {
        assert_non_null(value.data);
        assert_true(span_is(value, wanted));
    }
}

/* NULL for a value that is not there. The text is alone before a page that
 * cannot be read. */
static void assert_finds(const char *text, const char *pointer,
                         const char *wanted)
{
    struct json_pointer_set set;
    struct guard_page guard;
    struct span value;
    size_t size = strlen(text);

    guard_page_init(&guard, size + 1);
    json_pointer_init(&set);
    add(&set, pointer);
    json_pointer_evaluate(
        &set, &value, span_of(guard_page_place(&guard, text, size), size), 0);
    assert_value(value, wanted);
    json_pointer_deinit(&set);
    guard_page_deinit(&guard);
}

static void finds_what_rfc_6901_says(void **state)
{
    /* The document and answers of section 5. */
    static const char text[] =
        "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, "
        "\"e^f\": 3, \"g|h\": 4, \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, "
        "\"m~n\": 8}";

    (void)state;
    assert_finds(text, "", text);
    assert_finds(text, "/foo", "[\"bar\", \"baz\"]");
    assert_finds(text, "/foo/0", "\"bar\"");
    assert_finds(text, "/", "0");
    assert_finds(text, "/a~1b", "1");
    assert_finds(text, "/c%d", "2");
    assert_finds(text, "/e^f", "3");
    assert_finds(text, "/g|h", "4");
    assert_finds(text, "/i\\j", "5");
    assert_finds(text, "/k\"l", "6");
    assert_finds(text, "/ ", "7");
    assert_finds(text, "/m~0n", "8");
}

static void finds_nothing_where_nothing_is(void **state)
{
    (void)state;
    assert_finds("{\"a\":1}", "/b", NULL);
    assert_finds("{\"a\":1}", "/a/b", NULL);
    assert_finds("{\"a\":\"b\"}", "/b", NULL);
    assert_finds("{\"ab\":1}", "/a", NULL);
    assert_finds("{}", "/a", NULL);
    assert_finds("{}", "/", NULL);
    assert_finds("[]", "/0", NULL);
    assert_finds("[ ]", "/0", NULL);
    assert_finds("[1,2]", "/2", NULL);
    assert_finds("[1,2]", "/-", NULL);
    assert_finds("[1,2]", "/01", NULL);
    assert_finds("[1,2]", "/+1", NULL);
    assert_finds("[1,2]", "/", NULL);
    assert_finds("[1,2]", "/4294967296", NULL);
    assert_finds("1", "/0", NULL);
    assert_finds("\"[1]\"", "/0", NULL);
    assert_finds("{\"a\\\\nb\":1}", "/a\nb", NULL);
    assert_finds("{\"a\\n\":1}", "/a\\n", NULL);
}

static void keeps_values_byte_for_byte_and_without_outer_space(void **state)
{
    (void)state;
    assert_finds(" 0.10 ", "", "0.10");
    assert_finds("{ \"a\" : 9007199254740993 , \"b\":1}", "/a",
                 "9007199254740993");
    assert_finds("[ 1 ,\n\t1e400\r\n]", "/1", "1e400");
    assert_finds("[ { \"a\" : [ ] } ]", "/0", "{ \"a\" : [ ] }");
    assert_finds("[[1,[2]] , 3]", "/0/1", "[2]");
    assert_finds("{\"a\":\"}],:{[\"}", "/a", "\"}],:{[\"");
    assert_finds("{\"0\":[{\"1\":null}]}", "/0/0/1", "null");
}

static void compares_keys_unescaped(void **state)
{
    (void)state;
    assert_finds("{\"\\u0061\":1}", "/a", "1");
    assert_finds("{\"\\n\\/\":1}", "/\n~1", "1");
    assert_finds("{\"\\u20ac\":1}", "/\xe2\x82\xac", "1");
    assert_finds("{\"\xe2\x82\xac\":1}", "/\xe2\x82\xac", "1");
    assert_finds("{\"\\ud83d\\ude80x\":1}", "/\xf0\x9f\x9a\x80x", "1");
    assert_finds("{\"\\ud83d\":1}", "/\xef\xbf\xbd", "1");
    assert_finds("{\"a\\\"b\":1,\"c\":2}", "/c", "2");
}

static void takes_the_last_of_duplicate_keys(void **state)
{
    (void)state;
    assert_finds("{\"a\":1,\"b\":2,\"a\":3}", "/a", "3");
    assert_finds("{\"a\":{\"b\":1},\"a\":{\"b\":2}}", "/a/b", "2");
    assert_finds("{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "/a/b", NULL);
    assert_finds("{\"a\":{\"b\":[1]},\"\\u0061\":4}", "/a/b/0", NULL);
}

static void looks_several_pointers_up_at_once(void **state)
{
    struct json_pointer_set set;
    struct span values[7];

    (void)state;
    json_pointer_init(&set);
    add(&set, "/data/q");
    add(&set, "/data/p");
    add(&set, "/data");
    add(&set, "/data/p");
    add(&set, "/stream");
    add(&set, "/data/x");
    add(&set, "");
    assert_int_equal(set.count, 7);
    json_pointer_evaluate(
        &set, values,
        span_text("{\"stream\":\"s\",\"data\":{\"p\":\"1.50\",\"q\":2}}"), 0);
    assert_value(values[0], "2");
    assert_value(values[1], "\"1.50\"");
    assert_value(values[2], "{\"p\":\"1.50\",\"q\":2}");
    assert_value(values[3], "\"1.50\"");
    assert_value(values[4], "\"s\"");
    assert_value(values[5], NULL);
    assert_value(values[6],
                 "{\"stream\":\"s\",\"data\":{\"p\":\"1.50\",\"q\":2}}");
    json_pointer_deinit(&set);
}

static void finds_among_elements_without_their_brackets(void **state)
{
    struct json_pointer_set set;
    struct span values[3];

    (void)state;
    json_pointer_init(&set);
    add(&set, "/0/p");
    add(&set, "/2");
    add(&set, "");
    json_pointer_evaluate(&set, values, span_text("{\"p\":1} , [2],\"x\""),
                          JSON_POINTER_ELEMENTS);
    assert_value(values[0], "1");
    assert_value(values[1], "\"x\"");
    assert_value(values[2], "{\"p\":1} , [2],\"x\"");
    json_pointer_evaluate(&set, values, span_text(""), JSON_POINTER_ELEMENTS);
    assert_value(values[0], NULL);
    assert_value(values[1], NULL);
    assert_value(values[2], NULL);
    json_pointer_deinit(&set);
}

/* The value is where it is whatever stands before it, so that it falls on
 * every place of a block of 64 bytes, and so does a backslash. */
static void finds_values_wherever_the_edges_of_blocks_fall(void **state)
{
    (void)state;
    for (int before = 0; before <= 140; before++) {
        char text[512];

        (void)snprintf(text, sizeof text,
                       "{\"a\":\"%*s\\\\\",\"b\\\"\":[\"\\\"]\",{\"c\":12}]}",
                       before, "");
        assert_finds(text, "/b\"/1/c", "12");
        assert_finds(text, "/b\"/0", "\"\\\"]\"");
    }
}

static void goes_as_deep_as_a_text_can(void **state)
{
    static char pointer[2 * LIMIT_JSON_DEPTH + 1];
    static char text[2 * LIMIT_JSON_DEPTH + 2];

    (void)state;
    for (size_t i = 0; i < LIMIT_JSON_DEPTH; i++) {
        memcpy(pointer + 2 * i, "/0", 3);
        text[i] = '[';
        text[2 * LIMIT_JSON_DEPTH - i] = ']';
    }
    text[LIMIT_JSON_DEPTH] = '7';
    assert_finds(text, pointer, "7");
}

static void says_where_a_pointer_is_malformed(void **state)
{
    static const struct {
        const char *pointer;
        size_t offset;
    } bad[] = {
        {"a",      0},
        {"#/a",    0},
        {"/a~",    3},
        {"/~2",    2},
        {"/a/~/b", 4},
    };
    struct json_pointer_set set;

    (void)state;
    json_pointer_init(&set);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct malformed malformed;

        assert_int_equal(
            json_pointer_add(&set, &malformed, span_text(bad[i].pointer)),
            SOCKFEED_INVALID);
        assert_int_equal(malformed.offset, bad[i].offset);
        assert_int_equal(set.count, 0);
    }
    json_pointer_deinit(&set);
}

static void keeps_to_its_limits(void **state)
{
    static char longest[LIMIT_POINTER + 2];
    struct json_pointer_set set;
    struct malformed malformed;

    (void)state;
    memset(longest, '/', LIMIT_POINTER + 1);
    json_pointer_init(&set);
    assert_int_equal(
        json_pointer_add(&set, &malformed, span_of(longest, LIMIT_POINTER + 1)),
        SOCKFEED_FULL);
    for (size_t i = 0; i < LIMIT_POINTERS; i++) {
        assert_int_equal(
            json_pointer_add(&set, &malformed, span_of(longest, LIMIT_POINTER)),
            SOCKFEED_OK);
    }
    assert_int_equal(json_pointer_add(&set, &malformed, span_text("/a")),
                     SOCKFEED_FULL);
    assert_int_equal(set.count, LIMIT_POINTERS);
    json_pointer_deinit(&set);
}

static void names_a_column_after_the_last_token(void **state)
{
    struct buf name;

    (void)state;
    buf_init(&name, 64);
    json_pointer_append_last(&name, span_text("/a/b~1~0c"));
    assert_string_equal(buf_text(&name), "b/~c");
    buf_clear(&name);
    json_pointer_append_last(&name, span_text(""));
    json_pointer_append_last(&name, span_text("/a/"));
    assert_int_equal(name.size, 0);
    buf_deinit(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_rfc_6901_says),
        cmocka_unit_test(finds_nothing_where_nothing_is),
        cmocka_unit_test(keeps_values_byte_for_byte_and_without_outer_space),
        cmocka_unit_test(compares_keys_unescaped),
        cmocka_unit_test(takes_the_last_of_duplicate_keys),
        cmocka_unit_test(looks_several_pointers_up_at_once),
        cmocka_unit_test(finds_among_elements_without_their_brackets),
        cmocka_unit_test(finds_values_wherever_the_edges_of_blocks_fall),
        cmocka_unit_test(goes_as_deep_as_a_text_can),
        cmocka_unit_test(says_where_a_pointer_is_malformed),
        cmocka_unit_test(keeps_to_its_limits),
        cmocka_unit_test(names_a_column_after_the_last_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
