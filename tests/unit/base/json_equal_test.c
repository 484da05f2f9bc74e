/* SPDX-License-Identifier: MIT */
#include "base/json_equal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_says_the_same_is_equal(void **state)
{
    static const char *const rows[][2] = {
        {"1",                  "1"                          },
        {"1",                  "1.0"                        },
        {"1e2",                "100"                        },
        {"-0",                 "0"                          },
        {"\"a\"",              "\"\\u0061\""                },
        {"\"\\/\"",            "\"/\""                      },
        {" [1, 2 ] ",          "[1,2]"                      },
        {"{\"a\":1,\"b\":[]}", "{ \"b\" : [], \"a\" : 1.0 }"},
        {"{\"\\u0061\":1}",    "{\"a\":1}"                  },
        {"null",               "null"                       },
        {"[]",                 "[ ]"                        },
        {"{}",                 "{ }"                        },
        {"9007199254740993",   "9007199254740993.0"         },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(json_equal(span_text(rows[i][0]), span_text(rows[i][1])));
        assert_true(json_equal(span_text(rows[i][1]), span_text(rows[i][0])));
    }
}

static void what_says_something_else_is_not(void **state)
{
    static const char *const rows[][2] = {
        {"1",                "2"               },
        {"1",                "\"1\""           },
        {"9007199254740993", "9007199254740992"},
        {"\"a\"",            "\"A\""           },
        {"\"\\u0061\"",      "\"b\""           },
        {"[1,2]",            "[2,1]"           },
        {"[1]",              "[1,2]"           },
        {"[1,2]",            "[1]"             },
        {"{\"a\":1}",        "{}"              },
        {"{}",               "{\"a\":1}"       },
        {"{\"a\":1}",        "{\"A\":1}"       },
        {"{\"a\":1}",        "{\"a\":2}"       },
        {"true",             "false"           },
        {"null",             "[]"              },
        {"[]",               "{}"              },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_false(json_equal(span_text(rows[i][0]), span_text(rows[i][1])));
        assert_false(json_equal(span_text(rows[i][1]), span_text(rows[i][0])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_says_the_same_is_equal),
        cmocka_unit_test(what_says_something_else_is_not),
    };

    return cmocka_run_group_tests_name("base/json_equal", tests, NULL, NULL);
}
