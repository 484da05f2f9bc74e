/* SPDX-License-Identifier: MIT */
#include "api/endpoint_older.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct scene {
    struct sockfeed_options *options;
    struct endpoint endpoint;
    struct endpoint_older older;
};

static void begin(struct scene *scene, const char *url, const char *auth)
{
    *scene = (struct scene){.options = sockfeed_options_new()};
    assert_non_null(scene->options);
    assert_int_equal(
        sockfeed_options_set_text(scene->options, SOCKFEED_OPTION_URL, url),
        SOCKFEED_OK);
    if (auth != NULL) {
        assert_int_equal(sockfeed_options_set_text(scene->options,
                                                   SOCKFEED_OPTION_AUTH, auth),
                         SOCKFEED_OK);
    }
    assert_int_equal(endpoint_init(&scene->endpoint, scene->options),
                     SOCKFEED_OK);
}

static void end(struct scene *scene)
{
    endpoint_older_deinit(&scene->older);
    endpoint_deinit(&scene->endpoint);
    sockfeed_options_free(scene->options);
}

static void asks_for_3_with_the_credentials_behind_the_query(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "http://h/admin?a=1", "{\"token\":\"a b\"}");
    assert_true(endpoint_older_is_of_use(&scene.endpoint));
    /* Twice: the second time around a redirect. */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            endpoint_older_make(&scene.older, &scene.endpoint, scene.options),
            SOCKFEED_OK);
    }
    assert_true(
        span_is(buf_span(&scene.older.endpoint.target),
                "/socket.io/?EIO=3&transport=websocket&a=1&token=a%20b"));
    assert_int_equal(scene.older.endpoint.eio, 3);
    assert_true(span_is(buf_span(&scene.older.endpoint.space), "/admin"));
    assert_false(endpoint_older_is_of_use(&scene.older.endpoint));
    end(&scene);
}

static void leaves_what_the_user_has_pinned(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "http://h/socket.io/?EIO=4", "{\"t\":1}");
    assert_false(endpoint_older_is_of_use(&scene.endpoint));
    end(&scene);
}

static void gives_no_credentials_to_another_host(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "http://h/", "{\"token\":1}");
    scene.endpoint.foreign = true;
    assert_int_equal(
        endpoint_older_make(&scene.older, &scene.endpoint, scene.options),
        SOCKFEED_OK);
    assert_true(span_is(buf_span(&scene.older.endpoint.target),
                        "/socket.io/?EIO=3&transport=websocket"));
    end(&scene);
}

static void refuses_credentials_that_cannot_be_parameters(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "http://h/", "{\"s\\u0069d\":1}");
    assert_int_equal(
        endpoint_older_make(&scene.older, &scene.endpoint, scene.options),
        SOCKFEED_INVALID);
    assert_string_equal(sockfeed_options_failure(scene.options),
                        "--auth: a server of Socket.IO 2 gets it as query "
                        "parameters, where sid is the protocol's own");
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_3_with_the_credentials_behind_the_query),
        cmocka_unit_test(leaves_what_the_user_has_pinned),
        cmocka_unit_test(gives_no_credentials_to_another_host),
        cmocka_unit_test(refuses_credentials_that_cannot_be_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
