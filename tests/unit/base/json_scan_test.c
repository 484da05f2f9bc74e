/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"

#include "base/json_scan_plain.h"
#include "base/limits.h"
#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Long, for it is mostly tables.
 *
 * Every text goes through the fast scanner, with padding that could mislead it
 * and against the end of readable memory, and through the plain one. */

enum {
    TEXT_MAX = 8192
};

typedef void (*check_function)(const struct json_scan_result *result,
                               enum sockfeed_result verdict,
                               const struct malformed *malformed,
                               struct span text, const void *wanted);

static struct guard_page guard;

static void scan_padded(check_function check, struct span text,
                        const char *padding, const void *wanted)
{
    static char bytes[TEXT_MAX + LIMIT_RECEIVE_PAD];
    struct json_scan_result result;
    struct malformed malformed = {0};
    size_t size = strlen(padding);
    enum sockfeed_result verdict;

    memcpy(bytes, text.data, text.size);
    for (size_t i = 0; i < LIMIT_RECEIVE_PAD; i++) {
        bytes[text.size + i] = padding[i % size];
    }
    verdict = json_scan(&result, &malformed, span_of(bytes, text.size),
                        JSON_SCAN_PADDED);
    check(&result, verdict, &malformed, span_of(bytes, text.size), wanted);
}

static void scan_everyhow(check_function check, struct span text,
                          const void *wanted)
{
    static const char *const paddings[] = {"\1",  "0",  "]", "}",   ",1", "[",
                                           "\"]", "\"", " ", ":1,", "\n", "e"};
    struct json_scan_result result;
    struct malformed malformed = {0};
    struct span exact =
        span_of(guard_page_place(&guard, text.data, text.size), text.size);
    enum sockfeed_result verdict;

    verdict = json_scan_plain(&result, &malformed, exact, 0);
    check(&result, verdict, &malformed, exact, wanted);
    verdict = json_scan(&result, &malformed, exact, 0);
    check(&result, verdict, &malformed, exact, wanted);
    for (size_t i = 0; i < sizeof paddings / sizeof paddings[0]; i++) {
        scan_padded(check, text, paddings[i], wanted);
    }
}

/* ---- Texts that are JSON ------------------------------------------------- */

struct good_text {
    const char *text;
    const char *value;
    enum json_kind kind;
    size_t count;
    const char *first;
    const char *rest;
    bool multiline;
};

static const struct good_text good_texts[] = {
    {"[]",                       "[]",                       JSON_ARRAY,  0, "",        "",        false},
    {"[ ]",                      "[ ]",                      JSON_ARRAY,  0, "",        "",        false},
    {"{}",                       "{}",                       JSON_OBJECT, 0, "",        "",        false},
    {"{ }",                      "{ }",                      JSON_OBJECT, 0, "",        "",        false},
    {"null",                     "null",                     JSON_NULL,   0, "",        "",        false},
    {"true",                     "true",                     JSON_TRUE,   0, "",        "",        false},
    {"false",                    "false",                    JSON_FALSE,  0, "",        "",        false},
    {"0",                        "0",                        JSON_NUMBER, 0, "",        "",        false},
    {" -1 ",                     "-1",                       JSON_NUMBER, 0, "",        "",        false},
    {"\t\"a\"\t",                "\"a\"",                    JSON_STRING, 0, "",        "",        false},
    {"\"\"",                     "\"\"",                     JSON_STRING, 0, "",        "",        false},
    {"1\n",                      "1",                        JSON_NUMBER, 0, "",        "",        true },
    {"[1]",                      "[1]",                      JSON_ARRAY,  1, "1",       "",        false},
    {"[1,2]",                    "[1,2]",                    JSON_ARRAY,  2, "1",       "2",       false},
    {"[\"m\",\"5~C\"]",          "[\"m\",\"5~C\"]",          JSON_ARRAY,  2, "\"m\"",   "\"5~C\"",
     false                                                                                              },
    {" [ \"a\" , 1 , {} ] ",     "[ \"a\" , 1 , {} ]",       JSON_ARRAY,  3, "\"a\"",
     "1 , {}",                                                                                     false},
    {"[[1,2],[3,[4]],5]",        "[[1,2],[3,[4]],5]",        JSON_ARRAY,  3, "[1,2]",
     "[3,[4]],5",                                                                                  false},
    {"[{\"a\":[1,2,3]},null]",   "[{\"a\":[1,2,3]},null]",   JSON_ARRAY,  2,
     "{\"a\":[1,2,3]}",                                                                 "null",    false},
    {"[true,false,null]",        "[true,false,null]",        JSON_ARRAY,  3, "true",
     "false,null",                                                                                 false},
    {"[\n1,\r\n2\n]",            "[\n1,\r\n2\n]",            JSON_ARRAY,  2, "1",       "2",       true },
    {"\r[]",                     "[]",                       JSON_ARRAY,  0, "",        "",        true },
    {"[]\n",                     "[]",                       JSON_ARRAY,  0, "",        "",        true },
    {"[\t1\t]",                  "[\t1\t]",                  JSON_ARRAY,  1, "1",       "",        false},
    {"{\"a\" : 1 , \"b\":[ ] }", "{\"a\" : 1 , \"b\":[ ] }", JSON_OBJECT, 0, "",
     "",                                                                                           false},
    {"{\"\":{},\"\":0}",         "{\"\":{},\"\":0}",         JSON_OBJECT, 0, "",        "",        false},
    {"[\"\\n\"]",                "[\"\\n\"]",                JSON_ARRAY,  1, "\"\\n\"", "",        false},
};

