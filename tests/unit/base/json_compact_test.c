/* SPDX-License-Identifier: MIT */
#include "base/json_compact.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_compacts(const char *text, const char *wanted)
{
    struct buf buf;

    buf_init(&buf, 256);
    json_compact(&buf, span_text(text));
    assert_int_equal(buf_result(&buf), SOCKFEED_OK);
    assert_string_equal(buf_text(&buf), wanted);
    buf_deinit(&buf);
}

static void drops_line_ends_between_tokens_and_keeps_other_space(void **state)
{
    (void)state;
    assert_compacts("[\n  1,\r\n\t{\"a\" : 2}\n]\n", "[  1,\t{\"a\" : 2}]");
    assert_compacts("\r\n", "");
    assert_compacts("", "");
    assert_compacts("[1, 2]", "[1, 2]");
}

static void leaves_strings_as_they_are(void **state)
{
    (void)state;
    assert_compacts("[\"a\\n\",\n\"\\\"\",\n\"\\\\\"\n]",
                    "[\"a\\n\",\"\\\"\",\"\\\\\"]");
    assert_compacts("{\"\\\"\\\\\":\n0}", "{\"\\\"\\\\\":0}");
}

static void leaves_its_failure_in_the_buffer(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 3);
    json_compact(&buf, span_text("[\n1,\n2]"));
    assert_int_equal(buf_result(&buf), SOCKFEED_FULL);
    buf_deinit(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drops_line_ends_between_tokens_and_keeps_other_space),
        cmocka_unit_test(leaves_strings_as_they_are),
        cmocka_unit_test(leaves_its_failure_in_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
