/* SPDX-License-Identifier: MIT */
#include "cli/report/status.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct sockfeed_failure closed_by_server = {
    .result = SOCKFEED_CLOSED,
    .close_code = 1001,
    .text = "the server closed the connection: \"bye\"",
};

static const struct sockfeed_failure orderly = {.result = SOCKFEED_OK};

static void check(const struct sockfeed_event *event, const char *text,
                  const char *json)
{
    const struct status_record record = {
        .event = event,
        .url = "ws://h/\"x",
        .connection = 2,
        .time = 1795442000123456789,
    };
    struct buf out;

    buf_init(&out, 4096);
    status_append(&out, STATUS_FORM_TEXT, &record);
    assert_string_equal(buf_text(&out), text);
    buf_clear(&out);
    status_append(&out, STATUS_FORM_JSON, &record);
    assert_string_equal(buf_text(&out), json);
    buf_deinit(&out);
}

#define COMMON(status)                                               \
 "{\"time\":\"2026-11-23T13:53:20.123456789Z\",\"status\":\"" status \
 "\",\"url\":\"ws://h/\\\"x\",\"connection\":2"

static void open_says_what_is_spoken(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_OPEN};

    (void)state;
    event.u.open.protocol = SOCKFEED_PROTOCOL_WS;
    event.u.open.transport = "websocket";
    check(&event, "connected to ws://h/\"x (WebSocket)",
          COMMON("open") ",\"protocol\":\"ws\",\"transport\":\"websocket\"}");
    event.u.open.protocol = SOCKFEED_PROTOCOL_SIO;
    event.u.open.eio = 3;
    event.u.open.sio = 2;
    check(&event,
          "connected to ws://h/\"x (Socket.IO 2, Engine.IO 3, websocket)",
          COMMON("open") ",\"protocol\":\"sio\",\"eio\":3,"
                         "\"transport\":\"websocket\"}");
    event.u.open.protocol = SOCKFEED_PROTOCOL_EIO;
    event.u.open.sio = 0;
    check(&event, "connected to ws://h/\"x (Engine.IO 3, websocket)",
          COMMON("open") ",\"protocol\":\"eio\",\"eio\":3,"
                         "\"transport\":\"websocket\"}");
}

static void losses_say_why_and_retries_when(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_LOST};

    (void)state;
    event.u.lost.failure = &closed_by_server;
    check(&event, "lost ws://h/\"x: the server closed the connection: \"bye\"",
          COMMON("lost") ",\"reason\":\"the server closed the connection: "
                         "\\\"bye\\\"\",\"code\":1001}");
    event = (struct sockfeed_event){.type = SOCKFEED_EVENT_RETRY};
    event.u.retry.attempt = 3;
    event.u.retry.delay = 1066;
    check(&event, "connecting to ws://h/\"x again in 1.066 s (try 3)",
          COMMON("retry") ",\"try\":3,\"delay\":1.066}");
    event = (struct sockfeed_event){.type = SOCKFEED_EVENT_GAP};
    event.u.gap.duration = 2123;
    check(&event,
          "gap at ws://h/\"x: 2.123 s, from 2026-11-23T13:53:18.000456789Z",
          COMMON("gap") ",\"from\":\"2026-11-23T13:53:18.000456789Z\","
                        "\"to\":\"2026-11-23T13:53:20.123456789Z\","
                        "\"seconds\":2.123,\"reason\":\"connection\"}");
}

static void subscriptions_are_counted(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_SUBSCRIBED};

    (void)state;
    event.u.subscribed.count = 300;
    check(&event, "subscribed at ws://h/\"x (messages sent: 300)",
          COMMON("subscribed") ",\"count\":300}");
}

static void an_upgrade_says_what_carries_it_now(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_UPGRADED};

    (void)state;
    check(&event, "upgraded ws://h/\"x to a WebSocket",
          COMMON("upgraded") ",\"transport\":\"websocket\"}");
    assert_true(status_is_quiet(&event));
}

static void an_end_is_quiet_unless_it_failed(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_CLOSED};

    (void)state;
    event.u.lost.failure = &orderly;
    check(&event, "closed ws://h/\"x", COMMON("closed") ",\"reason\":\"\"}");
    assert_true(status_is_quiet(&event));
    event.u.lost.failure = &closed_by_server;
    check(&event, "ws://h/\"x: the server closed the connection: \"bye\"",
          COMMON("closed") ",\"reason\":\"the server closed the connection: "
                           "\\\"bye\\\"\",\"code\":1001}");
    assert_false(status_is_quiet(&event));
    event.type = SOCKFEED_EVENT_LOST;
    assert_true(status_is_quiet(&event));
}

static void dropped_messages_are_a_gap(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    status_append_dropped(&out, STATUS_FORM_JSON, 2000000000, 1500, 7);
    assert_string_equal(buf_text(&out),
                        "{\"time\":\"1970-01-01T00:00:02.000000000Z\","
                        "\"status\":\"gap\","
                        "\"from\":\"1970-01-01T00:00:00.500000000Z\","
                        "\"to\":\"1970-01-01T00:00:02.000000000Z\","
                        "\"seconds\":1.500,\"reason\":\"dropped\","
                        "\"count\":7}");
    buf_clear(&out);
    status_append_dropped(&out, STATUS_FORM_TEXT, 0, 0, 7);
    assert_string_equal(buf_text(&out), "gap: standard output is too slow, "
                                        "messages dropped: 7");
    buf_deinit(&out);
}

static void holes_in_sequences_are_gaps(void **state)
{
    struct status_record record = {
        .url = "ws://h", .connection = 2, .time = 3000000000};
    struct output_gap gap = {.key = "\"BTC\"",
                             .key_size = 5,
                             .expected = "12",
                             .got = "15",
                             .from = 1000000000,
                             .to = 3000000000};
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    status_append_sequence(&out, STATUS_FORM_INLINE, &record, &gap);
    assert_string_equal(buf_text(&out),
                        "{\"time\":\"1970-01-01T00:00:03.000000000Z\","
                        "\"status\":\"gap\",\"url\":\"ws://h\","
                        "\"connection\":2,"
                        "\"from\":\"1970-01-01T00:00:01.000000000Z\","
                        "\"to\":\"1970-01-01T00:00:03.000000000Z\","
                        "\"seconds\":2.000,\"reason\":\"sequence\","
                        "\"key\":\"BTC\",\"expected\":12,\"got\":15}");
    buf_clear(&out);
    gap.key = NULL;
    status_append_sequence(&out, STATUS_FORM_TEXT, &record, &gap);
    assert_string_equal(buf_text(&out),
                        "gap at ws://h: expected number 12, got 15");
    buf_deinit(&out);
}

static void other_events_have_no_record(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_NOTICE};

    (void)state;
    event.u.notice.text = "x";
    check(&event, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_says_what_is_spoken),
        cmocka_unit_test(losses_say_why_and_retries_when),
        cmocka_unit_test(subscriptions_are_counted),
        cmocka_unit_test(an_upgrade_says_what_carries_it_now),
        cmocka_unit_test(an_end_is_quiet_unless_it_failed),
        cmocka_unit_test(dropped_messages_are_a_gap),
        cmocka_unit_test(holes_in_sequences_are_gaps),
        cmocka_unit_test(other_events_have_no_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
