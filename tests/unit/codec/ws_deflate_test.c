/* SPDX-License-Identifier: MIT */
#include "codec/ws_deflate.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    LIMIT = 100000
};

static const struct ws_extension WHOLE = {false, false, 15, 15};

/* "Hello", and what says so again by the window. */
static const char HELLO[] = "\xf2\x48\xcd\xc9\xc9\x07";
static const char AGAIN[] = "\xf2\x00\x11\x00";

static struct ws_frame frame_of(enum ws_opcode opcode, bool fin, uint8_t rsv,
                                struct span payload)
{
    return (struct ws_frame){
        .opcode = opcode, .fin = fin, .rsv = rsv, .payload = payload};
}

/* Whether the bytes behind payloads are the coder's to change: every test is
 * run with them and without. */
static bool spares;

static int with_spare_bytes(void **state)
{
    (void)state;
    spares = true;
    return 0;
}

/* The payload is given in memory of its own, which is gone afterwards. */
static enum sockfeed_result receive(struct ws_deflate *coder,
                                    struct ws_frame *frame, size_t room)
{
    static const char behind[WS_DEFLATE_TAIL] = "next";
    struct malformed malformed = {0, NULL};
    size_t size = frame->payload.size;
    char *packed = malloc(size + sizeof behind);
    enum sockfeed_result result;

    assert_non_null(packed);
    if (size > 0) {
        memcpy(packed, frame->payload.data, size);
    }
    memcpy(packed + size, behind, sizeof behind);
    if (frame->rsv != 0 || frame->opcode == WS_OPCODE_CONTINUATION) {
        frame->payload.data = packed;
    }
    result = ws_deflate_receive(coder, &malformed, frame,
                                spares ? packed + size : NULL, room);
    assert_memory_equal(packed + size, behind, sizeof behind);
    free(packed);
    if (result == SOCKFEED_PROTOCOL || result == SOCKFEED_TOO_LARGE) {
        assert_non_null(malformed.reason);
    }
    return result;
}

static void assert_inflates(struct ws_deflate *coder, struct span packed,
                            const char *wanted)
{
    struct ws_frame frame = frame_of(WS_OPCODE_TEXT, true, WS_RSV1, packed);

    assert_int_equal(receive(coder, &frame, LIMIT), SOCKFEED_OK);
    assert_true(span_is(frame.payload, wanted));
    for (int i = 0; i < LIMIT_RECEIVE_PAD; i++) {
        assert_int_equal(frame.payload.data[frame.payload.size + (size_t)i], 0);
    }
}

static void the_window_goes_on_from_message_to_message(void **state)
{
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    assert_inflates(&coder, span_of(HELLO, 7), "Hello");
    assert_inflates(&coder, span_of(AGAIN, 5), "Hello");
    ws_deflate_deinit(&coder);
}

static void the_window_ends_where_that_was_agreed(void **state)
{
    const struct ws_extension restarting = {true, false, 15, 15};
    struct ws_frame again =
        frame_of(WS_OPCODE_TEXT, true, WS_RSV1, span_of(AGAIN, 5));
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &restarting, LIMIT);
    assert_inflates(&coder, span_of(HELLO, 7), "Hello");
    assert_inflates(&coder, span_of(HELLO, 7), "Hello");
    assert_int_equal(receive(&coder, &again, LIMIT), SOCKFEED_PROTOCOL);
    ws_deflate_deinit(&coder);
}

static void a_last_block_does_not_end_the_window(void **state)
{
    static const char last[] = "\xf3\x48\xcd\xc9\xc9\x07\x00";
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    assert_inflates(&coder, span_of(last, 8), "Hello");
    assert_inflates(&coder, span_of(AGAIN, 5), "Hello");
    assert_inflates(&coder, span_of(last, 7), "Hello");
    assert_inflates(&coder, span_of(AGAIN, 5), "Hello");
    ws_deflate_deinit(&coder);
}

static void messages_without_the_bit_stay_as_they_are(void **state)
{
    struct ws_frame plain =
        frame_of(WS_OPCODE_TEXT, true, 0, span_text("plain"));
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    assert_int_equal(receive(&coder, &plain, LIMIT), SOCKFEED_OK);
    assert_true(span_is(plain.payload, "plain"));
    assert_int_equal(coder.inflater.size, 0);
    ws_deflate_deinit(&coder);
}

/* In two fragments, cut at each place. */
static void fragments_inflate_wherever_they_are_cut(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= 7; cut++) {
        struct ws_frame first =
            frame_of(WS_OPCODE_TEXT, false, WS_RSV1, span_of(HELLO, cut));
        struct ws_frame second = frame_of(WS_OPCODE_CONTINUATION, true, 0,
                                          span_of(HELLO + cut, 7 - cut));
        struct ws_deflate coder;
        struct buf whole;

        buf_init(&whole, LIMIT);
        ws_deflate_init(&coder, &WHOLE, LIMIT);
        assert_int_equal(receive(&coder, &first, LIMIT), SOCKFEED_OK);
        buf_append_span(&whole, first.payload);
        assert_int_equal(receive(&coder, &second, LIMIT), SOCKFEED_OK);
        buf_append_span(&whole, second.payload);
        assert_true(span_is(buf_span(&whole), "Hello"));
        ws_deflate_deinit(&coder);
        buf_deinit(&whole);
    }
}

