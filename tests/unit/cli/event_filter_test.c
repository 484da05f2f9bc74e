/* SPDX-License-Identifier: MIT */
#include "cli/choose/event_filter.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct filtered {
    struct output_texts globs;
    struct event_filter filter;
};

static void init(struct filtered *filtered, const char **globs, size_t count)
{
    struct output_error error;

    filtered->globs = (struct output_texts){globs, count};
    assert_int_equal(
        event_filter_init(&filtered->filter, &filtered->globs, &error),
        SOCKFEED_OK);
}

static bool passes(struct filtered *filtered, const char *token)
{
    bool first = event_filter_passes(&filtered->filter, span_text(token));

    /* The remembered answer is the same. */
    assert_int_equal(event_filter_passes(&filtered->filter, span_text(token)),
                     first);
    return first;
}

static void one_of_the_globs_is_enough(void **state)
{
    const char *globs[] = {"trade*", "book"};
    struct filtered filtered;

    (void)state;
    init(&filtered, globs, 2);
    assert_true(passes(&filtered, "\"trade\""));
    assert_true(passes(&filtered, "\"book\""));
    assert_false(passes(&filtered, "\"books\""));
    assert_true(passes(&filtered, "\"trades\""));
    event_filter_deinit(&filtered.filter);
}

static void an_excluded_name_is_out_whatever_includes_it(void **state)
{
    const char *globs[] = {"*rade*", "!trade-*"};
    struct filtered filtered;

    (void)state;
    init(&filtered, globs, 2);
    assert_true(passes(&filtered, "\"trade\""));
    assert_false(passes(&filtered, "\"trade-eth\""));
    assert_false(passes(&filtered, "\"book\""));
    event_filter_deinit(&filtered.filter);
}

static void exclusions_alone_leave_the_rest(void **state)
{
    const char *globs[] = {"!trade*"};
    struct filtered filtered;

    (void)state;
    init(&filtered, globs, 1);
    assert_false(passes(&filtered, "\"trade\""));
    assert_true(passes(&filtered, "\"book\""));
    event_filter_deinit(&filtered.filter);
}

static void names_compare_unescaped(void **state)
{
    const char *globs[] = {"trade", "7", "\\!x"};
    struct filtered filtered;

    (void)state;
    init(&filtered, globs, 3);
    assert_true(passes(&filtered, "\"\\u0074rade\""));
    assert_true(passes(&filtered, "7"));
    assert_true(passes(&filtered, "\"!x\""));
    assert_false(passes(&filtered, "\"\""));
    event_filter_deinit(&filtered.filter);
}

static void a_name_too_long_to_remember_is_decided_again(void **state)
{
    const char *globs[] = {"a*z"};
    struct filtered filtered;
    size_t size = LIMIT_EVENT_NAME + 8;
    char *token = malloc(size + 1);

    (void)state;
    assert_non_null(token);
    memset(token, 'a', size);
    token[0] = '"';
    token[size - 1] = '"';
    token[size] = '\0';
    init(&filtered, globs, 1);
    assert_false(passes(&filtered, token));
    token[size - 2] = 'z';
    assert_true(passes(&filtered, token));
    event_filter_deinit(&filtered.filter);
    free(token);
}

static void a_bad_glob_is_refused_with_its_column(void **state)
{
    const char *globs[] = {"a", "!b["};
    struct output_texts texts = {globs, 2};
    struct event_filter filter;
    struct output_error error;

    (void)state;
    assert_int_equal(event_filter_init(&filter, &texts, &error),
                     SOCKFEED_INVALID);
    assert_non_null(strstr(error.text, "(column 3)"));
    event_filter_deinit(&filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_the_globs_is_enough),
        cmocka_unit_test(an_excluded_name_is_out_whatever_includes_it),
        cmocka_unit_test(exclusions_alone_leave_the_rest),
        cmocka_unit_test(names_compare_unescaped),
        cmocka_unit_test(a_name_too_long_to_remember_is_decided_again),
        cmocka_unit_test(a_bad_glob_is_refused_with_its_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
