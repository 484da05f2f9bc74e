/* SPDX-License-Identifier: MIT */
#include "codec/cookie_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void reads_a_line(void **state)
{
    struct cookie_line cookie;
    struct malformed malformed;

    (void)state;
    assert_int_equal(
        cookie_line_decode(
            &cookie, &malformed,
            span_text(".example.org\tTRUE\t/socket.io\tFALSE\t1700000000\tsid\t"
                      "a=b; c")),
        SOCKFEED_OK);
    assert_true(span_is(cookie.domain, "example.org"));
    assert_false(cookie.host_only);
    assert_true(span_is(cookie.path, "/socket.io"));
    assert_false(cookie.secure);
    assert_int_equal(cookie.expires, 1700000000);
    assert_true(span_is(cookie.name, "sid"));
    assert_true(span_is(cookie.value, "a=b; c"));
    assert_int_equal(
        cookie_line_decode(
            &cookie, &malformed,
            span_text("#HttpOnly_h.example\tfalse\t/\ttrue\t0\tname")),
        SOCKFEED_OK);
    assert_true(span_is(cookie.domain, "h.example"));
    assert_true(cookie.host_only && cookie.secure);
    assert_true(span_is(cookie.value, ""));
}

static void passes_over_comments(void **state)
{
    static const char *const lines[] = {"", "#", "# Netscape HTTP Cookie File"};
    struct cookie_line cookie;
    struct malformed malformed;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(
            cookie_line_decode(&cookie, &malformed, span_text(lines[i])),
            SOCKFEED_MORE);
    }
}

static void refuses_a_line_and_says_where(void **state)
{
    static const struct {
        const char *line;
        size_t offset;
    } cases[] = {
        {"no cookie at all",               16},
        {"\tTRUE\t/\tFALSE\t0\ta\tb",      0 },
        {"h\tMAYBE\t/\tFALSE\t0\ta\tb",    2 },
        {"h\tTRUE\tx\tFALSE\t0\ta\tb",     7 },
        {"h\tTRUE\t/\tno\t0\ta\tb",        9 },
        {"h\tTRUE\t/\tFALSE\t-1\ta\tb",    15},
        {"h\tTRUE\t/\tFALSE\t0",           16},
        {"h\tTRUE\t/\tFALSE\t0\t\tb",      17},
        {"h\tTRUE\t/\tFALSE\t0\ta\tb\tc",  19},
        {"h\tTRUE\t/\tFALSE\t0\ta\tb\x01", 20},
        {"h\tTRUE\t/\tFALSE\t0\ta\tb\r",   20},
    };
    struct cookie_line cookie;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct malformed malformed = {0, NULL};

        assert_int_equal(
            cookie_line_decode(&cookie, &malformed, span_text(cases[i].line)),
            SOCKFEED_PROTOCOL);
        assert_non_null(malformed.reason);
        assert_int_equal(malformed.offset, cases[i].offset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_line),
        cmocka_unit_test(passes_over_comments),
        cmocka_unit_test(refuses_a_line_and_says_where),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
