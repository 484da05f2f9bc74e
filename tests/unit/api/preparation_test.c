/* SPDX-License-Identifier: MIT */
#include "api/preparation.h"

#include "api/client_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct scene {
    struct sockfeed_options *options; /* the client's */
    struct sockfeed_options *fresh;
    struct preparation preparation;
};

static void set(struct sockfeed_options *options, enum sockfeed_option option,
                const char *value)
{
    assert_int_equal(sockfeed_options_set_text(options, option, value),
                     SOCKFEED_OK);
}

static void begin(struct scene *scene)
{
    *scene = (struct scene){.options = sockfeed_options_new(),
                            .fresh = sockfeed_options_new()};
    assert_non_null(scene->options);
    assert_non_null(scene->fresh);
    set(scene->options, SOCKFEED_OPTION_URL, "https://h.example/");
    set(scene->options, SOCKFEED_OPTION_AUTH, "{\"token\":\"old\"}");
    set(scene->options, SOCKFEED_OPTION_HEADER, "X-Token: old");
    set(scene->options, SOCKFEED_OPTION_HEADER, "X-Kept: kept");
}

static void end(struct scene *scene)
{
    preparation_deinit(&scene->preparation);
    sockfeed_options_free(scene->fresh);
    sockfeed_options_free(scene->options);
}

static void has_headers(const struct sockfeed_options *options,
                        const char *const *lines, size_t count)
{
    const struct option_list *headers =
        client_options_list(options, SOCKFEED_OPTION_HEADER);

    assert_int_equal(headers->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(headers->items[i], lines[i]);
    }
}

static void nothing_fresh_leaves_what_the_client_has(void **state)
{
    static const char *const lines[] = {"X-Token: old", "X-Kept: kept"};
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_int_equal(
        preparation_make(&scene.preparation, scene.options, scene.fresh),
        SOCKFEED_OK);
    has_headers(scene.preparation.options, lines, 2);
    assert_true(span_is(
        client_options_text(scene.preparation.options, SOCKFEED_OPTION_AUTH),
        "{\"token\":\"old\"}"));
    assert_string_equal(buf_text(&scene.preparation.endpoint.host),
                        "h.example");
    end(&scene);
}

static void a_fresh_header_takes_the_place_of_those_of_its_name(void **state)
{
    static const char *const lines[] = {"X-Kept: kept", "x-token: one",
                                        "x-token: two"};
    static const char *const own[] = {"X-Token: old", "X-Kept: kept"};
    struct scene scene;

    (void)state;
    begin(&scene);
    set(scene.fresh, SOCKFEED_OPTION_HEADER, lines[1]);
    set(scene.fresh, SOCKFEED_OPTION_HEADER, lines[2]);
    assert_int_equal(
        preparation_make(&scene.preparation, scene.options, scene.fresh),
        SOCKFEED_OK);
    has_headers(scene.preparation.options, lines, 3);
    has_headers(scene.options, own, 2);
    end(&scene);
}

static void a_fresh_payload_takes_the_place_of_the_clients(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    set(scene.fresh, SOCKFEED_OPTION_AUTH, "{\"token\":\"new\"}");
    assert_int_equal(
        preparation_make(&scene.preparation, scene.options, scene.fresh),
        SOCKFEED_OK);
    assert_true(span_is(
        client_options_text(scene.preparation.options, SOCKFEED_OPTION_AUTH),
        "{\"token\":\"new\"}"));
    assert_true(
        span_is(client_options_text(scene.options, SOCKFEED_OPTION_AUTH),
                "{\"token\":\"old\"}"));
    end(&scene);
}

static void a_payload_where_none_can_go_is_refused_with_the_reason(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    set(scene.options, SOCKFEED_OPTION_URL, "wss://h.example/");
    assert_int_equal(
        preparation_make(&scene.preparation, scene.options, scene.fresh),
        SOCKFEED_INVALID);
    assert_non_null(
        strstr(sockfeed_options_failure(scene.preparation.options), "--auth"));
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fresh_leaves_what_the_client_has),
        cmocka_unit_test(a_fresh_header_takes_the_place_of_those_of_its_name),
        cmocka_unit_test(a_fresh_payload_takes_the_place_of_the_clients),
        cmocka_unit_test(
            a_payload_where_none_can_go_is_refused_with_the_reason),
    };

    return cmocka_run_group_tests_name("api/preparation", tests, NULL, NULL);
}