static struct span span_in(struct span text, struct span part, size_t *offset)
{
    *offset = part.data == NULL ? 0 : (size_t)(part.data - text.data);
    assert_true(*offset + part.size <= text.size);
    return part;
}

static void assert_part(struct span text, struct span part, const char *wanted)
{
    size_t offset;

    assert_true(span_is(span_in(text, part, &offset), wanted));
}

static void check_good(const struct json_scan_result *result,
                       enum sockfeed_result verdict,
                       const struct malformed *malformed, struct span text,
                       const void *wanted)
{
    const struct good_text *good = wanted;

    (void)malformed;
    assert_int_equal(verdict, SOCKFEED_OK);
    assert_part(text, result->value, good->value);
    assert_int_equal(result->kind, good->kind);
    assert_int_equal(result->count, good->count);
    assert_part(text, result->first, good->first);
    assert_part(text, result->rest, good->rest);
    assert_int_equal(result->multiline, good->multiline);
    if (good->count > 0) {
        assert_int_equal(result->first_kind, json_scan_kind(good->first[0]));
    }
}

static void says_where_the_parts_of_a_text_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_texts / sizeof good_texts[0]; i++) {
        scan_everyhow(check_good, span_text(good_texts[i].text),
                      &good_texts[i]);
    }
}

static void check_accepted(const struct json_scan_result *result,
                           enum sockfeed_result verdict,
                           const struct malformed *malformed, struct span text,
                           const void *wanted)
{
    (void)malformed;
    (void)text;
    (void)wanted;
    assert_int_equal(verdict, SOCKFEED_OK);
    assert_int_equal(result->count, result->kind == JSON_ARRAY ? 1 : 0);
}

/* As it is, in an array and in an object: the last two have a fast path. */
static void scan_within(check_function check, const char *value,
                        const void *wanted)
{
    char text[256];
    int size;

    scan_everyhow(check, span_text(value), wanted);
    size = snprintf(text, sizeof text, "[%s]", value);
    scan_everyhow(check, span_of(text, (size_t)size), wanted);
    size = snprintf(text, sizeof text, "[{\"k\":%s}]", value);
    scan_everyhow(check, span_of(text, (size_t)size), wanted);
}

static void accepts_every_form_of_number(void **state)
{
    static const char *const numbers[] = {
        "0",
        "-0",
        "7",
        "10",
        "0.0",
        "-0.50",
        "123.456",
        "1e5",
        "1E5",
        "1e+5",
        "1e-05",
        "0e0",
        "0.1e1",
        "-12.5E-10",
        "123456789012345",
        "1234567890123456",
        "12345678901234567",
        "12345678901234.5",
        "1234567890123.45",
        "0.12345678901234",
        "0.123456789012345",
        "0.1234567890123456789",
        "9007199254740993",
        "1e400",
        "3.150557753218847e+21",
        "123456789012345e9",
        "-123456789012345678901234567890123456789012345678901234567890.5e-1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        scan_within(check_accepted, numbers[i], NULL);
    }
}

