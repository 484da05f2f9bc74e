/* SPDX-License-Identifier: MIT */
#include "cli/input/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* What the reply makes of the message; NULL for a message that does not
 * match. */
static void assert_reply(const char *text, const char *message,
                         const char *wanted)
{
    struct output_error error = {""};
    struct reply *reply = NULL;
    struct buf out;

    buf_init(&out, 1000);
    assert_int_equal(reply_new(&reply, span_text(text), &error), SOCKFEED_OK);
    assert_int_equal(reply_make(reply, &out, span_text(message)),
                     wanted != NULL);
    assert_string_equal(buf_text(&out), wanted == NULL ? "" : wanted);
    buf_deinit(&out);
    reply_free(reply);
}

static void assert_refused(const char *text, const char *reason)
{
    struct output_error error = {""};
    struct reply *reply = NULL;

    assert_int_equal(reply_new(&reply, span_text(text), &error),
                     SOCKFEED_INVALID);
    assert_string_equal(error.text, reason);
    assert_null(reply);
}

static void groups_are_filled_in_by_number_and_by_name(void **state)
{
    (void)state;
    assert_reply("s/^\\{\"ping\":(\\d+)\\}$/{\"pong\":$1}/", "{\"ping\":18}",
                 "{\"pong\":18}");
    assert_reply("s/(a)(?<x>b)?/$1-${2}-${x}-$0/", "ab", "a-b-b-ab");
    assert_reply("s/(a)(b)?/$1$2./", "a", "a.");
    assert_reply("s/a/b/", "c", NULL);
}

static void an_answer_may_be_empty(void **state)
{
    (void)state;
    assert_reply("s/a//", "a", "");
    assert_reply("s/a(b)?/$1/", "a", "");
}

static void any_byte_may_be_the_delimiter(void **state)
{
    (void)state;
    assert_reply("s|a/b|c/d|", "a/b", "c/d");
    assert_reply("s/a\\/b/c\\/d/", "a/b", "c/d");
    /* An escaped delimiter is that character, not what it means elsewhere. */
    assert_reply("s|a\\|b|c\\|d|", "a|b", "c|d");
    assert_reply("s|a\\|b|c|", "a", NULL);
    assert_reply("sxa\\xbxyx", "axb", "y");
}

static void backslashes_of_json_stay(void **state)
{
    (void)state;
    assert_reply("s/a/{\"t\":\"\\u0041\\n\\\\\"}/", "a",
                 "{\"t\":\"\\u0041\\n\\\"}");
}

static void a_dollar_is_written_twice_or_stands_alone(void **state)
{
    (void)state;
    assert_reply("s/a/$$1 $ $x \\$1/", "a", "$1 $ $x $1");
    assert_reply("s/a/${/", "a", "${");
}

static void the_flag_ignores_case(void **state)
{
    (void)state;
    assert_reply("s/PING/pong/i", "ping", "pong");
    assert_reply("s/PING/pong/", "ping", NULL);
}

static void what_is_no_reply_is_refused(void **state)
{
    static const char *const form[] = {
        "",      "s",      "s/", "s/a",       "s/a/",      "s/a/b",
        "s//b/", "x/a/b/", "a",  "s\\a\\b\\", "s\na\nb\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        assert_refused(form[i], "expected s/REGEX/TEXT/");
    }
    assert_refused("s/a/b/g", "expected no flag but i behind it");
    assert_refused("s/a/$1/", "the pattern has no group '1'");
    assert_refused("s/(a)/${b}/", "the pattern has no group 'b'");
    assert_refused("s/(a)/x\\1/", "a group is written $1, not \\1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_filled_in_by_number_and_by_name),
        cmocka_unit_test(an_answer_may_be_empty),
        cmocka_unit_test(any_byte_may_be_the_delimiter),
        cmocka_unit_test(backslashes_of_json_stay),
        cmocka_unit_test(a_dollar_is_written_twice_or_stands_alone),
        cmocka_unit_test(the_flag_ignores_case),
        cmocka_unit_test(what_is_no_reply_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
