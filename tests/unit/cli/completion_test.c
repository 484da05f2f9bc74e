/* SPDX-License-Identifier: MIT */
#include "cli/input/completion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const words[] = {"trade", "trades", "ticker", "/sub"};

static void assert_completes(const char *typed, size_t count, const char *rest)
{
    struct completion completion;

    completion_init(&completion, span_text(typed));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_int_equal(completion_consider(&completion, words[i]),
                         strncmp(words[i], typed, strlen(typed)) == 0);
    }
    assert_int_equal(completion.count, count);
    assert_string_equal(completion_rest(&completion), rest);
}

static void what_words_have_in_common_is_added(void **state)
{
    (void)state;
    assert_completes("", 4, "");
    assert_completes("t", 3, "");
    assert_completes("tr", 2, "ade");
    assert_completes("trades", 1, "");
    assert_completes("ti", 1, "cker");
    assert_completes("/", 1, "sub");
    assert_completes("x", 0, "");
    assert_completes("tradesman", 0, "");
}

static void words_that_are_too_long_are_none(void **state)
{
    struct completion completion;
    char word[LIMIT_EVENT_NAME + 1];

    (void)state;
    memset(word, 'a', LIMIT_EVENT_NAME);
    word[LIMIT_EVENT_NAME] = '\0';
    completion_init(&completion, span_text("a"));
    assert_false(completion_consider(&completion, word));
    word[LIMIT_EVENT_NAME - 1] = '\0';
    assert_true(completion_consider(&completion, word));
    assert_int_equal(strlen(completion_rest(&completion)),
                     LIMIT_EVENT_NAME - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_words_have_in_common_is_added),
        cmocka_unit_test(words_that_are_too_long_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