static void accepts_every_form_of_string(void **state)
{
    static const char *const strings[] = {
        "\"\"",
        "\"a\"",
        "\"\x7f\"",
        "\"[]{},: 1\"",
        "\"\\\"\"",
        "\"\\\\\"",
        "\"\\\\\\\"\"",
        "\"\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0000\\u001F\\uABCD\\uabcd\"",
        "\"\\ud83d\\ude80\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800x\"",
        "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\"",
        "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
        "\"\xe2\x82\xac and so on until a block of 64 bytes is full \xc2\xa3\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        scan_within(check_accepted, strings[i], NULL);
    }
}

/* ---- Texts that are not --------------------------------------------------- */

struct bad_text {
    const char *text;
    size_t offset;
    const char *reason;
};

static const char no_value[] = "a value is expected";
static const char no_key[] = "a key in double quotes is expected";
static const char no_colon[] = "a colon is expected";
static const char no_digit[] = "a digit is expected";
static const char no_literal[] = "null, true or false is misspelt";
static const char no_array_end[] = "a comma or ] is expected";
static const char no_object_end[] = "a comma or } is expected";
static const char no_string_end[] = "a string does not end";
static const char no_escape[] = "there is no such escape";
static const char no_hex[] = "\\u needs four hexadecimal digits";
static const char raw_control[] = "a control character must be escaped";
static const char too_much[] = "nothing may follow the value";
static const char not_utf8[] = "this is not UTF-8";

