/* SPDX-License-Identifier: MIT */
#include "codec/http_header.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void splits_a_line(void **state)
{
    static const struct {
        const char *line;
        const char *name;
        const char *value;
    } cases[] = {
        {"Host: example.com",    "Host",              "example.com"     },
        {"a:b",                  "a",                 "b"               },
        {"X:",                   "X",                 ""                },
        {"X: \t ",               "X",                 ""                },
        {"X:\t a b \t",          "X",                 "a b"             },
        {"X: a:b",               "X",                 "a:b"             },
        {"X: caf\xc3\xa9 \xff",  "X",                 "caf\xc3\xa9 \xff"},
        {"!#$%&'*+-.^_`|~09: x", "!#$%&'*+-.^_`|~09", "x"               },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_header header;
        struct malformed malformed;

        assert_int_equal(
            http_header_parse(&header, &malformed, span_text(cases[i].line)),
            SOCKFEED_OK);
        assert_true(span_is(header.name, cases[i].name));
        assert_true(span_is(header.value, cases[i].value));
    }
}

static void refuses_a_line_and_says_where(void **state)
{
    static const struct {
        const char *line;
        size_t size;
        size_t offset;
    } cases[] = {
        {"",               0,  0},
        {"no colon",       8,  8},
        {": x",            3,  0},
        {"a b: x",         6,  1},
        {"a : x",          5,  1},
        {" a: x",          5,  0},
        {"a(b): x",        7,  1},
        {"caf\xc3\xa9: x", 8,  3},
        {"a: b\rc",        6,  4},
        {"a: b\r\nc: d",   10, 4},
        {"a: b\nc",        6,  4},
        {"a: b\0c",        6,  4},
        {"a: b\x7f",       5,  4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct malformed malformed = {99, NULL};

        assert_int_equal(http_header_check(
                             span_of(cases[i].line, cases[i].size), &malformed),
                         SOCKFEED_PROTOCOL);
        assert_int_equal(malformed.offset, cases[i].offset);
        assert_non_null(malformed.reason);
    }
}

static void finds_tokens_in_lists(void **state)
{
    struct http_header header = {
        span_text("Connection"), {NULL, 0}
    };

    (void)state;
    header.value = span_text("keep-alive, Upgrade");
    assert_true(http_header_has(&header, "upgrade"));
    assert_true(http_header_has(&header, "Keep-Alive"));
    assert_false(http_header_has(&header, "keep"));
    header.value = span_text(" , ,Upgrade,");
    assert_true(http_header_has(&header, "upgrade"));
    header.value = span_text("not-upgrade, upgrades");
    assert_false(http_header_has(&header, "upgrade"));
    header.value = span_of(NULL, 0);
    assert_false(http_header_has(&header, "upgrade"));
}

static void compares_names_without_case(void **state)
{
    struct http_header header = {
        span_text("sec-websocket-ACCEPT"), {NULL, 0}
    };

    (void)state;
    assert_true(http_header_is(&header, "Sec-WebSocket-Accept"));
    assert_false(http_header_is(&header, "Sec-WebSocket-Accep"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_a_line),
        cmocka_unit_test(refuses_a_line_and_says_where),
        cmocka_unit_test(finds_tokens_in_lists),
        cmocka_unit_test(compares_names_without_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