static void a_message_cut_short_is_malformed(void **state)
{
    (void)state;
    for (size_t size = 0; size < 6; size++) {
        struct ws_frame frame =
            frame_of(WS_OPCODE_TEXT, true, WS_RSV1, span_of(HELLO, size));
        struct ws_deflate coder;

        ws_deflate_init(&coder, &WHOLE, LIMIT);
        assert_int_equal(receive(&coder, &frame, LIMIT), SOCKFEED_PROTOCOL);
        ws_deflate_deinit(&coder);
    }
}

static void nothing_may_follow_a_last_block(void **state)
{
    static const char last[] = "\xf3\x48\xcd\xc9\xc9\x07";
    struct ws_frame first =
        frame_of(WS_OPCODE_TEXT, false, WS_RSV1, span_of(last, sizeof last));
    struct ws_frame second =
        frame_of(WS_OPCODE_CONTINUATION, true, 0, span_of(last, 0));
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    assert_int_equal(receive(&coder, &first, LIMIT), SOCKFEED_OK);
    assert_true(span_is(first.payload, "Hello"));
    assert_int_equal(receive(&coder, &second, LIMIT), SOCKFEED_OK);
    assert_int_equal(second.payload.size, 0);
    assert_inflates(&coder, span_of(AGAIN, 5), "Hello");
    ws_deflate_deinit(&coder);
}

/* One that is not whole without what every sender takes off: the end of its
 * last code, all of a stored block. */
static void a_last_block_cut_short_is_malformed(void **state)
{
    static const char last[] = "\xf3\x48\xcd\xc9\xc9\x07";
    const struct span shorts[] = {span_of(last, 6), span_of(last, 5),
                                  span_of(last, 1), span_text("\x01"),
                                  span_text("\x03")};

    (void)state;
    for (size_t i = 0; i < sizeof shorts / sizeof shorts[0]; i++) {
        struct ws_frame frame =
            frame_of(WS_OPCODE_TEXT, true, WS_RSV1, shorts[i]);
        struct ws_deflate coder;

        ws_deflate_init(&coder, &WHOLE, LIMIT);
        assert_int_equal(receive(&coder, &frame, LIMIT), SOCKFEED_PROTOCOL);
        ws_deflate_deinit(&coder);
    }
}

static void messages_are_added_behind_each_other(void **state)
{
    char packed[] = "\xf2\x48\xcd\xc9\xc9\x07\0\xc1\x05\xf2\x00";
    struct malformed malformed;
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    for (unsigned count = 1; count <= 3; count++) {
        assert_int_equal(ws_deflate_add(&coder, &malformed, span_of(packed, 7),
                                        spares ? packed + 7 : NULL, 5),
                         SOCKFEED_OK);
        assert_int_equal(coder.plain.size, 5 * count);
        assert_memory_equal(coder.plain.data + coder.plain.size - 5, "Hello",
                            5);
    }
    /* Each has the whole room. */
    assert_int_equal(ws_deflate_add(&coder, &malformed, span_of(packed, 7),
                                    spares ? packed + 7 : NULL, 4),
                     SOCKFEED_TOO_LARGE);
    assert_memory_equal(packed + 7, "\xc1\x05\xf2\x00", 4);
    ws_deflate_clear(&coder);
    assert_int_equal(coder.plain.size, 0);
    ws_deflate_deinit(&coder);
}

/* Repeats what it compresses, so that the output is known. */
static void make_text(struct buf *text, size_t size)
{
    buf_clear(text);
    for (size_t i = 0; i < size; i++) {
        buf_append_byte(text, "0123456789abcdef\n"[(i + i / 1000) % 17]);
    }
    assert_int_equal(buf_result(text), SOCKFEED_OK);
}

static void what_is_sent_inflates_to_itself(void **state)
{
    static const size_t sizes[] = {128, 129, 4095, 16384, 70000, LIMIT};
    const struct ws_extension settings[] = {
        {false, false, 15, 15},
        {true,  true,  15, 15},
        {false, false, 9,  9 },
        {false, false, 12, 12},
    };
    struct buf text;

    (void)state;
    buf_init(&text, LIMIT);
    for (size_t s = 0; s < sizeof settings / sizeof settings[0]; s++) {
        struct ws_deflate us;
        struct ws_deflate them;

        ws_deflate_init(&us, &settings[s], LIMIT);
        ws_deflate_init(&them, &settings[s], LIMIT);
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct ws_frame frame;
            struct span payload;

            make_text(&text, sizes[i]);
            payload = buf_span(&text);
            assert_true(ws_deflate_send(&us, &payload));
            assert_true(payload.size < sizes[i]);
            frame = frame_of(WS_OPCODE_TEXT, true, WS_RSV1, payload);
            assert_int_equal(receive(&them, &frame, LIMIT), SOCKFEED_OK);
            assert_true(span_equal(frame.payload, buf_span(&text)));
        }
        ws_deflate_deinit(&us);
        ws_deflate_deinit(&them);
    }
    buf_deinit(&text);
}

