/* SPDX-License-Identifier: MIT */
/* Options as a caller of the library sets them. */
#include "sockfeed.h"

#include "api/client_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct sockfeed_options *new_options(void)
{
    struct sockfeed_options *options = sockfeed_options_new();

    assert_non_null(options);
    return options;
}

static void set_text(struct sockfeed_options *options,
                     enum sockfeed_option option, const char *value)
{
    assert_int_equal(sockfeed_options_set_text(options, option, value),
                     SOCKFEED_OK);
}

static void refuses_text(enum sockfeed_option option, const char *value,
                         const char *reason)
{
    struct sockfeed_options *options = new_options();

    assert_int_equal(sockfeed_options_set_text(options, option, value),
                     SOCKFEED_INVALID);
    assert_string_equal(sockfeed_options_failure(options), reason);
    sockfeed_options_free(options);
}

static void refuses_number(enum sockfeed_option option, int64_t value,
                           const char *reason)
{
    struct sockfeed_options *options = new_options();
    int64_t before = sockfeed_options_number(options, option);

    assert_int_equal(sockfeed_options_set_number(options, option, value),
                     SOCKFEED_INVALID);
    assert_string_equal(sockfeed_options_failure(options), reason);
    assert_int_equal(sockfeed_options_number(options, option), before);
    sockfeed_options_free(options);
}

static void numbers_begin_with_their_defaults(void **state)
{
    static const struct {
        enum sockfeed_option option;
        int64_t value;
    } rows[] = {
        {SOCKFEED_OPTION_PROTOCOL,        SOCKFEED_PROTOCOL_AUTO   },
        {SOCKFEED_OPTION_RECONNECT,       SOCKFEED_RECONNECT_LOST  },
        {SOCKFEED_OPTION_RETRIES,         -1                       },
        {SOCKFEED_OPTION_JITTER,          200                      },
        {SOCKFEED_OPTION_CONNECT_TIMEOUT, 10000                    },
        {SOCKFEED_OPTION_AWAIT_TIMEOUT,   10000                    },
        {SOCKFEED_OPTION_PING_INTERVAL,   20000                    },
        {SOCKFEED_OPTION_PING_TIMEOUT,    20000                    },
        {SOCKFEED_OPTION_MAX_MESSAGE,     16777216                 },
        {SOCKFEED_OPTION_MAX_ATTACHMENTS, 10                       },
        {SOCKFEED_OPTION_TLS_VERSION,     12                       },
        {SOCKFEED_OPTION_RECOVERY,        1                        },
        {SOCKFEED_OPTION_DELIVER,         SOCKFEED_DELIVER_MESSAGES},
        {SOCKFEED_OPTION_IDLE_TIMEOUT,    0                        },
        {SOCKFEED_OPTION_MAX_AGE,         0                        },
    };
    struct sockfeed_options *options = new_options();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sockfeed_options_number(options, rows[i].option),
                         rows[i].value);
    }
    sockfeed_options_free(options);
}

static void a_value_of_the_wrong_kind_is_refused(void **state)
{
    (void)state;
    refuses_text(SOCKFEED_OPTION_RETRIES, "3", "not an option with a text");
    refuses_text(SOCKFEED_OPTION_COUNT, "x", "not an option with a text");
    refuses_number(SOCKFEED_OPTION_URL, 3, "not an option with a number");
    refuses_number(SOCKFEED_OPTION_HEADER, 3, "not an option with a number");
    refuses_number(SOCKFEED_OPTION_COUNT, 3, "not an option with a number");
}