static const struct bad_text bad_texts[] = {
    {"",                       0,  no_value     },
    {"  ",                     2,  no_value     },
    {"]",                      0,  no_value     },
    {"[",                      1,  no_value     },
    {"[,1]",                   1,  no_value     },
    {"[1,]",                   3,  no_value     },
    {"[1,,2]",                 3,  no_value     },
    {"[1",                     2,  no_array_end },
    {"[1 2]",                  3,  no_array_end },
    {"[1}",                    2,  no_array_end },
    {"[\"a\"",                 4,  no_array_end },
    {"[[]",                    3,  no_array_end },
    {"[{}",                    3,  no_array_end },
    {"{",                      1,  no_key       },
    {"{,}",                    1,  no_key       },
    {"{1:2}",                  1,  no_key       },
    {"{a:1}",                  1,  no_key       },
    {"{'a':1}",                1,  no_key       },
    {"{\"a\"}",                4,  no_colon     },
    {"{\"a\",1}",              4,  no_colon     },
    {"{\"a\" 1}",              5,  no_colon     },
    {"{\"a\":}",               5,  no_value     },
    {"{\"a\":,}",              5,  no_value     },
    {"{\"a\":1",               6,  no_object_end},
    {"{\"a\":1]",              6,  no_object_end},
    {"{\"a\":1,}",             7,  no_key       },
    {"{\"a\":1 \"b\":2}",      7,  no_object_end},
    {"{\"a\":{}",              7,  no_object_end},
    {"[] []",                  3,  too_much     },
    {"[]]",                    2,  too_much     },
    {"{}x",                    2,  too_much     },
    {"1 2",                    2,  too_much     },
    {"[]\f",                   2,  too_much     },
    {"01",                     1,  too_much     },
    {"[01]",                   2,  no_array_end },
    {"[-01]",                  3,  no_array_end },
    {"[00.5]",                 2,  no_array_end },
    {"[+1]",                   1,  no_value     },
    {"[.5]",                   1,  no_value     },
    {"[-]",                    2,  no_digit     },
    {"[-a]",                   2,  no_digit     },
    {"[-.5]",                  2,  no_digit     },
    {"[1.]",                   3,  no_digit     },
    {"[1.e5]",                 3,  no_digit     },
    {"[1.2.3]",                4,  no_array_end },
    {"[1..2]",                 3,  no_digit     },
    {"[1e]",                   3,  no_digit     },
    {"[1e+]",                  4,  no_digit     },
    {"[1e5.5]",                4,  no_array_end },
    {"[1E-",                   4,  no_digit     },
    {"[12345678901234567.]",   19, no_digit     },
    {"[012345678901234567]",   2,  no_array_end },
    {"[0x10]",                 2,  no_array_end },
    {"[1_000]",                2,  no_array_end },
    {"[1/2]",                  2,  no_array_end },
    {"NaN",                    0,  no_value     },
    {"[Infinity]",             1,  no_value     },
    {"[-Infinity]",            2,  no_digit     },
    {"[nul]",                  4,  no_literal   },
    {"[nulL]",                 4,  no_literal   },
    {"[nulll]",                5,  no_array_end },
    {"[tru",                   4,  no_literal   },
    {"[truE]",                 4,  no_literal   },
    {"[True]",                 1,  no_value     },
    {"[fals]",                 5,  no_literal   },
    {"[falsy]",                5,  no_literal   },
    {"[undefined]",            1,  no_value     },
    {"[\"a]",                  4,  no_string_end},
    {"[\"a\\\"]",              6,  no_string_end},
    {"[\"\\\\\\\"]",           7,  no_string_end},
    {"['a']",                  1,  no_value     },
    {"[\"\\x41\"]",            3,  no_escape    },
    {"[\"\\'\"]",              3,  no_escape    },
    {"[\"\\U0041\"]",          3,  no_escape    },
    {"[\"\\\n\"]",             3,  no_escape    },
    {"[\"\\",                  3,  no_escape    },
    {"[\\\"a\\\"]",            1,  no_value     },
    {"[\"a\"\\]",              4,  no_array_end },
    {"[\"\\u12\"]",            6,  no_hex       },
    {"[\"\\u123g\"]",          7,  no_hex       },
    {"[\"\\u\"]",              4,  no_hex       },
    {"[\"\\u+123\"]",          4,  no_hex       },
    {"[\"\\ud83d\\u\"]",       10, no_hex       },
    {"[\"a\nb\"]",             3,  raw_control  },
    {"[\"a\tb\"]",             3,  raw_control  },
    {"[\"\x1f\"]",             2,  raw_control  },
    {"{\"\r\":1}",             2,  raw_control  },
    {"[\1]",                   1,  no_value     },
    {"[\v1]",                  1,  no_value     },
    {"[1/*x*/]",               2,  no_array_end },
    {"[1]//x",                 3,  too_much     },
    {"\xef\xbb\xbf[]",         0,  no_value     },
    {"[\xc2\xa0]",             1,  no_value     },
    {"[\"\x80\"]",             2,  not_utf8     },
    {"[\"\xc0\xaf\"]",         2,  not_utf8     },
    {"[\"a\xe2\x82\"]",        3,  not_utf8     },
    {"[\"\xed\xa0\x80\"]",     2,  not_utf8     },
    {"[\"\xf4\x90\x80\x80\"]", 2,  not_utf8     },
    {"{\"\xff\":1}",           2,  not_utf8     },
    {"[\"\xc3",                2,  not_utf8     },
};

static void check_bad(const struct json_scan_result *result,
                      enum sockfeed_result verdict,
                      const struct malformed *malformed, struct span text,
                      const void *wanted)
{
    const struct bad_text *bad = wanted;

    (void)result;
    (void)text;
    assert_int_equal(verdict, SOCKFEED_PROTOCOL);
    assert_int_equal(malformed->offset, bad->offset);
    assert_string_equal(malformed->reason, bad->reason);
}

static void says_where_and_why_a_text_is_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_texts / sizeof bad_texts[0]; i++) {
        scan_everyhow(check_bad, span_text(bad_texts[i].text), &bad_texts[i]);
    }
}

static void check_refused(const struct json_scan_result *result,
                          enum sockfeed_result verdict,
                          const struct malformed *malformed, struct span text,
                          const void *wanted)
{
    (void)result;
    (void)wanted;
    assert_int_equal(verdict, SOCKFEED_PROTOCOL);
    assert_true(malformed->offset <= text.size);
}

