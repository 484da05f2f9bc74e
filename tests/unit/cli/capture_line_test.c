/* SPDX-License-Identifier: MIT */
#include "cli/files/capture_line.h"

#include "cli/files/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t then = INT64_C(1700000000123456789);

static struct sockfeed_event frame(enum sockfeed_frame_type type, bool sent,
                                   struct span data)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_FRAME};

    event.u.frame.type = type;
    event.u.frame.sent = sent;
    event.u.frame.data = data.data;
    event.u.frame.size = data.size;
    return event;
}

static void append(struct buf *out, const struct sockfeed_event *event)
{
    capture_line_frame(out, then, 1, event,
                       span_of(event->u.frame.data, event->u.frame.size));
}

static void assert_line(const struct sockfeed_event *event, const char *line)
{
    struct buf out;

    buf_init(&out, 4096);
    append(&out, event);
    assert_string_equal(buf_text(&out), line);
    buf_deinit(&out);
}

static void frames_are_lines_of_json(void **state)
{
    struct sockfeed_event event;

    (void)state;
    event = frame(SOCKFEED_FRAME_TEXT, false, span_text("42[\"m\",\"a\nb\"]"));
    assert_line(&event, "{\"t\":1700000000123456789,\"conn\":1,\"dir\":\"in\","
                        "\"op\":\"text\",\"data\":\"42[\\\"m\\\",\\\"a\\nb"
                        "\\\"]\"}\n");
    event = frame(SOCKFEED_FRAME_BINARY, true, span_of("\0\1\2", 3));
    assert_line(&event, "{\"t\":1700000000123456789,\"conn\":1,\"dir\":\"out\","
                        "\"op\":\"binary\",\"data\":\"AAEC\"}\n");
    event = frame(SOCKFEED_FRAME_PING, false, span_text(""));
    assert_line(&event, "{\"t\":1700000000123456789,\"conn\":1,\"dir\":\"in\","
                        "\"op\":\"ping\",\"data\":\"\"}\n");
}

static void a_close_has_code_and_reason_where_there_are_any(void **state)
{
    struct sockfeed_event event =
        frame(SOCKFEED_FRAME_CLOSE, false, span_text("over"));

    (void)state;
    event.u.frame.code = 1001;
    assert_line(&event,
                "{\"t\":1700000000123456789,\"conn\":1,\"dir\":\"in\","
                "\"op\":\"close\",\"code\":1001,\"reason\":\"over\"}\n");
    event = frame(SOCKFEED_FRAME_CLOSE, true, span_text(""));
    assert_line(&event, "{\"t\":1700000000123456789,\"conn\":1,\"dir\":\"out\","
                        "\"op\":\"close\"}\n");
}

/* What is written is what is read. */
static void the_reader_reads_what_was_written(void **state)
{
    static const struct {
        enum sockfeed_frame_type type;
        enum capture_op op;
        const char *data;
        size_t size;
    } frames[] = {
        {SOCKFEED_FRAME_TEXT,   CAPTURE_TEXT,   "\"\\\t\x7f \xe2\x82\xac", 9},
        {SOCKFEED_FRAME_BINARY, CAPTURE_BINARY, "\xff\x00\n",              3},
        {SOCKFEED_FRAME_PONG,   CAPTURE_PONG,   "x",                       1},
        {SOCKFEED_FRAME_CLOSE,  CAPTURE_CLOSE,  "",                        0},
    };
    char path[] = "/tmp/capture_line_test.XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    struct capture_error error;
    struct capture_entry entry;
    struct capture capture;
    struct buf out;

    (void)state;
    assert_non_null(file);
    buf_init(&out, 4096);
    capture_line_open(&out, then, 7, "ws://h/\"", SOCKFEED_PROTOCOL_WS);
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct sockfeed_event event =
            frame(frames[i].type, i % 2 == 1,
                  span_of(frames[i].data, frames[i].size));

        append(&out, &event);
    }
    assert_int_equal(fwrite(out.data, 1, out.size, file), out.size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(capture_open(&capture, path, &error), SOCKFEED_OK);
    assert_int_equal(capture_next(&capture, &entry, &error), SOCKFEED_OK);
    assert_int_equal(entry.op, CAPTURE_OPEN);
    assert_int_equal(entry.connection, 7);
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        assert_int_equal(capture_next(&capture, &entry, &error), SOCKFEED_OK);
        assert_int_equal(entry.op, frames[i].op);
        assert_int_equal(entry.time, then);
        assert_int_equal(entry.incoming, i % 2 == 0);
        assert_true(
            span_equal(entry.data, span_of(frames[i].data, frames[i].size)));
    }
    assert_int_equal(capture_next(&capture, &entry, &error), SOCKFEED_MORE);
    capture_close(&capture);
    assert_int_equal(unlink(path), 0);
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_lines_of_json),
        cmocka_unit_test(a_close_has_code_and_reason_where_there_are_any),
        cmocka_unit_test(the_reader_reads_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
