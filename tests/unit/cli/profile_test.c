/* SPDX-License-Identifier: MIT */
#include "cli/options/profile.h"

#include "cli/options/option_parse.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every test runs in a directory of its own. */
static char directory[] = "/tmp/sockfeed-profile-XXXXXX";

static int enter(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL || chdir(directory) != 0;
}

static int leave(void **state)
{
    (void)state;
    (void)remove("p");
    (void)remove("q");
    (void)remove("lines");
    (void)remove("sockfeed/own");
    (void)remove("sockfeed");
    return chdir("/") != 0 || rmdir(directory) != 0;
}

static void write_file(const char *path, const char *content, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static enum sockfeed_result read_profile(struct options *options,
                                         const char *content,
                                         struct option_error *error)
{
    write_file("p", content, strlen(content));
    assert_int_equal(options_init(options), SOCKFEED_OK);
    return profile_read(options, "p", error);
}

static void accept(struct options *options, const char *content)
{
    struct option_error error = {"nothing"};

    if (read_profile(options, content, &error) != SOCKFEED_OK) {
        fail_msg("%s", error.text);
    }
}

static void refuse(const char *content, const char *expected)
{
    struct options options;
    struct option_error error = {"nothing"};

    assert_int_equal(read_profile(&options, content, &error), SOCKFEED_INVALID);
    assert_string_equal(error.text, expected);
    options_deinit(&options);
}

static void options_stand_one_a_line(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "# the feed\n"
                     "\n"
                     "url = wss://h/feed\n"
                     "--quiet\n"
                     "timestamp # a flag\r\n"
                     "  count=3\n"
                     "-o data\n"
                     "m 1.5\n"
                     "query = a=b\n"
                     "subscribe \t SubAdd {\"subs\":[\"x#y\"]} # why");
    assert_string_equal(options.urls.at[0], "wss://h/feed");
    assert_true(options.report.quiet && options.output.timestamp);
    assert_int_equal(options.output.count, 3);
    assert_int_equal(options.output.form, OUTPUT_FORM_DATA);
    assert_int_equal(options.max_time, 1500);
    assert_true(span_is(options.send.subscriptions.at[0].text,
                        "SubAdd {\"subs\":[\"x#y\"]}"));
    options_deinit(&options);
}

static void values_may_be_quoted(void **state)
{
    struct options options;

    (void)state;
    accept(&options, "subscribe \"a # \\\"b\\\" \\\\ \\n\\t\"  # comment\n"
                     "subscribe=\"\"");
    assert_int_equal(options.send.subscriptions.count, 2);
    assert_true(
        span_is(options.send.subscriptions.at[0].text, "a # \"b\" \\ \n\t"));
    assert_true(span_is(options.send.subscriptions.at[1].text, ""));
    options_deinit(&options);
}

static void errors_name_file_and_line(void **state)
{
    (void)state;
    refuse("quiet\n\ndelays 1,x\n",
           "p:3: option --delays: '1,x': expected seconds separated by commas");
    refuse("quit\n", "p:1: unknown option --quit; did you mean --quiet?");
    refuse("quiet yes\n", "p:1: option --quiet: takes no value");
    refuse("count\n", "p:1: option --count: expected N after it");
    refuse("emit \"a\n", "p:1: expected a closing quote");
    refuse("emit \"a\" b\n", "p:1: expected nothing after the quotes");
    refuse("emit \"\\x\"\n",
           "p:1: expected \\\", \\\\, \\n or \\t after the backslash");
    refuse("config q\n", "p:1: cannot read q: No such file or directory");
    refuse("url h:80\n",
           "p:1: 'h:80' is no URL; did you mean http://h:80 (Socket.IO) or "
           "ws://h:80 (WebSocket)?");
}

static void files_may_read_files_to_a_depth(void **state)
{
    struct options options;
    struct option_error error;

    (void)state;
    write_file("q", "count 7\n", 8);
    accept(&options, "config q\nquiet\n");
    assert_int_equal(options.output.count, 7);
    assert_true(options.report.quiet);
    options_deinit(&options);
    assert_int_equal(read_profile(&options, "config p\n", &error),
                     SOCKFEED_INVALID);
    assert_string_equal(error.text, "p:1: p:1: p:1: p:1: p:1: p:1: p:1: p:1: "
                                    "more than 8 profiles, one in the other");
    options_deinit(&options);
}

static void the_users_own_profiles_have_a_place(void **state)
{
    struct options options;
    struct option_error error = {"nothing"};
    char *arguments[] = {(char[]){"@own"}, NULL};

    (void)state;
    assert_int_equal(mkdir("sockfeed", 0700), 0);
    write_file("sockfeed/own", "count 9\nurl ws://h\n", 19);
    assert_int_equal(setenv("XDG_CONFIG_HOME", directory, 1), 0);
    assert_int_equal(options_init(&options), SOCKFEED_OK);
    assert_int_equal(option_parse(&options, 1, arguments, &error), SOCKFEED_OK);
    assert_int_equal(options.output.count, 9);
    assert_string_equal(options.urls.at[0], "ws://h");
    options_deinit(&options);

    assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
    assert_int_equal(unsetenv("HOME"), 0);
    assert_int_equal(options_init(&options), SOCKFEED_OK);
    assert_int_equal(profile_read(&options, "@own", &error), SOCKFEED_INVALID);
    assert_non_null(strstr(error.text, "profile @own: there is none in /"));
    options_deinit(&options);
}