static void refuses_a_text_cut_short_anywhere(void **state)
{
    static const char text[] =
        "[\"trade\",{\"e\":\"\xe2\x82\xac\",\"E\":1633998274793,\"p\":\"297.32\""
        ",\"q\":-0.5e-3,\"m\":true,\"M\":false,\"x\":null,\"b\":[[1,2],[]],"
        "\"s\":\"\\u20ac\\\"\"} , {} ]";

    (void)state;
    for (size_t size = 0; size + 1 < sizeof text; size++) {
        scan_everyhow(check_refused, span_of(text, size), NULL);
    }
}

static void refuses_a_nul_byte_anywhere(void **state)
{
    char text[] = "[\"a\",{\"b\":1.5},null]";
    size_t size = sizeof text - 1;

    (void)state;
    for (size_t i = 0; i < size; i++) {
        char kept = text[i];

        text[i] = '\0';
        scan_everyhow(check_refused, span_of(text, size), NULL);
        text[i] = kept;
    }
}

/* ---- Limits ---------------------------------------------------------------- */

static struct span nest(char *bytes, size_t depth, const char *open, char close)
{
    size_t size = 0;

    for (size_t i = 0; i < depth; i++) {
        memcpy(bytes + size, open, strlen(open));
        size += strlen(open);
    }
    if (close == '}') {
        bytes[size++] = '0';
    }
    memset(bytes + size, close, depth);
    return span_of(bytes, size + depth);
}

static void check_depth(const struct json_scan_result *result,
                        enum sockfeed_result verdict,
                        const struct malformed *malformed, struct span text,
                        const void *wanted)
{
    const size_t *offset = wanted;

    (void)result;
    (void)text;
    if (offset == NULL) {
        assert_int_equal(verdict, SOCKFEED_OK);
    } else {
        assert_int_equal(verdict, SOCKFEED_PROTOCOL);
        assert_int_equal(malformed->offset, *offset);
        assert_string_equal(malformed->reason,
                            "arrays and objects are nested too deeply");
    }
}

static void accepts_nesting_up_to_the_limit_and_refuses_one_more(void **state)
{
    static char bytes[TEXT_MAX];
    size_t limit = LIMIT_JSON_DEPTH;
    size_t in_objects = limit * strlen("{\"a\":");

    (void)state;
    for (size_t depth = 1; depth <= limit; depth += depth < 80 ? 1 : 72) {
        scan_everyhow(check_depth, nest(bytes, depth, "[", ']'), NULL);
        scan_everyhow(check_depth, nest(bytes, depth, "{\"a\":", '}'), NULL);
    }
    scan_everyhow(check_depth, nest(bytes, limit, "[", ']'), NULL);
    scan_everyhow(check_depth, nest(bytes, limit + 1, "[", ']'), &limit);
    scan_everyhow(check_depth, nest(bytes, limit + 1, "{\"a\":", '}'),
                  &in_objects);
}

static void takes_the_callers_word_that_a_text_is_utf8(void **state)
{
    struct json_scan_result result;
    struct malformed malformed;
    struct span text = span_text("[\"\xff\"]");

    (void)state;
    assert_int_equal(json_scan(&result, &malformed, text, JSON_SCAN_UTF8),
                     SOCKFEED_OK);
    assert_int_equal(json_scan_plain(&result, &malformed, text, JSON_SCAN_UTF8),
                     SOCKFEED_OK);
    assert_int_equal(json_scan(&result, &malformed, text, 0),
                     SOCKFEED_PROTOCOL);
}

static int set_up(void **state)
{
    (void)state;
    guard_page_init(&guard, TEXT_MAX);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    guard_page_deinit(&guard);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_where_the_parts_of_a_text_are),
        cmocka_unit_test(accepts_every_form_of_number),
        cmocka_unit_test(accepts_every_form_of_string),
        cmocka_unit_test(says_where_and_why_a_text_is_malformed),
        cmocka_unit_test(refuses_a_text_cut_short_anywhere),
        cmocka_unit_test(refuses_a_nul_byte_anywhere),
        cmocka_unit_test(accepts_nesting_up_to_the_limit_and_refuses_one_more),
        cmocka_unit_test(takes_the_callers_word_that_a_text_is_utf8),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
