/* SPDX-License-Identifier: MIT */
#include "api/redirect.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The answers of servers, one after the other, and where they lead. */
struct scene {
    struct sockfeed_options *options;
    struct endpoint first;
    struct redirect redirect;
    struct sockfeed_failure failure;
};

static void begin(struct scene *scene, const char *url)
{
    memset(scene, 0, sizeof *scene);
    scene->options = sockfeed_options_new();
    assert_non_null(scene->options);
    assert_int_equal(
        sockfeed_options_set_text(scene->options, SOCKFEED_OPTION_URL, url),
        SOCKFEED_OK);
    redirect_init(&scene->redirect);
}

static void end(struct scene *scene)
{
    redirect_deinit(&scene->redirect);
    endpoint_deinit(&scene->first);
    sockfeed_options_free(scene->options);
}

static enum sockfeed_result follow(struct scene *scene, const char *location)
{
    if (scene->redirect.count == 0) {
        endpoint_deinit(&scene->first);
        assert_int_equal(endpoint_init(&scene->first, scene->options),
                         SOCKFEED_OK);
    }
    buf_append_text(&scene->redirect.location, location);
    return redirect_follow(&scene->redirect, &scene->first, scene->options,
                           &scene->failure);
}

static void leads_to(struct scene *scene, const char *location,
                     const char *description)
{
    struct buf line;

    assert_int_equal(follow(scene, location), SOCKFEED_OK);
    assert_int_equal(scene->redirect.location.size, 0);
    buf_init(&line, LIMIT_URL);
    redirect_describe(&line, &scene->redirect);
    assert_string_equal(buf_text(&line), description);
    buf_deinit(&line);
}

static void is_refused(const char *url, const char *location,
                       const char *reason)
{
    struct scene scene;

    begin(&scene, url);
    assert_int_equal(follow(&scene, location), SOCKFEED_REFUSED);
    assert_int_equal(scene.failure.stage, SOCKFEED_STAGE_HANDSHAKE);
    assert_string_equal(scene.failure.text, reason);
    end(&scene);
}

static void a_path_leads_elsewhere_on_the_same_server(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example:8080/a/b");
    leads_to(&scene, "/c", "redirected to http://h.example:8080/c");
    leads_to(&scene, "d?e=1", "redirected to http://h.example:8080/d");
    assert_string_equal(buf_text(&scene.redirect.endpoint.target), "/d?e=1");
    assert_false(scene.redirect.endpoint.foreign);
    end(&scene);
}

static void tls_may_come_but_not_go(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    leads_to(&scene, "https://h.example/", "redirected to https://h.example/");
    assert_true(scene.redirect.endpoint.secure);
    assert_int_equal(follow(&scene, "http://h.example/x"), SOCKFEED_REFUSED);
    assert_string_equal(scene.failure.text,
                        "a redirect to http://h.example/x is not followed: it "
                        "leads from TLS to a connection without");
    end(&scene);
}

static void credentials_stay_with_the_server_they_were_for(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    assert_int_equal(sockfeed_options_set_text(
                         scene.options, SOCKFEED_OPTION_BEARER, "secret"),
                     SOCKFEED_OK);
    leads_to(&scene, "/x", "redirected to http://h.example/x");
    assert_false(
        redirect_withholds(&scene.redirect, &scene.first, scene.options));
    leads_to(&scene, "http://other.example/y",
             "redirected to http://other.example/y, which gets no credentials");
    assert_true(
        redirect_withholds(&scene.redirect, &scene.first, scene.options));
    assert_int_equal(scene.redirect.endpoint.authorization.size, 0);
    end(&scene);
}

static void nothing_is_withheld_from_who_gave_nothing(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    assert_int_equal(follow(&scene, "http://other.example/"), SOCKFEED_OK);
    assert_false(
        redirect_withholds(&scene.redirect, &scene.first, scene.options));
    end(&scene);
}

static void a_circle_ends(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "ws://h.example/");
    for (int i = 0; i < LIMIT_REDIRECTS; i++) {
        assert_int_equal(follow(&scene, "/again"), SOCKFEED_OK);
    }
    assert_int_equal(follow(&scene, "/again"), SOCKFEED_REDIRECTS);
    assert_string_equal(scene.failure.text,
                        "a redirect to /again is not followed: too many of "
                        "them came before");
    end(&scene);
}

static void what_leads_nowhere_is_refused(void **state)
{
    (void)state;
    is_refused("ws://h.example/", "ftp://h.example/",
               "a redirect to ftp://h.example/ is not followed: unknown "
               "scheme: http, https, ws and wss are known");
    is_refused("ws://h.example/", "http://h.example:99999/",
               "a redirect to http://h.example:99999/ is not followed: "
               "port is not from 1 to 65535");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_leads_elsewhere_on_the_same_server),
        cmocka_unit_test(tls_may_come_but_not_go),
        cmocka_unit_test(credentials_stay_with_the_server_they_were_for),
        cmocka_unit_test(nothing_is_withheld_from_who_gave_nothing),
        cmocka_unit_test(a_circle_ends),
        cmocka_unit_test(what_leads_nowhere_is_refused),
    };

    return cmocka_run_group_tests_name("api/redirect", tests, NULL, NULL);
}
