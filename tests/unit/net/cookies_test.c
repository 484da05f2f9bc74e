/* SPDX-License-Identifier: MIT */
#include "net/cookies.h"

#include "base/limits.h"
#include "codec/http_response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    NOW = 1000000
};

static int set_up(void **state)
{
    *state = cookies_new();
    assert_non_null(*state);
    return 0;
}

static int tear_down(void **state)
{
    cookies_free(*state);
    return 0;
}

/* "https://host/path", as far as a jar knows of it. */
static struct cookies_place place_of(const char *url)
{
    struct span rest = span_text(url);
    struct cookies_place place = {.secure = span_starts(rest, "https:")};
    size_t slash;

    rest = span_skip(rest, place.secure ? 8 : 7);
    slash = span_find(rest, '/');
    place.host = span_of(rest.data, slash);
    place.target = span_skip(rest, slash);
    return place;
}

static void receive_at(struct cookies *cookies, const char *url,
                       const char *text, int64_t now)
{
    struct cookies_place from = place_of(url);
    struct http_response response;

    http_response_init(&response);
    response.headers[0].name = span_text("set-cookie");
    response.headers[0].value = span_text(text);
    response.header_count = 1;
    cookies_receive(cookies, &from, &response, now);
}

static void receive(struct cookies *cookies, const char *url, const char *text)
{
    receive_at(cookies, url, text, NOW);
}

static void assert_sent_at(struct cookies *cookies, const char *url,
                           const char *expected, int64_t now)
{
    struct cookies_place to = place_of(url);
    struct buf buf;

    buf_init(&buf, (size_t)LIMIT_COOKIES * (LIMIT_COOKIE + 3));
    cookies_append(&buf, cookies, &to, now);
    assert_string_equal(buf_text(&buf), expected);
    buf_deinit(&buf);
}

static void assert_sent(struct cookies *cookies, const char *url,
                        const char *expected)
{
    assert_sent_at(cookies, url, expected, NOW);
}

static void sends_back_what_was_set(void **state)
{
    assert_sent(*state, "http://a.example/", "");
    receive(*state, "http://a.example/", "io=1; Path=/; HttpOnly");
    assert_sent(*state, "http://a.example/", "io=1");
    assert_sent(*state, "http://A.EXAMPLE/x?y", "io=1");
    assert_sent(*state, "https://a.example/", "io=1");
}

static void keeps_a_cookie_from_other_hosts(void **state)
{
    receive(*state, "http://a.example/", "a=1");
    assert_sent(*state, "http://b.example/", "");
    assert_sent(*state, "http://x.a.example/", "");
    assert_sent(*state, "http://xa.example/", "");
    assert_sent(*state, "http://example/", "");
}

static void a_domain_covers_the_hosts_below_it(void **state)
{
    receive(*state, "http://a.example.org/", "a=1; Domain=Example.org");
    assert_sent(*state, "http://a.example.org/", "a=1");
    assert_sent(*state, "http://b.c.example.org/", "a=1");
    assert_sent(*state, "http://example.org/", "a=1");
    assert_sent(*state, "http://badexample.org/", "");
    assert_sent(*state, "http://org/", "");
}

static void a_server_sets_none_for_a_domain_that_is_not_its_own(void **state)
{
    receive(*state, "http://a.example.org/", "a=1; Domain=b.example.org");
    receive(*state, "http://a.example.org/", "b=1; Domain=x.a.example.org");
    receive(*state, "http://a.example.org/", "c=1; Domain=org");
    receive(*state, "http://a.example.org/", "d=1; Domain=ple.org");
    receive(*state, "http://127.0.0.1/", "e=1; Domain=0.0.1");
    assert_sent(*state, "http://a.example.org/", "");
    assert_sent(*state, "http://b.example.org/", "");
    assert_sent(*state, "http://1.0.0.1/", "");
    assert_sent(*state, "http://127.0.0.1/", "");
}

static void an_address_is_a_host_of_its_own(void **state)
{
    receive(*state, "http://127.0.0.1/", "a=1; Domain=127.0.0.1");
    receive(*state, "http://::1/", "b=1");
    assert_sent(*state, "http://127.0.0.1/", "a=1");
    assert_sent(*state, "http://1.127.0.0.1/", "");
    assert_sent(*state, "http://::1/", "b=1");
}

static void a_path_covers_the_paths_below_it(void **state)
{
    receive(*state, "http://h.example/", "a=1; Path=/foo");
    assert_sent(*state, "http://h.example/foo", "a=1");
    assert_sent(*state, "http://h.example/foo?q=/x", "a=1");
    assert_sent(*state, "http://h.example/foo/bar", "a=1");
    assert_sent(*state, "http://h.example/foobar", "");
    assert_sent(*state, "http://h.example/fo", "");
    assert_sent(*state, "http://h.example/", "");
}

static void without_a_path_it_is_the_requests_folder(void **state)
{
    receive(*state, "http://h.example/socket.io/?t=1/2", "a=1");
    receive(*state, "http://h.example/x/y", "b=1; Path=relative");
    receive(*state, "http://h.example/top", "c=1");
    assert_sent(*state, "http://h.example/socket.io", "a=1; c=1");
    assert_sent(*state, "http://h.example/x/z", "b=1; c=1");
    assert_sent(*state, "http://h.example/", "c=1");
}

