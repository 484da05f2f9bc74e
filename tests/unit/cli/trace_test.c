/* SPDX-License-Identifier: MIT */
#include "cli/report/trace.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void check(const struct sockfeed_event *event, unsigned verbosity,
                  unsigned label, const char *expected)
{
    struct buf out;

    buf_init(&out, 65536);
    trace_append(&out, verbosity, label, event);
    assert_string_equal(buf_text(&out), expected);
    buf_deinit(&out);
}

static struct sockfeed_event frame(enum sockfeed_frame_type type, bool sent,
                                   const char *data)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_FRAME};

    event.u.frame.type = type;
    event.u.frame.sent = sent;
    event.u.frame.data = data;
    event.u.frame.size = strlen(data);
    return event;
}

static void steps_are_marked_as_curl_does(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_TRACE};

    (void)state;
    event.u.notice.text = "connecting to 127.0.0.1\x1b";
    check(&event, 1, 0, "* connecting to 127.0.0.1\\x1b\n");
    check(&event, 1, 3, "[3] * connecting to 127.0.0.1\\x1b\n");
    event.u.notice.text = "> GET / HTTP/1.1";
    check(&event, 1, 0, "> GET / HTTP/1.1\n");
    event.u.notice.text = "< HTTP/1.1 101 Switching Protocols";
    check(&event, 1, 0, "< HTTP/1.1 101 Switching Protocols\n");
}

static void frames_are_marked_by_their_way(void **state)
{
    struct sockfeed_event event =
        frame(SOCKFEED_FRAME_TEXT, false, "42[\"a\"]");

    (void)state;
    check(&event, 1, 0, "< 42[\"a\"]\n");
    event = frame(SOCKFEED_FRAME_PING, true, "");
    check(&event, 1, 0, "> ping\n");
    event = frame(SOCKFEED_FRAME_PONG, false, "x\n");
    check(&event, 1, 2, "[2] < pong x\\n\n");
    event = frame(SOCKFEED_FRAME_BINARY, false, "abc");
    check(&event, 1, 0, "< binary, 3 bytes\n");
    event = frame(SOCKFEED_FRAME_CLOSE, false, "bye");
    event.u.frame.code = 1001;
    check(&event, 1, 0, "< close 1001 bye\n");
}

/* The type of a packet in MessagePack becomes that of CONNECT, 0. */
static void connect_packet(struct sockfeed_event *event)
{
    static char bytes[64];

    memcpy(bytes, event->u.frame.data, event->u.frame.size);
    bytes[6] = '\0';
    event->u.frame.data = bytes;
}

static void credentials_of_connect_packets_are_masked(void **state)
{
    struct sockfeed_event event =
        frame(SOCKFEED_FRAME_TEXT, true, "40{\"token\":\"secret\"}");

    (void)state;
    check(&event, 1, 0, "> 40{\"token\":\"***\"}\n");
    event = frame(SOCKFEED_FRAME_TEXT, true, "40{secret}");
    check(&event, 2, 0,
          "> 40***\n"
          "  0000: 34 30 2a 2a 2a"
          "                                   40***\n");
    event = frame(SOCKFEED_FRAME_TEXT, true, "40/admin?token=secret,");
    check(&event, 1, 0, "> 40/admin?token=***\n");
    /* In MessagePack: {"type":0,"nsp":"/","data":{...}}. */
    event = frame(SOCKFEED_FRAME_BINARY, true,
                  "\x83\xa4typeX\xa3nsp\xa1/\xa4"
                  "data\x81\xa1t\xa6secret");
    event.u.frame.size = strlen(event.u.frame.data);
    connect_packet(&event);
    check(&event, 2, 0,
          "> binary, 22 bytes\n"
          "  0000: 83 a4 74 79 70 65 00 a3 6e 73 70 a1 2f a4 64 61"
          "  ..type..nsp./.da\n"
          "  0010: 74 61 a3 2a 2a 2a                               "
          " ta.***\n");
    event = frame(SOCKFEED_FRAME_TEXT, true, "40/admin,");
    check(&event, 1, 0, "> 40/admin,\n");
    event = frame(SOCKFEED_FRAME_TEXT, false, "40{\"sid\":\"x\"}");
    check(&event, 1, 0, "< 40{\"sid\":\"x\"}\n");
}

static void bytes_come_sixteen_a_line(void **state)
{
    struct sockfeed_event event =
        frame(SOCKFEED_FRAME_TEXT, false, "0123456789abcdef\xc3\xa9");

    (void)state;
    check(&event, 2, 0,
          "< 0123456789abcdef\xc3\xa9\n"
          "  0000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66"
          "  0123456789abcdef\n"
          "  0010: c3 a9                                          "
          "  ..\n");
}

static void long_frames_are_cut_between_characters(void **state)
{
    char text[1200];
    struct sockfeed_event event;
    struct buf out;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[1023] = '\xc3';
    text[1024] = '\xa9';
    event = frame(SOCKFEED_FRAME_TEXT, false, text);
    buf_init(&out, 65536);
    trace_append(&out, 1, 0, &event);
    assert_int_equal(out.size,
                     strlen("< ") + 1023 + strlen("... (1199 bytes)\n"));
    buf_deinit(&out);
}

static void other_events_leave_no_trace(void **state)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_DRAINED};

    (void)state;
    check(&event, 2, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_marked_as_curl_does),
        cmocka_unit_test(frames_are_marked_by_their_way),
        cmocka_unit_test(credentials_of_connect_packets_are_masked),
        cmocka_unit_test(bytes_come_sixteen_a_line),
        cmocka_unit_test(long_frames_are_cut_between_characters),
        cmocka_unit_test(other_events_leave_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
