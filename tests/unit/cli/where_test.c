/* SPDX-License-Identifier: MIT */
#include "cli/choose/where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct where *compiled(const char **conditions, size_t count)
{
    struct output_texts texts = {conditions, count};
    struct where *where;
    struct output_error error = {""};

    if (where_new(&where, &texts, &error) != SOCKFEED_OK) {
        fail_msg("%s: %s", conditions[0], error.text);
    }
    return where;
}

static bool holds(const char *condition, const char *data)
{
    struct where *where = compiled(&condition, 1);
    bool answer = where_holds(where, span_text(data));

    where_free(where);
    return answer;
}

static const struct {
    const char *condition;
    const char *data;
    bool holds;
} known[] = {
  /* Numbers are decimals of any length. */
    {"/p = 0.1",              "{\"p\":0.10}",             true },
    {"/p = 1e-1",             "{\"p\":0.10}",             true },
    {"/p = 9007199254740993", "{\"p\":9007199254740992}", false},
    {"/p > 9007199254740992", "{\"p\":9007199254740993}", true },
    {"/p < 1e400",            "{\"p\":1e399}",            true },
    {"/p <= -1",              "{\"p\":-1.0}",             true },
    {"/p >= 2",               "{\"p\":10}",               true },
    {"/p != 10.0",            "{\"p\":10}",               false},
 /* Also inside strings, on both sides. */
    {"/p >= 2",               "{\"p\":\"10\"}",           true },
    {"/p = \"0.1\"",          "{\"p\":0.10}",             true },
 /* Anything else is text. */
    {"/s = BTC",              "{\"s\":\"BTC\"}",          true },
    {"/s = \"BTC\"",          "{\"s\":\"B\\u0054C\"}",    true },
    {"/s != ETH",             "{\"s\":\"BTC\"}",          true },
    {"/s < b",                "{\"s\":\"a\"}",            true },
    {"/s < a",                "{\"s\":\"a\"}",            false},
    {"/t > 2024-01-01",       "{\"t\":\"2024-06-01\"}",   true },
    {"/s = a b",              "{\"s\":\"a b\"}",          true },
    {"/s = \"\"",             "{\"s\":\"\"}",             true },
    {"/s = true",             "{\"s\":true}",             true },
    {"/s = null",             "{\"s\":null}",             true },
    {"/s = [1,2]",            "{\"s\":[1,2]}",            true },
 /* There is no order between a number and a text. */
    {"/p < a",                "{\"p\":1}",                false},
    {"/p > a",                "{\"p\":1}",                false},
    {"/p != a",               "{\"p\":1}",                true },
    {"/p < 5",                "{\"p\":null}",             false},
    {"/p > 5",                "{\"p\":null}",             false},
    {"/p > 5",                "{\"p\":\"many\"}",         false},
    {"/p < 5",                "{\"p\":\"\"}",             false},
    {"/p != 5",               "{\"p\":\"many\"}",         true },
 /* Patterns see the text. */
    {"/s ~ ^[BE]T",           "{\"s\":\"BTC\"}",          true },
    {"/s ~ ^\"",              "{\"s\":\"BTC\"}",          false},
    {"/o ~ \"x\":1",          "{\"o\":{\"x\":1}}",        true },
    {"/a~1b/~0 ~ ^1$",        "{\"a/b\":{\"~\":1}}",      true },
 /* What is missing is only different. */
    {"/x = 1",                "{}",                       false},
    {"/x != 1",               "{}",                       true },
    {"/x < 1",                "{}",                       false},
    {"/x ~ .",                "{}",                       false},
 /* Ways of writing it. */
    {"/p>=100",               "{\"p\":100}",              true },
    {"/p>= 100",              "{\"p\":100}",              true },
    {"/p >=100",              "{\"p\":100}",              true },
    {"/a=b = 1",              "{\"a=b\":1}",              true },
    {"/a b = 1",              "{\"a b\":1}",              true },
    {"  /p = 1",              "{\"p\":1}",                true },
    {"= x",                   "\"x\"",                    true },
    {"/0 = 1",                "[1,2]",                    true },
};

static void holds_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (holds(known[i].condition, known[i].data) != known[i].holds) {
            fail_msg("%s of %s", known[i].condition, known[i].data);
        }
    }
}

static void all_conditions_must_hold(void **state)
{
    const char *conditions[] = {"/p >= 0.1", "/s != BTC", "/p < 1"};
    struct where *where = compiled(conditions, 3);

    (void)state;
    assert_true(where_holds(where, span_text("{\"s\":\"ETH\",\"p\":0.5}")));
    assert_false(where_holds(where, span_text("{\"s\":\"ETH\",\"p\":5}")));
    assert_false(where_holds(where, span_text("{\"s\":\"BTC\",\"p\":0.5}")));
    where_free(where);
}

static void refuses(const char *condition, const char *words)
{
    struct output_texts texts = {&condition, 1};
    struct where *where;
    struct output_error error = {""};

    assert_int_equal(where_new(&where, &texts, &error), SOCKFEED_INVALID);
    assert_null(where);
    if (strstr(error.text, words) == NULL) {
        fail_msg("%s: %s", condition, error.text);
    }
}

static void refuses_what_is_no_condition(void **state)
{
    (void)state;
    refuses("", "must stand here (column 1)");
    refuses("/a", "must stand here (column 3)");
    refuses("/a =", "a value must stand here");
    refuses("/a ?", "must stand here");
    refuses("a = 1", "(column 1)");
    refuses("/~2 = 1", "(column");
    refuses("/a ~ (", "parenthesis");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_written),
        cmocka_unit_test(all_conditions_must_hold),
        cmocka_unit_test(refuses_what_is_no_condition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
