/* SPDX-License-Identifier: MIT */
#include "cli/base/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *value;
    const char *text;
} rows[] = {
    {"0.10",               "0.10"            },
    {"9007199254740993",   "9007199254740993"},
    {"true",               "true"            },
    {"null",               "null"            },
    {"{\"a\": [1]}",       "{\"a\": [1]}"    },
    {"\"\"",               ""                },
    {"\"text\"",           "text"            },
    {"\"\xc3\xa9\"",       "\xc3\xa9"        },
    {"\"a\\nb\\u00e9\"",   "a\nb\xc3\xa9"    },
    {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
    {"\"\\\"quoted\\\"\"", "\"quoted\""      },
    {"",                   ""                },
};

static void a_string_is_what_it_says_and_all_else_its_json(void **state)
{
    struct buf out;
    struct buf scratch;

    (void)state;
    buf_init(&out, 1000);
    buf_init(&scratch, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span value = span_text(rows[i].value);

        buf_clear(&out);
        value_append_text(&out, value);
        assert_true(span_is(buf_span(&out), rows[i].text));
        assert_true(span_is(value_text(&scratch, value), rows[i].text));
    }
    buf_deinit(&out);
    buf_deinit(&scratch);
}

static void a_string_without_escapes_is_a_view_of_itself(void **state)
{
    struct span value = span_text("\"text\"");
    struct buf scratch;

    (void)state;
    buf_init(&scratch, 0);
    assert_ptr_equal(value_text(&scratch, value).data, value.data + 1);
    buf_deinit(&scratch);
}

static void a_text_that_does_not_fit_is_empty(void **state)
{
    struct buf scratch;

    (void)state;
    buf_init(&scratch, 2);
    assert_int_equal(value_text(&scratch, span_text("\"\\u00e9\\u00e9\"")).size,
                     0);
    assert_int_equal(buf_result(&scratch), SOCKFEED_FULL);
    buf_deinit(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_is_what_it_says_and_all_else_its_json),
        cmocka_unit_test(a_string_without_escapes_is_a_view_of_itself),
        cmocka_unit_test(a_text_that_does_not_fit_is_empty),
    };

    return cmocka_run_group_tests_name("cli/value", tests, NULL, NULL);
}