/* What the URLs come to, after these arguments. */
static void assert_urls(const char *first, const char *second, char *argument,
                        char *other)
{
    struct options options;
    struct option_error error = {"nothing"};
    char *arguments[] = {argument, other, NULL};

    assert_int_equal(options_init(&options), SOCKFEED_OK);
    assert_int_equal(option_parse(&options, 2, arguments, &error), SOCKFEED_OK);
    assert_string_equal(options.urls.at[0], first);
    assert_int_equal(options.urls.count, second == NULL ? 1 : 2);
    if (second != NULL) {
        assert_string_equal(options.urls.at[1], second);
    }
    options_deinit(&options);
}

static void a_url_given_takes_the_place_of_a_profiles(void **state)
{
    char given[] = "ws://given";
    char given_too[] = "ws://too";
    char from_p[] = "-Kp";
    char from_q[] = "-Kq";

    (void)state;
    write_file("p", "url ws://p", 10);
    write_file("q", "url ws://q", 10);
    assert_urls("ws://given", NULL, from_p, given);
    assert_urls("ws://given", NULL, given, from_p);
    assert_urls("ws://given", "ws://too", given, given_too);
    assert_urls("ws://p", "ws://q", from_p, from_q);
}

static void profiles_that_came_with_the_program_come_second(void **state)
{
    struct options options;
    struct option_error error = {"nothing"};
    char folders[128];

    (void)state;
    assert_int_equal(mkdir("sockfeed/profiles", 0700), 0);
    write_file("sockfeed/profiles/own", "count 1\n", 8);
    write_file("sockfeed/profiles/theirs", "count 2\n", 8);
    (void)snprintf(folders, sizeof folders, "relative::/nonexistent:%s",
                   directory);
    assert_int_equal(setenv("XDG_DATA_DIRS", folders, 1), 0);
    assert_int_equal(setenv("XDG_CONFIG_HOME", directory, 1), 0);
    assert_int_equal(options_init(&options), SOCKFEED_OK);
    assert_int_equal(profile_read(&options, "@theirs", &error), SOCKFEED_OK);
    assert_int_equal(options.output.count, 2);
    assert_int_equal(profile_read(&options, "@own", &error), SOCKFEED_OK);
    assert_int_equal(options.output.count, 9);
    assert_int_equal(profile_read(&options, "@none", &error), SOCKFEED_INVALID);
    assert_non_null(strstr(error.text, "/nonexistent/sockfeed/profiles"));
    assert_int_equal(remove("sockfeed/profiles/own"), 0);
    assert_int_equal(remove("sockfeed/profiles/theirs"), 0);
    assert_int_equal(remove("sockfeed/profiles"), 0);
    assert_int_equal(unsetenv("XDG_DATA_DIRS"), 0);
    assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
    options_deinit(&options);
}

static void refuses_nul_bytes(void **state)
{
    struct options options;
    struct option_error error;

    (void)state;
    write_file("p", "emit a\0b\n", 9);
    assert_int_equal(options_init(&options), SOCKFEED_OK);
    assert_int_equal(profile_read(&options, "p", &error), SOCKFEED_INVALID);
    assert_string_equal(error.text, "p:1: expected text without NUL bytes");
    options_deinit(&options);
}

static void files_of_messages_hold_one_a_line(void **state)
{
    static const char content[] = "# subscriptions\n"
                                  "first 1\r\n"
                                  "  \n"
                                  "\\# not a comment\n"
                                  "@@text\n"
                                  "last";
    struct options options;
    const struct given_message *at;

    (void)state;
    write_file("lines", content, sizeof content - 1);
    accept(&options, "subscribe zero\nsubscribe-file lines\n");
    assert_int_equal(options.send.subscriptions.count, 5);
    at = options.send.subscriptions.at;
    assert_true(span_is(at[0].text, "zero") && at[0].line == 0);
    assert_string_equal(at[0].origin, "subscribe");
    assert_true(span_is(at[1].text, "first 1") && at[1].line == 2);
    assert_string_equal(at[1].origin, "lines");
    assert_true(span_is(at[2].text, "# not a comment") && at[2].line == 4);
    assert_true(span_is(at[3].text, "@text"));
    assert_true(span_is(at[4].text, "last") && at[4].line == 6);
    options_deinit(&options);
}

static void values_may_come_from_files(void **state)
{
    struct options options;

    (void)state;
    write_file("lines", "{\"token\":\n \"x\"}\n\n", 17);
    accept(&options, "emit @lines\n");
    assert_true(
        span_is(options.send.emits.at[0].text, "{\"token\":\n \"x\"}\n"));
    options_deinit(&options);
    write_file("lines", "\"secret\"", 8);
    refuse("auth @lines\n",
           "p:1: option --auth: '@lines': expected a JSON object");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_one_a_line),
        cmocka_unit_test(values_may_be_quoted),
        cmocka_unit_test(errors_name_file_and_line),
        cmocka_unit_test(files_may_read_files_to_a_depth),
        cmocka_unit_test(the_users_own_profiles_have_a_place),
        cmocka_unit_test(profiles_that_came_with_the_program_come_second),
        cmocka_unit_test(a_url_given_takes_the_place_of_a_profiles),
        cmocka_unit_test(refuses_nul_bytes),
        cmocka_unit_test(files_of_messages_hold_one_a_line),
        cmocka_unit_test(values_may_come_from_files),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
