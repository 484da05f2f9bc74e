/* SPDX-License-Identifier: MIT */
#include "cli/base/glob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *glob;
    const char *name;
    bool matches;
} known[] = {
    {"trade",           "trade",  true },
    {"trade",           "trades", false},
    {"trade",           "Trade",  false},
    {"",                "",       true },
    {"",                "a",      false},
    {"*",               "",       true },
    {"*",               "a b",    true },
    {"t*e",             "trade",  true },
    {"t*e",             "te",     true },
    {"t*e",             "t",      false},
    {"*a*b*c",          "xaybzc", true },
    {"*a*b*c",          "xaybz",  false},
    {"**a",             "ba",     true },
    {"?",               "\u20ac", true },
    {"?",               "",       false},
    {"??",              "\u20ac", false},
    {"[a-c]x",          "bx",     true },
    {"[a-c]x",          "dx",     false},
    {"[!a-c]x",         "dx",     true },
    {"[^a-c]x",         "bx",     false},
    {"[]a]",            "]",      true },
    {"[!]a]",           "]",      false},
    {"[a-]",            "-",      true },
    {"[\\]]",           "]",      true },
    {"[\u00e0-\u00ff]", "\u00e9", true },
    {"\\*",             "*",      true },
    {"\\*",             "a",      false},
    {"*\\?",            "why?",   true },
    {"\xff*",
     "\xff"
     "a",                         true },
    {"?",               "\xff",   true },
};

static void matches_whole_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct malformed malformed;

        assert_int_equal(glob_check(&malformed, span_text(known[i].glob)),
                         SOCKFEED_OK);
        if (glob_match(span_text(known[i].glob), span_text(known[i].name)) !=
            known[i].matches) {
            fail_msg("%s against %s", known[i].glob, known[i].name);
        }
    }
}

static void refused_at(const char *glob, size_t offset)
{
    struct malformed malformed;

    assert_int_equal(glob_check(&malformed, span_text(glob)), SOCKFEED_INVALID);
    assert_int_equal(malformed.offset, offset);
}

static void refuses_what_does_not_end(void **state)
{
    (void)state;
    refused_at("ab[c", 2);
    refused_at("[", 0);
    refused_at("[]", 0);
    refused_at("[!", 0);
    refused_at("[a\\]", 0);
    refused_at("[a-", 0);
    refused_at("ab\\", 2);
}

static void many_stars_take_no_forever(void **state)
{
    static char name[20000];

    (void)state;
    memset(name, 'a', sizeof name);
    assert_false(glob_match(span_text("*a*a*a*a*a*a*a*a*a*a*a*a*b"),
                            span_of(name, sizeof name)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_whole_names),
        cmocka_unit_test(refuses_what_does_not_end),
        cmocka_unit_test(many_stars_take_no_forever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