static void a_number_out_of_its_range_is_refused_and_changes_nothing(
    void **state)
{
    (void)state;
    refuses_number(SOCKFEED_OPTION_EIO, 2, "expected 3, 4 or auto");
    refuses_number(SOCKFEED_OPTION_EIO, 5, "expected 3, 4 or auto");
    refuses_number(SOCKFEED_OPTION_FAMILY, 5, "expected 4, 6 or 0");
    refuses_number(SOCKFEED_OPTION_TLS_VERSION, 11, "expected 12 or 13");
    refuses_number(SOCKFEED_OPTION_RETRIES, -2, "expected a count");
    refuses_number(SOCKFEED_OPTION_JITTER, 1001, "expected from 0 to 1");
    refuses_number(SOCKFEED_OPTION_CONNECT_TIMEOUT, 0,
                   "expected from 0.001 s to one day");
    refuses_number(SOCKFEED_OPTION_SUBSCRIBE_RATE, 100001,
                   "expected at most 100000 in a second");
    refuses_number(SOCKFEED_OPTION_MAX_ATTACHMENTS, 65537,
                   "expected a count from 1 to 65536");
    refuses_number(SOCKFEED_OPTION_DELIVER, 16,
                   "expected a set of SOCKFEED_DELIVER_ flags");
}

static void a_text_that_cannot_be_is_refused_with_the_reason(void **state)
{
    (void)state;
    refuses_text(SOCKFEED_OPTION_PATH, "feed",
                 "expected a path that begins with '/'");
    refuses_text(SOCKFEED_OPTION_PATH, "/a?b",
                 "expected a path without white space, '?' and '#'");
    refuses_text(SOCKFEED_OPTION_QUERY, "=v", "expected KEY=VALUE");
    refuses_text(SOCKFEED_OPTION_NAMESPACE, "a,b",
                 "expected a name without a comma");
    refuses_text(SOCKFEED_OPTION_NAMESPACE, "\xff", "expected UTF-8");
    refuses_text(SOCKFEED_OPTION_AUTH, "[1]", "expected a JSON object");
    refuses_text(SOCKFEED_OPTION_AUTH, "{\"a\":}", "expected a JSON object");
    refuses_text(SOCKFEED_OPTION_USER, "name", "expected NAME:PASSWORD");
    refuses_text(SOCKFEED_OPTION_BEARER, "a b",
                 "expected a token without white space");
    refuses_text(SOCKFEED_OPTION_BEARER, "", "expected a token");
    refuses_text(SOCKFEED_OPTION_DELAY, "1s",
                 "expected milliseconds up to one day");
    refuses_text(SOCKFEED_OPTION_CA_FILE, "", "expected a file's name");
    refuses_text(SOCKFEED_OPTION_PINNED_KEY, "sha256//AAAA",
                 "expected sha256// and 32 bytes in base64, several separated "
                 "by ';'");
    refuses_text(SOCKFEED_OPTION_SUBPROTOCOL, "a b",
                 "expected a token (letters, digits, !#$%&'*+-.^_`|~)");
}

static void a_text_replaces_and_a_list_grows(void **state)
{
    struct sockfeed_options *options = new_options();
    const struct option_list *queries;

    (void)state;
    set_text(options, SOCKFEED_OPTION_PATH, "/a");
    set_text(options, SOCKFEED_OPTION_PATH, "/b");
    set_text(options, SOCKFEED_OPTION_QUERY, "a=1");
    set_text(options, SOCKFEED_OPTION_QUERY, "a=2");
    assert_true(
        span_is(client_options_text(options, SOCKFEED_OPTION_PATH), "/b"));
    queries = client_options_list(options, SOCKFEED_OPTION_QUERY);
    assert_int_equal(queries->count, 2);
    assert_string_equal(queries->items[0], "a=1");
    assert_string_equal(queries->items[1], "a=2");
    sockfeed_options_free(options);
}

static void a_copy_has_a_life_of_its_own(void **state)
{
    struct sockfeed_options *options = new_options();
    struct sockfeed_options *copy;

    (void)state;
    set_text(options, SOCKFEED_OPTION_PATH, "/a");
    set_text(options, SOCKFEED_OPTION_QUERY, "a=1");
    assert_int_equal(
        sockfeed_options_set_number(options, SOCKFEED_OPTION_RETRIES, 3),
        SOCKFEED_OK);
    copy = sockfeed_options_copy(options);
    assert_non_null(copy);
    set_text(options, SOCKFEED_OPTION_PATH, "/b");
    set_text(options, SOCKFEED_OPTION_QUERY, "b=2");
    sockfeed_options_free(options);
    assert_true(span_is(client_options_text(copy, SOCKFEED_OPTION_PATH), "/a"));
    assert_int_equal(client_options_list(copy, SOCKFEED_OPTION_QUERY)->count,
                     1);
    assert_int_equal(sockfeed_options_number(copy, SOCKFEED_OPTION_RETRIES), 3);
    sockfeed_options_free(copy);
}

