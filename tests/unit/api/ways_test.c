/* SPDX-License-Identifier: MIT */
#include "api/ways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static struct sockfeed_options *options_new(void)
{
    struct sockfeed_options *options = sockfeed_options_new();

    assert_non_null(options);
    return options;
}

static void set(struct sockfeed_options *options, enum sockfeed_option option,
                const char *value)
{
    assert_int_equal(sockfeed_options_set_text(options, option, value),
                     SOCKFEED_OK);
}

static void set_number(struct sockfeed_options *options,
                       enum sockfeed_option option, int64_t value)
{
    assert_int_equal(sockfeed_options_set_number(options, option, value),
                     SOCKFEED_OK);
}

static void no_options_are_the_usual_way(void **state)
{
    struct sockfeed_options *options = options_new();
    struct ways ways;

    (void)state;
    assert_int_equal(ways_init(&ways, options), SOCKFEED_OK);
    assert_int_equal(ways.route.family, 0);
    assert_int_equal(ways.route.keepalive, 0);
    assert_null(ways.route.unix_path);
    assert_null(ways.route.binding.to);
    assert_int_equal(ways.route.pin_count, 0);
    assert_int_equal(ways.route.detour_count, 0);
    ways_deinit(&ways);
    sockfeed_options_free(options);
}

static void each_family_is_that_of_its_sockets(void **state)
{
    static const struct {
        int64_t option;
        int family;
    } rows[] = {
        {0, 0       },
        {4, AF_INET },
        {6, AF_INET6}
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sockfeed_options *options = options_new();
        struct ways ways;

        set_number(options, SOCKFEED_OPTION_FAMILY, rows[i].option);
        assert_int_equal(ways_init(&ways, options), SOCKFEED_OK);
        assert_int_equal(ways.route.family, rows[i].family);
        ways_deinit(&ways);
        sockfeed_options_free(options);
    }
}

static void keepalive_is_of_whole_seconds_never_fewer(void **state)
{
    static const struct {
        int64_t ms;
        int seconds;
    } rows[] = {
        {1,    1},
        {1000, 1},
        {1001, 2}
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sockfeed_options *options = options_new();
        struct ways ways;

        set_number(options, SOCKFEED_OPTION_KEEPALIVE, rows[i].ms);
        assert_int_equal(ways_init(&ways, options), SOCKFEED_OK);
        assert_int_equal(ways.route.keepalive, rows[i].seconds);
        ways_deinit(&ways);
        sockfeed_options_free(options);
    }
}

static void pins_and_detours_lead_where_the_options_say(void **state)
{
    struct sockfeed_options *options = options_new();
    struct span host = span_text("a.example");
    uint16_t port = 443;
    struct ways ways;

    (void)state;
    set(options, SOCKFEED_OPTION_RESOLVE,
        "a.example:443:192.0.2.1,[2001:db8::1]");
    set(options, SOCKFEED_OPTION_RESOLVE, "*:80:192.0.2.2");
    set(options, SOCKFEED_OPTION_CONNECT_TO, "a.example:443:b.example:8443");
    assert_int_equal(ways_init(&ways, options), SOCKFEED_OK);
    assert_int_equal(route_find_pin(&ways.route, host, 443)->count, 2);
    assert_non_null(route_find_pin(&ways.route, span_text("any"), 80));
    assert_null(route_find_pin(&ways.route, span_text("any"), 443));
    route_take_detour(&ways.route, &host, &port);
    assert_true(span_is(host, "b.example"));
    assert_int_equal(port, 8443);
    ways_deinit(&ways);
    sockfeed_options_free(options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_options_are_the_usual_way),
        cmocka_unit_test(each_family_is_that_of_its_sockets),
        cmocka_unit_test(keepalive_is_of_whole_seconds_never_fewer),
        cmocka_unit_test(pins_and_detours_lead_where_the_options_say),
    };

    return cmocka_run_group_tests_name("api/ways", tests, NULL, NULL);
}
