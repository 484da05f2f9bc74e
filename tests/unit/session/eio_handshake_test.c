/* SPDX-License-Identifier: MIT */
#include "session/eio_handshake.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct eio_handshake parsed(const char *text)
{
    struct malformed malformed = {0, ""};
    struct eio_handshake handshake;

    if (eio_handshake_parse(&handshake, &malformed, span_text(text)) !=
        SOCKFEED_OK) {
        fail_msg("%s: %s", text, malformed.reason);
    }
    return handshake;
}

static void reads_what_servers_of_every_age_send(void **state)
{
    struct eio_handshake handshake;

    (void)state;
    handshake = parsed("{\"sid\":\"c3uJq0ZJ9eYVbq0pAAxT\",\"upgrades\":[],"
                       "\"pingInterval\":25000,\"pingTimeout\":60000}");
    assert_string_equal(handshake.sid, "c3uJq0ZJ9eYVbq0pAAxT");
    assert_int_equal(handshake.ping_interval, 25000);
    assert_int_equal(handshake.ping_timeout, 60000);
    assert_int_equal(handshake.max_payload, 0);
    assert_false(handshake.upgrades_to_websocket);
    handshake = parsed(
        "{\"maxPayload\":1000000,\"pingTimeout\":20000,\"pingInterval\":1e3,"
        "\"upgrades\":[\"webtransport\",\"websocket\"],\"sid\":\"a\","
        "\"new\":{\"sid\":2}}");
    assert_int_equal(handshake.ping_interval, 1000);
    assert_int_equal(handshake.max_payload, 1000000);
    assert_true(handshake.upgrades_to_websocket);
}

static void takes_the_last_of_repeated_members(void **state)
{
    (void)state;
    assert_string_equal(parsed("{\"sid\":\"a\",\"pingInterval\":1,"
                               "\"pingTimeout\":1,\"sid\":\"b\"}")
                            .sid,
                        "b");
}

static void takes_times_above_a_day_as_a_day(void **state)
{
    struct eio_handshake handshake;

    (void)state;
    handshake = parsed("{\"sid\":\"a\",\"pingInterval\":86400000,"
                       "\"pingTimeout\":1e300}");
    assert_int_equal(handshake.ping_interval, LIMIT_HEARTBEAT_MS);
    assert_int_equal(handshake.ping_timeout, LIMIT_HEARTBEAT_MS);
}

static void refuses_what_no_session_can_be_built_on(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"sid\":\"a\",\"pingInterval\":1,\"pingTimeout\":1",
        "{\"sid\":\"a\",\"pingInterval\":01,\"pingTimeout\":1}",
        "{\"pingInterval\":1,\"pingTimeout\":1}",
        "{\"SID\":\"a\",\"pingInterval\":1,\"pingTimeout\":1}",
        "{\"sid\":\"\",\"pingInterval\":1,\"pingTimeout\":1}",
        "{\"sid\":7,\"pingInterval\":1,\"pingTimeout\":1}",
        "{\"sid\":\"a\",\"pingTimeout\":1}",
        "{\"sid\":\"a\",\"pingInterval\":1}",
        "{\"sid\":\"a\",\"pingInterval\":0,\"pingTimeout\":1}",
        "{\"sid\":\"a\",\"pingInterval\":1,\"pingTimeout\":-1}",
        "{\"sid\":\"a\",\"pingInterval\":1.5,\"pingTimeout\":1}",
        "{\"sid\":\"a\",\"pingInterval\":\"1\",\"pingTimeout\":1}",
        "{\"sid\":\"a\",\"pingInterval\":1,\"pingTimeout\":1,"
        "\"maxPayload\":0}",
        "{\"sid\":\"a\",\"pingInterval\":1,\"pingTimeout\":1,"
        "\"maxPayload\":null}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct malformed malformed = {0, NULL};
        struct eio_handshake handshake;

        assert_int_equal(
            eio_handshake_parse(&handshake, &malformed, span_text(texts[i])),
            SOCKFEED_PROTOCOL);
        assert_non_null(malformed.reason);
    }
}

static enum sockfeed_result parse_sid_of(size_t size)
{
    struct malformed malformed;
    struct eio_handshake handshake;
    enum sockfeed_result result;
    struct buf text;

    buf_init(&text, 4096);
    buf_append_text(&text, "{\"pingInterval\":1,\"pingTimeout\":1,\"sid\":\"");
    for (size_t i = 0; i < size; i++) {
        buf_append_byte(&text, 's');
    }
    buf_append_text(&text, "\"}");
    result = eio_handshake_parse(&handshake, &malformed, buf_span(&text));
    buf_deinit(&text);
    return result;
}

static void accepts_a_sid_up_to_the_limit(void **state)
{
    (void)state;
    assert_int_equal(parse_sid_of(LIMIT_SID), SOCKFEED_OK);
    assert_int_equal(parse_sid_of(LIMIT_SID + 1), SOCKFEED_PROTOCOL);
}

static void prints_what_it_reads(void **state)
{
    static const char text[] =
        "{\"sid\":\"a\\\"b\",\"upgrades\":[\"websocket\"],"
        "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}";
    struct eio_handshake handshake = parsed(text);
    struct buf to;

    (void)state;
    buf_init(&to, 4096);
    assert_int_equal(eio_handshake_print(&to, &handshake), SOCKFEED_OK);
    assert_string_equal(buf_text(&to), text);
    handshake.max_payload = 0;
    handshake.upgrades_to_websocket = false;
    buf_clear(&to);
    assert_int_equal(eio_handshake_print(&to, &handshake), SOCKFEED_OK);
    assert_string_equal(buf_text(&to),
                        "{\"sid\":\"a\\\"b\",\"upgrades\":[],"
                        "\"pingInterval\":25000,\"pingTimeout\":20000}");
    buf_deinit(&to);
}

static void an_open_packet_is_known_by_its_frame(void **state)
{
    static const struct {
        const char *frame;
        size_t size;
        bool begins;
    } rows[] = {
        {"\x81\x10"
         "0{\"sid\":\"abc\"}", 16, true },
        {"\x81\x7e\x00\x80"
         "0{\"sid\":\"abc",    15, true },
        {"\x81\x09"
         "0{\"sid\":\"",       11, true },
        {"\x81\x09"
         "0{\"sid\":",         10, false},
        {"\x82\x09"
         "0{\"sid\":\"",       11, false},
        {"\x01\x09"
         "0{\"sid\":\"",       11, false},
        {"\x81\x09"
         "4{\"sid\":\"",       11, false},
        {"\x81",                        1,  false},
        {"",                            0,  false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            eio_handshake_begins(span_of(rows[i].frame, rows[i].size)),
            rows[i].begins);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_servers_of_every_age_send),
        cmocka_unit_test(takes_the_last_of_repeated_members),
        cmocka_unit_test(takes_times_above_a_day_as_a_day),
        cmocka_unit_test(refuses_what_no_session_can_be_built_on),
        cmocka_unit_test(accepts_a_sid_up_to_the_limit),
        cmocka_unit_test(prints_what_it_reads),
        cmocka_unit_test(an_open_packet_is_known_by_its_frame),
    };

    return cmocka_run_group_tests_name("session/eio_handshake", tests, NULL,
                                       NULL);
}
