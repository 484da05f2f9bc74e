/* SPDX-License-Identifier: MIT */
#include "cli/options/option_parse.h"

#include "cli/options/option_together.h"

#include "cli/options/option_help.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    ARGUMENTS_MAX = 16
};

/* Reads arguments that are separated by '|'; `text` is changed. */
static enum sockfeed_result parse(struct options *options, char *text,
                                  struct option_error *error)
{
    char *arguments[ARGUMENTS_MAX + 1];
    int count = 0;

    assert_int_equal(options_init(options), SOCKFEED_OK);
    for (char *at = text; at != NULL && count < ARGUMENTS_MAX; count++) {
        char *end = strchr(at, '|');

        arguments[count] = at;
        if (end != NULL) {
            *end = '\0';
            end++;
        }
        at = end;
    }
    arguments[count] = NULL;
    return option_parse(options, count, arguments, error);
}

/* The options view the arguments' text. */
static char text[4096];

static void accept(struct options *options, const char *arguments)
{
    struct option_error error = {"nothing"};

    (void)snprintf(text, sizeof text, "%s", arguments);
    if (parse(options, text, &error) != SOCKFEED_OK) {
        fail_msg("%s: %s", arguments, error.text);
    }
}

static void refuse(const char *arguments, const char *expected)
{
    struct options options;
    struct option_error error = {"nothing"};

    (void)snprintf(text, sizeof text, "%s", arguments);
    assert_int_equal(parse(&options, text, &error), SOCKFEED_INVALID);
    assert_string_equal(error.text, expected);
    options_deinit(&options);
}

static void long_options_take_the_next_argument_or_a_value(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "--count|3|--max-time=1.5|--output=data|ws://h");
    assert_int_equal(options.output.count, 3);
    assert_int_equal(options.max_time, 1500);
    assert_int_equal(options.output.form, OUTPUT_FORM_DATA);
    assert_int_equal(options.urls.count, 1);
    assert_string_equal(options.urls.at[0], "ws://h");
    options_deinit(&options);
}

static void short_options_stand_together(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "-qtn|2|-ojson|-vv|-v|-i");
    assert_true(options.report.quiet && options.output.timestamp);
    assert_int_equal(options.output.count, 2);
    assert_int_equal(options.output.form, OUTPUT_FORM_JSON);
    assert_int_equal(options.report.verbosity, 3);
    options_deinit(&options);
}

static void names_may_be_shortened(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "--cou|5|--time|--null|--subscribe|x|--stats");
    assert_int_equal(options.output.count, 5);
    assert_true(options.output.timestamp && options.output.null);
    assert_int_equal(options.send.subscriptions.count, 1);
    assert_int_equal(options.report.stats, STATS_FORM_TEXT);
    options_deinit(&options);
    refuse("--ping|20", "ambiguous option --ping, which may be "
                        "--ping-interval, --ping-timeout");
}

static void unknown_options_are_refused_with_a_hint(void **state)
{
    (void)state;
    refuse("--recconect=never",
           "unknown option --recconect; did you mean --reconnect?");
    refuse("--subcribe|x", "unknown option --subcribe; did you mean "
                           "--subscribe?");
    refuse("--zzz", "unknown option --zzz");
    refuse("--=x", "unknown option --");
    refuse("-qZ", "unknown option -Z");
    refuse("-\xc3\xa9", "unknown option -\xc3\xa9");
}

static void values_are_checked_at_once(void **state)
{
    (void)state;
    refuse("--delays|1,x",
           "option --delays: '1,x': expected seconds separated by commas");
    refuse("--delays=", "option --delays: '': expected seconds separated by "
                        "commas");
    refuse("-n0", "option --count: '0': expected a count, at least 1");
    refuse("-m|0", "option --max-time: '0': expected seconds, above 0");
    refuse("-o|xml", "option --output: 'xml': expected json, data, text, "
                     "envelope or raw");
    refuse("--status=xml",
           "option --status: 'xml': expected text, json or inline");
    refuse("--decode=x", "option --decode: 'x': expected cryptocompare");
    refuse("--buffer|12Q", "option --buffer: '12Q': expected a size in bytes, "
                           "at least 1, with or without K, M or G");
    refuse("--jitter|2", "option --jitter: '2': expected a fraction from 0 to "
                         "1");
    refuse("--retries|-1", "option --retries: '-1': expected a count");
    refuse("--ping-interval|soon",
           "option --ping-interval: 'soon': expected seconds");
    refuse("--auth|[1]", "option --auth: expected a JSON object");
    refuse("--query|x", "option --query: 'x': expected KEY=VALUE");
    refuse("--quiet=yes", "option --quiet: takes no value");
    refuse("-n", "option --count: expected N after it");
    refuse("--subscribe", "option --subscribe: expected MESSAGE after it");
    refuse("--subscribe|@", "option --subscribe: '@': expected a file's name "
                            "after the '@'");
    refuse("--subscribe|@/nonexistent/x",
           "option --subscribe: '@/nonexistent/x': cannot read "
           "/nonexistent/x: No such file or directory");
}

