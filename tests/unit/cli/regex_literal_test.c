/* SPDX-License-Identifier: MIT */
#include "cli/base/regex_literal.h"

#include "base/rng.h"
#include "cli/base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *pattern;
    const char *literal;
} known[] = {
    {"BTC",                     "BTC"        },
    {"BT",                      ""           }, /* PCRE2 does that itself */
    {"\"s\":\"BTC.*\"",         "\"s\":\"BTC"},
    {"^\\{\"ping\":(\\d+)\\}$", "{\"ping\":" },
    {"trade[a-z]+book12",       "book12"     },
    {"trade[]x]+book12",        "book12"     },
    {"trade[^]x]+book12",       "book12"     },
    {"colou?r",                 "colo"       },
    {"colou*",                  "colo"       },
    {"colou+r",                 "colou"      },
    {"abcd{2}efghi",            "efghi"      },
    {"abcd{2,}efghi",           "efghi"      },
    {"abc{d}efg",               "abc{d}efg"  },
    {"(BTC|ETH)-USD",           "-USD"       },
    {"(BTC-USD)?x",             ""           },
    {"abc(d(e)f)ghij",          "ghij"       },
    {"abc|abd",                 ""           },
    {"(?i)abc",                 ""           },
    {"abc(?=def)",              ""           },
    {"(*UCP)abc",               ""           },
    {"\\Qabc\\E",               ""           },
    {"\\x41bcd",                ""           },
    {"a\\.b\\*c",               "a.b*c"      },
    {"abc\\dxyzw",              "xyzw"       },
    {"abc\u20ac?de",            "abc"        },
    {"[[:alpha:]]abcd",         ""           },
    {"([)]abc)defg",            "defg"       },
    {"(\\)abc)defg",            "defg"       },
};

static void literal_is(const char *pattern, const char *expected)
{
    struct buf literal;

    buf_init(&literal, 256);
    regex_literal(&literal, span_text(pattern));
    if (!span_is(buf_span(&literal), expected)) {
        fail_msg("%s gives '%.*s', not '%s'", pattern, (int)literal.size,
                 literal.data, expected);
    }
    buf_deinit(&literal);
}

static void finds_the_longest_text_that_must_be_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        literal_is(known[i].pattern, known[i].literal);
    }
}

static void a_literal_at_its_limit_is_cut(void **state)
{
    struct buf literal;
    char pattern[400];

    (void)state;
    memset(pattern, 'a', sizeof pattern);
    buf_init(&literal, 256);
    regex_literal(&literal, span_of(pattern, sizeof pattern));
    assert_int_equal(literal.size, 256);
    buf_deinit(&literal);
}

/* Random patterns from an alphabet full of trouble against the same pattern
 * behind an empty group, which is not understood and so has no literal. */
static void never_hides_a_match(void **state)
{
    static const char alphabet[] = "abc()[]{}|?*+.^$\\dQE12,:-";
    struct rng rng;

    (void)state;
    rng_init_seed(&rng, 1);
    for (int round = 0; round < 20000; round++) {
        char plain[24];
        char guarded[40];
        char text[16];
        size_t size = 3 + rng_below(&rng, 12);
        struct output_error error;
        struct regex *with = NULL;
        struct regex *without = NULL;

        for (size_t i = 0; i < size; i++) {
            plain[i] = alphabet[rng_below(&rng, sizeof alphabet - 1)];
        }
        plain[size] = '\0';
        memcpy(guarded, "(?:)", 4);
        memcpy(guarded + 4, plain, size + 1);
        /* A quantifier would take the group for itself. */
        if (strchr("{*+?", plain[0]) == NULL &&
            regex_new(&with, plain, 0, &error) == SOCKFEED_OK &&
            regex_new(&without, guarded, 0, &error) == SOCKFEED_OK) {
            for (int i = 0; i < 20; i++) {
                size_t length = rng_below(&rng, sizeof text);

                for (size_t k = 0; k < length; k++) {
                    text[k] = "abcd12()[]{}Q"[rng_below(&rng, 13)];
                }
                assert_int_equal(regex_match(with, span_of(text, length)),
                                 regex_match(without, span_of(text, length)));
            }
        }
        regex_free(with);
        regex_free(without);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_longest_text_that_must_be_there),
        cmocka_unit_test(a_literal_at_its_limit_is_cut),
        cmocka_unit_test(never_hides_a_match),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
