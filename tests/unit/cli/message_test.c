/* SPDX-License-Identifier: MIT */
#include "cli/input/message.h"

#include "base/limits.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

static void check(enum sockfeed_protocol protocol, const char *text,
                  const char *space, const char *data)
{
    struct message message;
    struct malformed malformed = {0, "nothing"};
    struct sockfeed_outgoing outgoing;

    message_init(&message);
    if (message_parse(&message, &malformed, protocol, span_text(text)) !=
        SOCKFEED_OK) {
        fail_msg("%s: %s", text, malformed.reason);
    }
    outgoing = message_outgoing(&message);
    if (space == NULL) {
        assert_null(outgoing.space);
    } else {
        assert_string_equal(outgoing.space, space);
    }
    assert_int_equal(outgoing.size, strlen(data));
    assert_memory_equal(outgoing.data, data, outgoing.size);
    message_deinit(&message);
}

static void check_event(const char *text, const char *space, const char *data)
{
    check(SOCKFEED_PROTOCOL_SIO, text, space, data);
}

static void check_refused(const char *text, size_t column, const char *reason)
{
    struct message message;
    struct malformed malformed;

    message_init(&message);
    assert_int_equal(message_parse(&message, &malformed, SOCKFEED_PROTOCOL_SIO,
                                   span_text(text)),
                     SOCKFEED_INVALID);
    assert_string_equal(malformed.reason, reason);
    assert_int_equal(message_column(span_text(text), malformed.offset), column);
    message_deinit(&message);
}

static void an_array_is_sent_as_it_is(void **state)
{
    (void)state;
    check_event("[\"SubAdd\",{\"subs\":[\"5~CCCAGG~BTC~USD\"]}]", NULL,
                "[\"SubAdd\",{\"subs\":[\"5~CCCAGG~BTC~USD\"]}]");
    check_event(" [ \"a\" , 0.10 ] ", NULL, "[ \"a\" , 0.10 ]");
    check_event("[\"a\"]", NULL, "[\"a\"]");
    check_event("[\"a\",9007199254740993,1e400]", NULL,
                "[\"a\",9007199254740993,1e400]");
}

static void a_name_and_values_become_an_array(void **state)
{
    (void)state;
    check_event("ping", NULL, "[\"ping\"]");
    check_event("join-room \"ticker_btc_jpy\"", NULL,
                "[\"join-room\",\"ticker_btc_jpy\"]");
    check_event("  a\t0.10  {\"b\": [1, 2]}\nnull ", NULL,
                "[\"a\",0.10,{\"b\": [1, 2]},null]");
    check_event("a \"x y\\\" z\" 1", NULL, "[\"a\",\"x y\\\" z\",1]");
    check_event("\"two words\" true", NULL, "[\"two words\",true]");
    check_event("a\\b", NULL, "[\"a\\\\b\"]");
    check_event("pr\xc3\xa9"
                "sent 1",
                NULL, "[\"pr\xc3\xa9sent\",1]");
}

static void a_namespace_may_lead(void **state)
{
    (void)state;
    check_event("/chat,[\"a\",1]", "/chat", "[\"a\",1]");
    check_event("/chat?x=1, a 1", "/chat?x=1", "[\"a\",1]");
    check_event("/,a", "/", "[\"a\"]");
}

static void other_protocols_send_the_text(void **state)
{
    (void)state;
    check(SOCKFEED_PROTOCOL_WS, " {broken ", NULL, " {broken ");
    check(SOCKFEED_PROTOCOL_WS, "", NULL, "");
    check(SOCKFEED_PROTOCOL_EIO, "/a,b", NULL, "/a,b");
}

static void says_where_json_goes_wrong(void **state)
{
    (void)state;
    check_refused("[\"a\",]", 6, "a value is expected");
    check_refused("[\"a\"] 1", 7, "nothing may follow the value");
    check_refused("SubAdd {\"subs\" [1]}", 16, "a colon is expected");
    check_refused("SubAdd BTC", 8,
                  "a JSON value is expected; texts stand in double quotes");
    check_refused("a 1 ticker", 5,
                  "a JSON value is expected; texts stand in double quotes");
    check_refused("\xc3\xa9 {\"\xc3\xa9\" 1}", 8, "a colon is expected");
    check_refused("a 1 01", 6, "nothing may follow the value");
    check_refused("a {\"b\":1}{\"c\":2}", 10, "nothing may follow the value");
    check_refused("a ]", 3, "a value is expected");
}

static void says_what_an_event_needs(void **state)
{
    (void)state;
    check_refused("", 1, "the event's name is expected");
    check_refused("  ", 3, "the event's name is expected");
    check_refused("/chat,", 7, "the event's name is expected");
    check_refused("[]", 2, "the event's name, a string, must come first");
    check_refused("[ 1 ]", 3, "the event's name, a string, must come first");
    check_refused("{\"a\":1}", 1, "the event's name is expected");
    check_refused("a[1]", 2, "white space is expected after the event's name");
    check_refused("a,1", 2, "white space is expected after the event's name");
    check_refused("/chat [\"a\"]", 6,
                  "a comma is expected after the namespace");
    check_refused("/chat", 6, "a comma is expected after the namespace");
    check_refused("a \xff", 3, "this is not UTF-8");
}

static void refuses_reserved_names_however_written(void **state)
{
    static const char reserved[] = "this event name is reserved by Socket.IO";

    (void)state;
    check_refused("connect", 1, reserved);
    check_refused("/chat,disconnect 1", 7, reserved);
    check_refused("[\"newListener\"]", 2, reserved);
    check_refused("[ \"remove\\u004cistener\"]", 3, reserved);
    check_refused("\"disconnecting\"", 1, reserved);
    check_refused("connect_error {}", 1, reserved);
    check_event("connected", NULL, "[\"connected\"]");
    check_event("error", NULL, "[\"error\"]");
}

static void a_namespace_has_a_limit(void **state)
{
    char text[LIMIT_NAMESPACE + 4];
    char longest[LIMIT_NAMESPACE + 1];

    (void)state;
    memset(text, 'n', sizeof text);
    text[0] = '/';
    memcpy(text + LIMIT_NAMESPACE, ",a", 3);
    text[LIMIT_NAMESPACE + 2] = '\0';
    memcpy(longest, text, LIMIT_NAMESPACE);
    longest[LIMIT_NAMESPACE] = '\0';
    check_event(text, longest, "[\"a\"]");
    memcpy(text + LIMIT_NAMESPACE, "n,a", 4);
    check_refused(text, 1, "the namespace is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_is_sent_as_it_is),
        cmocka_unit_test(a_name_and_values_become_an_array),
        cmocka_unit_test(a_namespace_may_lead),
        cmocka_unit_test(other_protocols_send_the_text),
        cmocka_unit_test(says_where_json_goes_wrong),
        cmocka_unit_test(says_what_an_event_needs),
        cmocka_unit_test(refuses_reserved_names_however_written),
        cmocka_unit_test(a_namespace_has_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