static void long_values_are_shown_in_part(void **state)
{
    (void)state;
    refuse("--count|"
           "12345678901234567890123456789012345678901234567890123456789012"
           "\xc3\xa9\xc3\xa9\xc3\xa9",
           "option --count: "
           "'12345678901234567890123456789012345678901234567890123456789012"
           "\xc3\xa9'...: expected a count, at least 1");
}

static void a_bare_host_is_no_url(void **state)
{
    (void)state;
    refuse("localhost:3000",
           "'localhost:3000' is no URL; did you mean http://localhost:3000 "
           "(Socket.IO) or ws://localhost:3000 (WebSocket)?");
}

static void two_dashes_end_the_options(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "-q|--|ws://a|-x://b");
    assert_int_equal(options.urls.count, 2);
    assert_string_equal(options.urls.at[1], "-x://b");
    options_deinit(&options);
}

static void the_last_value_counts_and_lists_grow(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "--delays=9,9,9|--delays=0.5,2|-e|a|-e|b|-s@@x|-E*|-E!x");
    assert_int_equal(options.delays.count, 2);
    assert_int_equal(options.delays.at[0], 500);
    assert_int_equal(options.send.emits.count, 2);
    assert_true(span_is(options.send.emits.at[1].text, "b"));
    assert_string_equal(options.send.emits.at[1].origin, "emit");
    assert_true(span_is(options.send.subscriptions.at[0].text, "@x"));
    assert_int_equal(options.output.events.count, 2);
    options_deinit(&options);
}

static void help_and_version_end_the_reading(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "-q|--help|--nonsense");
    assert_int_equal(options.action, OPTIONS_ACTION_HELP);
    options_deinit(&options);
    accept(&options, "-Vxyz");
    assert_int_equal(options.action, OPTIONS_ACTION_VERSION);
    options_deinit(&options);
}

static void options_are_held_against_each_other(void **state)
{
    struct options options;
    struct option_error error;

    (void)state;
    accept(&options, "-q");
    assert_int_equal(option_together_check(&options, &error), SOCKFEED_INVALID);
    options_deinit(&options);
    accept(&options, "--exit-on-eof|ws://h");
    assert_int_equal(option_together_check(&options, &error), SOCKFEED_INVALID);
    assert_string_equal(error.text, "option --exit-on-eof: needs --stdin");
    options_deinit(&options);
    accept(&options, "-i|--exit-on-eof|ws://h");
    assert_int_equal(option_together_check(&options, &error), SOCKFEED_OK);
    options_deinit(&options);
}

/* What the search in option_find and every reader of the table rely on. */
static void the_table_is_sorted_and_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];

        assert_true(i == 0 || strcmp(option[-1].name, option->name) < 0);
        assert_non_null(option->set);
        assert_true(strlen(option->name) > 1 && strlen(option->name) <= 32);
        for (size_t j = 0; j < i && option->letter != '\0'; j++) {
            assert_true(option_table[j].letter != option->letter);
        }
    }
}

static void help_fits_eighty_columns(void **state)
{
    struct buf help;
    struct span rest;

    (void)state;
    buf_init(&help, 65536);
    option_help(&help);
    assert_int_equal(buf_result(&help), SOCKFEED_OK);
    rest = buf_span(&help);
    while (rest.size > 0) {
        size_t end = span_find(rest, '\n');

        assert_true(end < rest.size && end <= 79);
        rest = span_skip(rest, end + 1);
    }
    buf_deinit(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_options_take_the_next_argument_or_a_value),
        cmocka_unit_test(short_options_stand_together),
        cmocka_unit_test(names_may_be_shortened),
        cmocka_unit_test(unknown_options_are_refused_with_a_hint),
        cmocka_unit_test(values_are_checked_at_once),
        cmocka_unit_test(long_values_are_shown_in_part),
        cmocka_unit_test(a_bare_host_is_no_url),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(the_last_value_counts_and_lists_grow),
        cmocka_unit_test(help_and_version_end_the_reading),
        cmocka_unit_test(options_are_held_against_each_other),
        cmocka_unit_test(the_table_is_sorted_and_whole),
        cmocka_unit_test(help_fits_eighty_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
