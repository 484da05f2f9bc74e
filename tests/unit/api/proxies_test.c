/* SPDX-License-Identifier: MIT */
#include "api/proxies.h"

#include "api/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The options of a client, and the environment it was started in. */
struct scene {
    struct sockfeed_options *options;
    struct endpoint endpoint;
    struct proxies proxies;
};

static void begin(struct scene *scene, const char *url)
{
    static const char *const names[] = {
        "http_proxy", "https_proxy", "ws_proxy",    "wss_proxy",
        "all_proxy",  "no_proxy",    "HTTPS_PROXY", "WS_PROXY",
        "WSS_PROXY",  "ALL_PROXY",   "NO_PROXY",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(unsetenv(names[i]), 0);
    }
    memset(scene, 0, sizeof *scene);
    scene->options = sockfeed_options_new();
    assert_non_null(scene->options);
    assert_int_equal(
        sockfeed_options_set_text(scene->options, SOCKFEED_OPTION_URL, url),
        SOCKFEED_OK);
    assert_int_equal(endpoint_init(&scene->endpoint, scene->options),
                     SOCKFEED_OK);
}

static void end(struct scene *scene)
{
    proxies_deinit(&scene->proxies);
    endpoint_deinit(&scene->endpoint);
    sockfeed_options_free(scene->options);
}

static void set(struct scene *scene, enum sockfeed_option option,
                const char *value)
{
    assert_int_equal(sockfeed_options_set_text(scene->options, option, value),
                     SOCKFEED_OK);
}

static void comes_to(struct scene *scene, const char *proxy)
{
    const struct proxy *found;
    char text[64];

    assert_int_equal(
        proxies_init(&scene->proxies, scene->options, &scene->endpoint),
        SOCKFEED_OK);
    found = proxies_find(&scene->proxies, &scene->endpoint);
    if (proxy == NULL) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    proxy_describe(found, text, sizeof text);
    assert_string_equal(text, proxy);
}

static void without_a_word_there_is_none(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "wss://h.example/");
    comes_to(&scene, NULL);
    assert_false(proxies_want_tls(&scene.proxies));
    end(&scene);
}

static void the_environment_has_one_for_each_scheme(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "wss://h.example/");
    setenv("https_proxy", "https://secure.example:8443", 1);
    setenv("http_proxy", "http://plain.example:3128", 1);
    comes_to(&scene, "https://secure.example:8443");
    assert_true(proxies_want_tls(&scene.proxies));
    end(&scene);

    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "http://plain.example:3128", 1);
    comes_to(&scene, "http://plain.example:3128");
    end(&scene);
}

static void the_option_goes_before_the_environment(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "http://plain.example:3128", 1);
    set(&scene, SOCKFEED_OPTION_PROXY, "socks5h://mine.example:1080");
    comes_to(&scene, "socks5h://mine.example:1080");
    end(&scene);
}

static void an_empty_option_wants_none(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "http://plain.example:3128", 1);
    set(&scene, SOCKFEED_OPTION_PROXY, "");
    comes_to(&scene, NULL);
    end(&scene);
}

static void exceptions_go_without(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "http://plain.example:3128", 1);
    setenv("no_proxy", "other.example,.example", 1);
    comes_to(&scene, NULL);
    end(&scene);

    /* The option takes the place of the environment's list. */
    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "http://plain.example:3128", 1);
    setenv("no_proxy", "h.example", 1);
    set(&scene, SOCKFEED_OPTION_NO_PROXY, "other.example");
    comes_to(&scene, "http://plain.example:3128");
    end(&scene);
}

static void a_variable_that_is_no_proxy_is_told_by_its_name(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "ftp://user:secret@h.example", 1);
    assert_int_equal(
        proxies_init(&scene.proxies, scene.options, &scene.endpoint),
        SOCKFEED_INVALID);
    assert_non_null(strstr(sockfeed_options_failure(scene.options),
                           "http_proxy in the environment: "));
    assert_null(strstr(sockfeed_options_failure(scene.options), "secret"));
    end(&scene);
}

static void a_variable_for_another_scheme_may_be_wrong(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    setenv("https_proxy", "ftp://h.example", 1);
    comes_to(&scene, NULL);
    end(&scene);
}

static void a_unix_socket_needs_none(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    setenv("http_proxy", "http://plain.example:3128", 1);
    set(&scene, SOCKFEED_OPTION_UNIX_SOCKET, "/run/feed");
    comes_to(&scene, NULL);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_there_is_none),
        cmocka_unit_test(the_environment_has_one_for_each_scheme),
        cmocka_unit_test(the_option_goes_before_the_environment),
        cmocka_unit_test(an_empty_option_wants_none),
        cmocka_unit_test(exceptions_go_without),
        cmocka_unit_test(a_variable_that_is_no_proxy_is_told_by_its_name),
        cmocka_unit_test(a_variable_for_another_scheme_may_be_wrong),
        cmocka_unit_test(a_unix_socket_needs_none),
    };

    return cmocka_run_group_tests_name("api/proxies", tests, NULL, NULL);
}
