/* SPDX-License-Identifier: MIT */
#include "base/json_quote.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_quotes(struct span text, const char *wanted)
{
    struct buf to;

    buf_init(&to, 256);
    json_quote(&to, text);
    assert_int_equal(buf_result(&to), SOCKFEED_OK);
    assert_string_equal(buf_text(&to), wanted);
    buf_deinit(&to);
}

static void assert_unquotes(const char *token, struct span wanted)
{
    struct buf to;

    buf_init(&to, 256);
    assert_int_equal(json_unquote(&to, span_text(token)), SOCKFEED_OK);
    assert_true(span_equal(buf_span(&to), wanted));
    buf_deinit(&to);
}

static void leaves_what_needs_no_escape(void **state)
{
    (void)state;
    assert_quotes(span_text(""), "\"\"");
    assert_quotes(span_text("trade"), "\"trade\"");
    assert_quotes(span_text("a/b \x7f"), "\"a/b \x7f\"");
    assert_quotes(span_text("\xe2\x82\xac \xf0\x9f\x98\x80"),
                  "\"\xe2\x82\xac \xf0\x9f\x98\x80\"");
}

static void escapes_quotes_backslashes_and_controls(void **state)
{
    (void)state;
    assert_quotes(span_text("\"\\"), "\"\\\"\\\\\"");
    assert_quotes(span_text("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
    assert_quotes(span_of("\0\x01\x1f\v", 4),
                  "\"\\u0000\\u0001\\u001f\\u000b\"");
    assert_quotes(span_text("a\nb\"c"), "\"a\\nb\\\"c\"");
}

/* The rows are examples of The Unicode Standard's substitution of maximal
 * subparts. */
static void replaces_what_is_not_utf8(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"a\xff\"",              "\"a\xef\xbf\xbd\\\"\""                   },
        {"\x80\x80",             "\"\xef\xbf\xbd\xef\xbf\xbd\""            },
        {"\xe2\x82",             "\"\xef\xbf\xbd\""                        },
        {"\xe2\x82X",            "\"\xef\xbf\xbdX\""                       },
        {"\xf0\x9f\x98\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""            },
        {"\xc0\xaf",             "\"\xef\xbf\xbd\xef\xbf\xbd\""            },
        {"\xed\xa0\x80",         "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc3\n",               "\"\xef\xbf\xbd\\n\""                     },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_quotes(span_text(rows[i].text), rows[i].wanted);
    }
}

static void resolves_every_escape(void **state)
{
    (void)state;
    assert_unquotes("\"\"", span_text(""));
    assert_unquotes("\"plain\"", span_text("plain"));
    assert_unquotes("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                    span_text("\"\\/\b\f\n\r\t"));
    assert_unquotes("\"\\u0041\\u00e9\\u20AC\"",
                    span_text("A\xc3\xa9\xe2\x82\xac"));
    assert_unquotes("\"a\\u0000b\"", span_of("a\0b", 3));
    assert_unquotes("\"\xe2\x82\xac\"", span_text("\xe2\x82\xac"));
}

static void joins_surrogates_and_replaces_lone_ones(void **state)
{
    (void)state;
    assert_unquotes("\"\\ud83d\\ude00\"", span_text("\xf0\x9f\x98\x80"));
    assert_unquotes("\"\\uD800\\uDC00\\uDBFF\\uDFFF\"",
                    span_text("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
    assert_unquotes("\"\\ud83d\"", span_text("\xef\xbf\xbd"));
    assert_unquotes("\"\\ude00x\"", span_text("\xef\xbf\xbdx"));
    assert_unquotes("\"\\ud83d\\ud83d\\ude00\"",
                    span_text("\xef\xbf\xbd\xf0\x9f\x98\x80"));
    assert_unquotes("\"\\ud83d\\u0041\"", span_text("\xef\xbf\xbd"
                                                    "A"));
    assert_unquotes("\"\\ud83d\\n\"", span_text("\xef\xbf\xbd\n"));
}

static void refuses_tokens_that_are_no_string(void **state)
{
    static const char *const tokens[] = {"",
                                         "\"",
                                         "a",
                                         "\"a",
                                         "a\"",
                                         "\"\\\"",
                                         "\"\\x\"",
                                         "\"\\u12\"",
                                         "\"\\u12g4\"",
                                         "\"a\"b\"",
                                         "\"a\nb\"",
                                         "\"\\\"\\",
                                         "\"\\ud83d\\u\"",
                                         "\"\\U0041\"",
                                         "\"\\ \""};

    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        struct buf to;

        buf_init(&to, 64);
        assert_int_equal(json_unquote(&to, span_text(tokens[i])),
                         SOCKFEED_INVALID);
        buf_deinit(&to);
    }
}

static void answers_full_at_the_limit_of_the_buffer(void **state)
{
    struct buf to;

    (void)state;
    buf_init(&to, 3);
    assert_int_equal(json_unquote(&to, span_text("\"a\\u0062c\"")),
                     SOCKFEED_OK);
    assert_int_equal(json_unquote(&to, span_text("\"d\"")), SOCKFEED_FULL);
    assert_true(span_is(buf_span(&to), "abc"));
    buf_clear(&to);
    json_quote(&to, span_text("a"));
    assert_int_equal(buf_result(&to), SOCKFEED_OK);
    buf_clear(&to);
    json_quote(&to, span_text("ab"));
    assert_int_equal(buf_result(&to), SOCKFEED_FULL);
    buf_deinit(&to);
}

static void text_survives_the_way_there_and_back(void **state)
{
    char text[256];
    struct buf quoted;
    struct buf again;

    (void)state;
    for (size_t i = 0; i < 128; i++) {
        text[2 * i] = (char)i;
        text[2 * i + 1] = (char)(127 - i);
    }
    buf_init(&quoted, 4096);
    buf_init(&again, 4096);
    json_quote(&quoted, span_of(text, sizeof text));
    assert_int_equal(json_unquote(&again, buf_span(&quoted)), SOCKFEED_OK);
    assert_true(span_equal(buf_span(&again), span_of(text, sizeof text)));
    buf_deinit(&quoted);
    buf_deinit(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_what_needs_no_escape),
        cmocka_unit_test(escapes_quotes_backslashes_and_controls),
        cmocka_unit_test(replaces_what_is_not_utf8),
        cmocka_unit_test(resolves_every_escape),
        cmocka_unit_test(joins_surrogates_and_replaces_lone_ones),
        cmocka_unit_test(refuses_tokens_that_are_no_string),
        cmocka_unit_test(answers_full_at_the_limit_of_the_buffer),
        cmocka_unit_test(text_survives_the_way_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