static void what_is_not_sent_after_all_is_forgotten(void **state)
{
    struct ws_deflate us;
    struct ws_deflate them;
    struct ws_frame frame;
    struct span payload;
    struct buf text;

    (void)state;
    buf_init(&text, LIMIT);
    make_text(&text, 1000);
    ws_deflate_init(&us, &WHOLE, LIMIT);
    ws_deflate_init(&them, &WHOLE, LIMIT);
    payload = buf_span(&text);
    assert_true(ws_deflate_send(&us, &payload));
    ws_deflate_unsend(&us);
    payload = buf_span(&text);
    assert_true(ws_deflate_send(&us, &payload));
    frame = frame_of(WS_OPCODE_TEXT, true, WS_RSV1, payload);
    assert_int_equal(receive(&them, &frame, LIMIT), SOCKFEED_OK);
    ws_deflate_deinit(&us);
    ws_deflate_deinit(&them);
    buf_deinit(&text);
}

static void short_messages_and_windows_are_not_compressed(void **state)
{
    const struct ws_extension narrow = {false, false, 15, 8};
    struct ws_deflate coder;
    struct span payload;
    struct buf text;

    (void)state;
    buf_init(&text, LIMIT);
    make_text(&text, 1000);
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    payload = span_of(text.data, 127);
    assert_false(ws_deflate_send(&coder, &payload));
    assert_int_equal(payload.size, 127);
    ws_deflate_deinit(&coder);
    ws_deflate_init(&coder, &narrow, LIMIT);
    payload = buf_span(&text);
    assert_false(ws_deflate_send(&coder, &payload));
    ws_deflate_deinit(&coder);
    buf_deinit(&text);
}

/* At the limit, one past it, and no more memory than that. */
static void the_size_is_limited_while_it_inflates(void **state)
{
    struct ws_deflate us;
    struct ws_deflate them;
    struct ws_frame frame;
    struct span payload;
    struct buf text;

    (void)state;
    buf_init(&text, 16 * (size_t)LIMIT);
    make_text(&text, 16 * (size_t)LIMIT);
    ws_deflate_init(&us, &WHOLE, LIMIT);
    payload = buf_span(&text);
    assert_true(ws_deflate_send(&us, &payload));
    for (size_t room = 0; room <= LIMIT; room += LIMIT / 4) {
        ws_deflate_init(&them, &WHOLE, LIMIT);
        frame = frame_of(WS_OPCODE_BINARY, true, WS_RSV1, payload);
        assert_int_equal(receive(&them, &frame, room), SOCKFEED_TOO_LARGE);
        assert_true(them.plain.size <= room + 1);
        ws_deflate_deinit(&them);
    }
    ws_deflate_deinit(&us);

    make_text(&text, 5000);
    for (size_t room = 4999; room <= 5000; room++) {
        ws_deflate_init(&us, &WHOLE, LIMIT);
        ws_deflate_init(&them, &WHOLE, LIMIT);
        payload = buf_span(&text);
        assert_true(ws_deflate_send(&us, &payload));
        frame = frame_of(WS_OPCODE_TEXT, true, WS_RSV1, payload);
        assert_int_equal(receive(&them, &frame, room),
                         room < 5000 ? SOCKFEED_TOO_LARGE : SOCKFEED_OK);
        ws_deflate_deinit(&us);
        ws_deflate_deinit(&them);
    }
    buf_deinit(&text);
}

static void continuations_must_not_have_the_bit(void **state)
{
    struct ws_frame frame =
        frame_of(WS_OPCODE_CONTINUATION, true, WS_RSV1, span_of(HELLO, 7));
    struct ws_deflate coder;

    (void)state;
    ws_deflate_init(&coder, &WHOLE, LIMIT);
    assert_int_equal(receive(&coder, &frame, LIMIT), SOCKFEED_PROTOCOL);
    ws_deflate_deinit(&coder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_goes_on_from_message_to_message),
        cmocka_unit_test(the_window_ends_where_that_was_agreed),
        cmocka_unit_test(a_last_block_does_not_end_the_window),
        cmocka_unit_test(messages_without_the_bit_stay_as_they_are),
        cmocka_unit_test(fragments_inflate_wherever_they_are_cut),
        cmocka_unit_test(a_message_cut_short_is_malformed),
        cmocka_unit_test(nothing_may_follow_a_last_block),
        cmocka_unit_test(a_last_block_cut_short_is_malformed),
        cmocka_unit_test(messages_are_added_behind_each_other),
        cmocka_unit_test(what_is_sent_inflates_to_itself),
        cmocka_unit_test(what_is_not_sent_after_all_is_forgotten),
        cmocka_unit_test(short_messages_and_windows_are_not_compressed),
        cmocka_unit_test(the_size_is_limited_while_it_inflates),
        cmocka_unit_test(continuations_must_not_have_the_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           cmocka_run_group_tests(tests, with_spare_bytes, NULL);
}
