/* SPDX-License-Identifier: MIT */
#include "net/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void reads_a_pin(void **state)
{
    struct route_pin pin;
    char text[ADDRESS_TEXT];

    (void)state;
    assert_null(route_pin_parse(
        &pin, span_text("h.example:443:192.0.2.1,[2001:db8::1],::1")));
    assert_true(span_is(pin.host, "h.example"));
    assert_int_equal(pin.port, 443);
    assert_int_equal(pin.count, 3);
    assert_string_equal(address_text(&pin.addresses[0], text),
                        "192.0.2.1 port 443");
    assert_string_equal(address_text(&pin.addresses[1], text),
                        "2001:db8::1 port 443");
    assert_string_equal(address_text(&pin.addresses[2], text), "::1 port 443");
    assert_null(route_pin_parse(&pin, span_text("[::1]:1:127.0.0.1")));
    assert_true(span_is(pin.host, "::1"));
}

static void takes_as_many_addresses_as_there_is_room_for(void **state)
{
    struct route_pin pin;
    char text[256] = "h:1:127.0.0.1";
    static const char more[] = ",127.0.0.1";
    char *end = text + strlen(text);

    (void)state;
    for (size_t i = 1; i < ROUTE_PIN_ADDRESSES; i++) {
        memcpy(end, more, sizeof more);
        end += sizeof more - 1;
    }
    assert_null(route_pin_parse(&pin, span_text(text)));
    assert_int_equal(pin.count, ROUTE_PIN_ADDRESSES);
    memcpy(end, more, sizeof more);
    assert_non_null(route_pin_parse(&pin, span_text(text)));
}

static void refuses_what_is_no_pin(void **state)
{
    static const char *const texts[] = {
        "",         "h",           "h:1",          "h:1:",     ":1:::1",
        "h:0:::1",  "h:65536:::1", "h::::1",       "h:1:name", "h:1:::1,",
        "h:1:,::1", "[::1:1:::1",  "[::1]x:1:::1", "h:1:[::1", "h:1:1.2.3.4:5",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct route_pin pin;

        assert_non_null(route_pin_parse(&pin, span_text(texts[i])));
    }
}

static void finds_the_first_pin_of_host_and_port(void **state)
{
    struct route_pin pins[3];
    const struct route route = {.pins = pins, .pin_count = 3};

    (void)state;
    assert_null(route_pin_parse(&pins[0], span_text("h:1:::1")));
    assert_null(route_pin_parse(&pins[1], span_text("*:2:::1")));
    assert_null(route_pin_parse(&pins[2], span_text("H:2:::1")));
    assert_ptr_equal(route_find_pin(&route, span_text("H"), 1), &pins[0]);
    assert_ptr_equal(route_find_pin(&route, span_text("h"), 2), &pins[1]);
    assert_null(route_find_pin(&route, span_text("h"), 3));
    assert_null(route_find_pin(&route, span_text("x"), 1));
}

static void takes_the_first_detour(void **state)
{
    static const struct {
        const char *detour;
        const char *host;
        int port;
    } rows[] = {
        {"h:1:other:2",     "other", 2},
        {"H:1:other:2",     "other", 2},
        {":1:other:2",      "other", 2},
        {"h::other:2",      "other", 2},
        {"::other:2",       "other", 2},
        {"::other:",        "other", 1},
        {":::2",            "h",     2},
        {"::[::1]:",        "::1",   1},
        {"x:1:other:2",     "h",     1},
        {"h:2:other:2",     "h",     1},
        {"[::1]:1:other:2", "h",     1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct route_detour detours[2];
        const struct route route = {.detours = detours, .detour_count = 2};
        struct span host = span_text("h");
        uint16_t port = 1;

        assert_null(route_detour_parse(&detours[0], span_text("no:1:never:9")));
        assert_null(route_detour_parse(&detours[1], span_text(rows[i].detour)));
        route_take_detour(&route, &host, &port);
        assert_true(span_is(host, rows[i].host));
        assert_int_equal(port, rows[i].port);
    }
}

static void refuses_what_is_no_detour(void **state)
{
    static const char *const texts[] = {
        "",        "a",       "a:1",       "a:1:b",     "a:x:b:1",  "a:0:b:1",
        "a:1:b:x", "a:1:b:0", "a:1:b c:1", "a:1:b:1:2", "[a:1:b:2", "a:1:[b:2",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct route_detour detour;

        assert_non_null(route_detour_parse(&detour, span_text(texts[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_pin),
        cmocka_unit_test(takes_as_many_addresses_as_there_is_room_for),
        cmocka_unit_test(refuses_what_is_no_pin),
        cmocka_unit_test(finds_the_first_pin_of_host_and_port),
        cmocka_unit_test(takes_the_first_detour),
        cmocka_unit_test(refuses_what_is_no_detour),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
