/* SPDX-License-Identifier: MIT */
#include "codec/ws_message.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static enum ws_opcode opcode;
static struct span payload;

static enum sockfeed_result add(struct ws_message *message, enum ws_opcode type,
                                bool fin, struct span bytes)
{
    struct ws_frame frame = {.opcode = type, .fin = fin, .payload = bytes};
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        ws_message_add(message, &opcode, &payload, &malformed, &frame);

    assert_true((result < 0 && result != SOCKFEED_NOMEM) ==
                (malformed.reason != NULL));
    return result;
}

static enum sockfeed_result add_text(struct ws_message *message,
                                     enum ws_opcode type, bool fin,
                                     const char *text)
{
    return add(message, type, fin, span_text(text));
}

static void a_message_of_one_frame_is_a_view_of_it(void **state)
{
    static const char text[] = "gr\xc3\xbc\xc3\x9f";
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 100, 10);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, true, text),
                     SOCKFEED_OK);
    assert_ptr_equal(payload.data, text);
    assert_int_equal(opcode, WS_OPCODE_TEXT);
    assert_null(message.body.data);
    ws_message_clear(&message);
    assert_int_equal(add_text(&message, WS_OPCODE_BINARY, true, "\xff"),
                     SOCKFEED_OK);
    assert_int_equal(opcode, WS_OPCODE_BINARY);
    ws_message_deinit(&message);
}

static void joins_fragments(void **state)
{
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 100, 10);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(add_text(&message, WS_OPCODE_TEXT, false, "Hel"),
                         SOCKFEED_MORE);
        assert_int_equal(ws_message_room(&message), 97);
        assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, false, ""),
                         SOCKFEED_MORE);
        assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, true, "lo"),
                         SOCKFEED_OK);
        assert_int_equal(opcode, WS_OPCODE_TEXT);
        assert_true(span_is(payload, "Hello"));
        ws_message_clear(&message);
        assert_int_equal(ws_message_room(&message), 100);
    }
    ws_message_deinit(&message);
}

static void takes_messages_and_fragments_without_bytes(void **state)
{
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 0, 10);
    assert_int_equal(add(&message, WS_OPCODE_TEXT, true, span_of(NULL, 0)),
                     SOCKFEED_OK);
    assert_int_equal(payload.size, 0);
    assert_int_equal(add_text(&message, WS_OPCODE_BINARY, false, ""),
                     SOCKFEED_MORE);
    assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, true, ""),
                     SOCKFEED_OK);
    assert_int_equal(payload.size, 0);
    ws_message_deinit(&message);
}

static void refuses_frames_out_of_order(void **state)
{
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 100, 10);
    assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, true, "x"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, false, "x"),
                     SOCKFEED_MORE);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, true, "x"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(add_text(&message, WS_OPCODE_BINARY, false, "x"),
                     SOCKFEED_PROTOCOL);
    ws_message_deinit(&message);
}

static void counts_bytes_of_all_fragments(void **state)
{
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 4, 10);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, true, "four"),
                     SOCKFEED_OK);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, true, "fives"),
                     SOCKFEED_TOO_LARGE);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, false, "abc"),
                     SOCKFEED_MORE);
    assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, false, "d"),
                     SOCKFEED_MORE);
    assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, true, "e"),
                     SOCKFEED_TOO_LARGE);
    ws_message_deinit(&message);
}

static void counts_fragments_to_the_limit_and_no_further(void **state)
{
    struct ws_message message;

    (void)state;
    ws_message_init(&message, LIMIT_MESSAGE, LIMIT_FRAGMENTS);
    for (unsigned fragments = LIMIT_FRAGMENTS; fragments <= LIMIT_FRAGMENTS + 1;
         fragments++) {
        enum sockfeed_result result =
            add_text(&message, WS_OPCODE_TEXT, false, "a");

        for (unsigned i = 2; i < fragments; i++) {
            assert_int_equal(result, SOCKFEED_MORE);
            result = add_text(&message, WS_OPCODE_CONTINUATION, false, "b");
        }
        assert_int_equal(result, SOCKFEED_MORE);
        result = add_text(&message, WS_OPCODE_CONTINUATION, true, "c");
        if (fragments == LIMIT_FRAGMENTS) {
            assert_int_equal(result, SOCKFEED_OK);
            assert_int_equal(payload.size, LIMIT_FRAGMENTS);
            ws_message_clear(&message);
        } else {
            assert_int_equal(result, SOCKFEED_TOO_LARGE);
        }
    }
    ws_message_deinit(&message);
}