static void longer_paths_and_older_cookies_come_first(void **state)
{
    receive(*state, "http://h.example/", "a=1; Path=/");
    receive(*state, "http://h.example/", "b=1; Path=/x/y");
    receive(*state, "http://h.example/", "c=1; Path=/");
    receive(*state, "http://h.example/", "d=1; Path=/x");
    assert_sent(*state, "http://h.example/x/y", "b=1; d=1; a=1; c=1");
    /* One that is set anew keeps its place. */
    receive(*state, "http://h.example/", "a=2; Path=/");
    assert_sent(*state, "http://h.example/", "a=2; c=1");
}

static void a_secure_cookie_goes_over_tls_alone(void **state)
{
    receive(*state, "https://h.example/", "a=1; Secure");
    assert_sent(*state, "https://h.example/", "a=1");
    assert_sent(*state, "http://h.example/", "");
    /* And cannot be set without. */
    receive(*state, "http://h.example/", "b=1; Secure");
    assert_sent(*state, "https://h.example/", "a=1");
}

static void a_cookie_ends_when_its_time_is_over(void **state)
{
    receive(*state, "http://h.example/", "a=1; Max-Age=10");
    receive(*state, "http://h.example/",
            "b=1; Expires=Mon, 12 Jan 1970 13:46:50 GMT"); /* NOW + 10 */
    receive(*state, "http://h.example/", "c=1");
    assert_sent_at(*state, "http://h.example/", "a=1; b=1; c=1", NOW + 9);
    assert_sent_at(*state, "http://h.example/", "c=1", NOW + 10);
}

static void max_age_counts_before_expires(void **state)
{
    receive(*state, "http://h.example/",
            "a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    assert_sent(*state, "http://h.example/", "a=1");
}

static void a_server_takes_a_cookie_back(void **state)
{
    receive(*state, "http://h.example/", "a=1; Path=/");
    receive(*state, "http://h.example/", "b=1; Path=/");
    receive(*state, "http://h.example/", "a=; Path=/; Max-Age=0");
    assert_sent(*state, "http://h.example/", "b=1");
    receive(*state, "http://h.example/",
            "b=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    assert_sent(*state, "http://h.example/", "");
}

static void what_the_user_gave_goes_to_its_host_alone(void **state)
{
    assert_int_equal(cookies_give(*state, span_text("h.example"),
                                  span_text("a=1; b=\"x y\"; nonsense; c=")),
                     SOCKFEED_OK);
    assert_sent(*state, "http://h.example/any/path", "a=1; b=\"x y\"; c=");
    assert_sent(*state, "http://x.h.example/", "");
    assert_sent(*state, "http://other.example/", "");
    /* The server may set it anew. */
    receive(*state, "http://h.example/", "a=2; Path=/");
    assert_sent(*state, "http://h.example/", "a=2; b=\"x y\"; c=");
}

static void the_oldest_goes_when_there_are_too_many(void **state)
{
    char text[48];

    for (int i = 0; i <= LIMIT_COOKIES; i++) {
        (void)snprintf(text, sizeof text, "c%d=%d; Path=/%s", i, i,
                       i < 2 ? "" : "x");
        receive(*state, "http://h.example/", text);
    }
    assert_sent(*state, "http://h.example/", "c1=1");
    /* One that is over drives none out. */
    receive(*state, "http://h.example/", "new=1; Max-Age=0");
    assert_sent(*state, "http://h.example/", "c1=1");
}

static void one_too_large_is_passed_over(void **state)
{
    char *text = malloc(LIMIT_COOKIE + 3);

    assert_non_null(text);
    memset(text, 'v', LIMIT_COOKIE + 2);
    memcpy(text, "n=", 2);
    text[LIMIT_COOKIE + 2] = '\0';
    receive(*state, "http://h.example/", text);
    assert_sent(*state, "http://h.example/", "");
    assert_int_equal(
        cookies_give(*state, span_text("h.example"), span_text(text)),
        SOCKFEED_FULL);
    text[LIMIT_COOKIE + 1] = '\0';
    receive(*state, "http://h.example/", text);
    assert_sent(*state, "http://h.example/", text);
    free(text);
}

static void the_user_gives_no_more_than_there_is_room_for(void **state)
{
    char text[48];

    for (int i = 0; i < LIMIT_COOKIES; i++) {
        (void)snprintf(text, sizeof text, "c%d=1", i);
        assert_int_equal(
            cookies_give(*state, span_text("h.example"), span_text(text)),
            SOCKFEED_OK);
    }
    assert_int_equal(
        cookies_give(*state, span_text("h.example"), span_text("more=1")),
        SOCKFEED_FULL);
    assert_int_equal(
        cookies_give(*state, span_text("h.example"), span_text("c1=2")),
        SOCKFEED_OK);
}

int main(void)
{
#define WITH_JAR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_JAR(sends_back_what_was_set),
        WITH_JAR(keeps_a_cookie_from_other_hosts),
        WITH_JAR(a_domain_covers_the_hosts_below_it),
        WITH_JAR(a_server_sets_none_for_a_domain_that_is_not_its_own),
        WITH_JAR(an_address_is_a_host_of_its_own),
        WITH_JAR(a_path_covers_the_paths_below_it),
        WITH_JAR(without_a_path_it_is_the_requests_folder),
        WITH_JAR(longer_paths_and_older_cookies_come_first),
        WITH_JAR(a_secure_cookie_goes_over_tls_alone),
        WITH_JAR(a_cookie_ends_when_its_time_is_over),
        WITH_JAR(max_age_counts_before_expires),
        WITH_JAR(a_server_takes_a_cookie_back),
        WITH_JAR(what_the_user_gave_goes_to_its_host_alone),
        WITH_JAR(the_oldest_goes_when_there_are_too_many),
        WITH_JAR(one_too_large_is_passed_over),
        WITH_JAR(the_user_gives_no_more_than_there_is_room_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