static void other_kinds_have_the_number_0(void **state)
{
    struct sockfeed_options *options = new_options();

    (void)state;
    set_text(options, SOCKFEED_OPTION_PATH, "/a");
    assert_int_equal(sockfeed_options_number(options, SOCKFEED_OPTION_PATH), 0);
    assert_int_equal(sockfeed_options_number(options, SOCKFEED_OPTION_COUNT),
                     0);
    sockfeed_options_free(options);
}

static void nothing_is_freed_where_there_is_nothing(void **state)
{
    (void)state;
    sockfeed_options_free(NULL);
}

/* ---- Held against each other ---------------------------------------------- */

static void a_check_says_what_the_url_comes_to(void **state)
{
    struct sockfeed_options *options = new_options();
    enum sockfeed_protocol protocol;

    (void)state;
    set_text(options, SOCKFEED_OPTION_URL, "https://feed.example.com/");
    assert_int_equal(sockfeed_options_check(options, &protocol), SOCKFEED_OK);
    assert_int_equal(protocol, SOCKFEED_PROTOCOL_SIO);
    set_text(options, SOCKFEED_OPTION_URL, "wss://feed.example.com/");
    assert_int_equal(sockfeed_options_check(options, &protocol), SOCKFEED_OK);
    assert_int_equal(protocol, SOCKFEED_PROTOCOL_WS);
    assert_int_equal(sockfeed_options_check(options, NULL), SOCKFEED_OK);
    sockfeed_options_free(options);
}

static void a_check_refuses_options_without_a_url(void **state)
{
    struct sockfeed_options *options = new_options();

    (void)state;
    assert_int_equal(sockfeed_options_check(options, NULL), SOCKFEED_INVALID);
    assert_true(strlen(sockfeed_options_failure(options)) > 0);
    sockfeed_options_free(options);
}

static void a_check_refuses_a_proxy_in_front_of_a_unix_socket(void **state)
{
    struct sockfeed_options *options = new_options();

    (void)state;
    set_text(options, SOCKFEED_OPTION_URL, "ws://feed.example.com/");
    set_text(options, SOCKFEED_OPTION_UNIX_SOCKET, "/run/feed");
    set_text(options, SOCKFEED_OPTION_PROXY, "http://proxy.example.com");
    assert_int_equal(sockfeed_options_check(options, NULL), SOCKFEED_INVALID);
    assert_string_equal(sockfeed_options_failure(options),
                        "a proxy cannot lead to a unix socket");
    sockfeed_options_free(options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_begin_with_their_defaults),
        cmocka_unit_test(a_value_of_the_wrong_kind_is_refused),
        cmocka_unit_test(
            a_number_out_of_its_range_is_refused_and_changes_nothing),
        cmocka_unit_test(a_text_that_cannot_be_is_refused_with_the_reason),
        cmocka_unit_test(a_text_replaces_and_a_list_grows),
        cmocka_unit_test(a_copy_has_a_life_of_its_own),
        cmocka_unit_test(other_kinds_have_the_number_0),
        cmocka_unit_test(nothing_is_freed_where_there_is_nothing),
        cmocka_unit_test(a_check_says_what_the_url_comes_to),
        cmocka_unit_test(a_check_refuses_options_without_a_url),
        cmocka_unit_test(a_check_refuses_a_proxy_in_front_of_a_unix_socket),
    };

    return cmocka_run_group_tests_name("api/client_options", tests, NULL, NULL);
}