static void joins_characters_split_between_fragments(void **state)
{
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
    struct span whole = span_text(text);
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 100, 10);
    for (size_t cut = 0; cut <= whole.size; cut++) {
        assert_int_equal(
            add(&message, WS_OPCODE_TEXT, false, span_of(text, cut)),
            SOCKFEED_MORE);
        assert_int_equal(
            add(&message, WS_OPCODE_CONTINUATION, true, span_skip(whole, cut)),
            SOCKFEED_OK);
        assert_true(span_equal(payload, whole));
        ws_message_clear(&message);
    }
    ws_message_deinit(&message);
}

static void refuses_invalid_text_with_the_fragment_that_shows_it(void **state)
{
    static const char *const broken[][2] = {
        {"\xce\xba\xed\xa0\x80", NULL  }, /* a surrogate */
        {"\xf4\x90",             NULL  }, /* above U+10FFFF */
        {"\xc0",                 NULL  }, /* never in UTF-8 */
        {"\xf4",                 "\x90"},
        {"\xe2\x82",             "x"   },
    };
    struct ws_message message;

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        enum sockfeed_result result;

        ws_message_init(&message, 100, 10);
        result = add_text(&message, WS_OPCODE_TEXT, false, broken[i][0]);
        if (broken[i][1] != NULL) {
            assert_int_equal(result, SOCKFEED_MORE);
            result =
                add_text(&message, WS_OPCODE_CONTINUATION, false, broken[i][1]);
        }
        assert_int_equal(result, SOCKFEED_INVALID);
        ws_message_deinit(&message);
    }
}

static void refuses_texts_that_end_inside_a_character(void **state)
{
    struct ws_message message;

    (void)state;
    ws_message_init(&message, 100, 10);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, true, "\xe2\x82"),
                     SOCKFEED_INVALID);
    assert_int_equal(add_text(&message, WS_OPCODE_TEXT, false, "\xe2\x82"),
                     SOCKFEED_MORE);
    assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, true, ""),
                     SOCKFEED_INVALID);
    ws_message_deinit(&message);
}

static void keeps_no_memory_of_an_unusually_large_message(void **state)
{
    static char large[LIMIT_RECEIVE_READ + 1];
    struct ws_message message;

    (void)state;
    ws_message_init(&message, LIMIT_MESSAGE, 10);
    assert_int_equal(
        add(&message, WS_OPCODE_BINARY, false, span_of(large, sizeof large)),
        SOCKFEED_MORE);
    assert_int_equal(add_text(&message, WS_OPCODE_CONTINUATION, true, "x"),
                     SOCKFEED_OK);
    ws_message_clear(&message);
    assert_null(message.body.data);
    assert_int_equal(ws_message_room(&message), LIMIT_MESSAGE);
    ws_message_deinit(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_of_one_frame_is_a_view_of_it),
        cmocka_unit_test(joins_fragments),
        cmocka_unit_test(takes_messages_and_fragments_without_bytes),
        cmocka_unit_test(refuses_frames_out_of_order),
        cmocka_unit_test(counts_bytes_of_all_fragments),
        cmocka_unit_test(counts_fragments_to_the_limit_and_no_further),
        cmocka_unit_test(joins_characters_split_between_fragments),
        cmocka_unit_test(refuses_invalid_text_with_the_fragment_that_shows_it),
        cmocka_unit_test(refuses_texts_that_end_inside_a_character),
        cmocka_unit_test(keeps_no_memory_of_an_unusually_large_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
