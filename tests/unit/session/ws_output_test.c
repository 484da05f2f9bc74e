/* SPDX-License-Identifier: MIT */
#include "session/ws_output.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

/* A server's output: frames are readable as they are. */
static struct ws_output output;

static int make(void **state)
{
    (void)state;
    ws_output_init(&output, WS_ROLE_SERVER, NULL);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    ws_output_deinit(&output);
    return 0;
}

static void add(const char *text)
{
    assert_int_equal(ws_output_add(&output, WS_OPCODE_TEXT, 0, span_text(text)),
                     SOCKFEED_OK);
}

static void assert_next(const char *bytes)
{
    assert_true(span_is(ws_output_next(&output), bytes));
}

static void writes_frames_in_the_order_of_adding(void **state)
{
    (void)state;
    assert_int_equal(ws_output_next(&output).size, 0);
    add("one");
    add("two");
    assert_int_equal(ws_output_size(&output), 10);
    assert_next("\x81\x03one\x81\x03two");
    ws_output_written(&output, 10);
    assert_int_equal(ws_output_next(&output).size, 0);
    assert_int_equal(ws_output_size(&output), 0);
}

static void a_pong_goes_before_what_has_not_begun(void **state)
{
    (void)state;
    add("one");
    ws_output_pong(&output, span_text("p"));
    assert_int_equal(ws_output_size(&output), 8);
    assert_next("\x8a\x01p");
    ws_output_written(&output, 3);
    assert_next("\x81\x03one");
}

static void a_pong_waits_for_the_end_of_a_frame_that_has_begun(void **state)
{
    (void)state;
    add("one");
    add("two");
    add("three");
    assert_int_equal(ws_output_next(&output).size, 17);
    ws_output_written(&output, 7); /* into the second frame */
    ws_output_pong(&output, span_text("p"));
    assert_next("two");
    ws_output_written(&output, 1);
    assert_next("wo");
    ws_output_written(&output, 2);
    assert_next("\x8a\x01p");
    ws_output_written(&output, 1);
    assert_next("\x01p");
    ws_output_written(&output, 2);
    assert_next("\x81\x05three");
}

static void each_ping_is_answered_in_its_turn(void **state)
{
    (void)state;
    ws_output_pong(&output, span_text("a"));
    ws_output_pong(&output, span_text("b"));
    assert_next("\x8a\x01"
                "a\x8a\x01"
                "b");
    /* They are on their way: what comes now is answered after them. */
    ws_output_pong(&output, span_text("c"));
    assert_next("\x8a\x01"
                "a\x8a\x01"
                "b");
    assert_int_equal(ws_output_size(&output), 9);
    ws_output_written(&output, 6);
    assert_next("\x8a\x01"
                "c");
    ws_output_written(&output, 3);
    assert_next("");
}

/* Ten of the largest size go out in several writes, in their order. */
static void large_pongs_go_out_one_after_the_other(void **state)
{
    char payload[WS_FRAME_CONTROL_MAX];

    (void)state;
    memset(payload, 'x', sizeof payload);
    for (char i = '0'; i <= '9'; i++) {
        payload[0] = i;
        ws_output_pong(&output, span_of(payload, sizeof payload));
    }
    assert_int_equal(ws_output_size(&output), 10 * (2 + sizeof payload));
    for (char i = '0'; i <= '9'; i++) {
        struct span next = ws_output_next(&output);

        assert_true(next.size >= 2 + sizeof payload);
        assert_int_equal(next.data[2], i);
        ws_output_written(&output, 2 + sizeof payload);
    }
    assert_next("");
}

/* More than anyone needs, so that a storm of pings costs nothing. */
static void of_too_many_pings_the_latest_is_answered(void **state)
{
    (void)state;
    for (int i = 0; i < LIMIT_PONGS / 2; i++) {
        ws_output_pong(&output, span_text("a"));
    }
    assert_int_equal(ws_output_size(&output), LIMIT_PONGS / 2 * 3);
    ws_output_pong(&output, span_text("b"));
    assert_next("\x8a\x01"
                "b");
    ws_output_written(&output, 3);
    assert_next("");
}

static void a_ping_of_ours_goes_with_the_pong(void **state)
{
    (void)state;
    ws_output_ping(&output);
    ws_output_ping(&output);
    ws_output_pong(&output, span_text("p"));
    add("one");
    assert_true(
        span_equal(ws_output_next(&output), span_of("\x8a\x01p\x89\x00", 5)));
    ws_output_written(&output, 5);
    assert_next("\x81\x03one");
}

/* A TLS stream repeats an interrupted write with the same bytes. */
static void what_was_handed_out_stays_first_until_some_is_written(void **state)
{
    (void)state;
    add("one");
    assert_next("\x81\x03one");
    ws_output_pong(&output, span_text("p"));
    assert_next("\x81\x03one");
    add("two");
    assert_next("\x81\x03one\x81\x03two");
    ws_output_written(&output, 0);
    assert_next("\x81\x03one\x81\x03two");
    ws_output_written(&output, 5);
    assert_next("\x8a\x01p");
    ws_output_written(&output, 3);
    assert_next("\x81\x03two");
}

static void nothing_follows_a_close_frame(void **state)
{
    (void)state;
    add("one");
    assert_int_equal(ws_output_close(&output, span_of("\x03\xe8", 2)),
                     SOCKFEED_OK);
    ws_output_pong(&output, span_text("p"));
    assert_next("\x8a\x01p"); /* but what goes before it may */
    ws_output_written(&output, 3);
    assert_next("\x81\x03one\x88\x02\x03\xe8");
    ws_output_written(&output, 6);
    ws_output_pong(&output, span_text("p"));
    assert_next("\x02\x03\xe8");
    ws_output_written(&output, 3);
    assert_next("");
    assert_int_equal(ws_output_size(&output), 0);
    ws_output_ping(&output);
    assert_next("");
}

static void keeps_no_more_than_the_limit_waiting(void **state)
{
    size_t size = LIMIT_SEND_QUEUE - 10;
    char *large = calloc(1, size);

    (void)state;
    assert_int_equal(
        ws_output_add(&output, WS_OPCODE_BINARY, 0, span_of(large, size + 1)),
        SOCKFEED_FULL);
    assert_int_equal(
        ws_output_add(&output, WS_OPCODE_BINARY, 0, span_of(large, size)),
        SOCKFEED_OK);
    assert_int_equal(ws_output_size(&output), LIMIT_SEND_QUEUE);
    assert_int_equal(ws_output_add(&output, WS_OPCODE_TEXT, 0, span_text("")),
                     SOCKFEED_FULL);
    assert_int_equal(ws_output_next(&output).size, LIMIT_SEND_QUEUE);
    ws_output_written(&output, 2);
    add("");
    assert_int_equal(ws_output_size(&output), LIMIT_SEND_QUEUE);
    /* The last word always fits. */
    assert_int_equal(ws_output_close(&output, span_of(large, 125)),
                     SOCKFEED_OK);
    free(large);
}

/* Written bytes are dropped now and then, not all the time and not never. */
static void a_queue_that_is_never_empty_stays_small(void **state)
{
    char payload[1000] = {0};

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        struct span next;

        assert_int_equal(ws_output_add(&output, WS_OPCODE_BINARY, 0,
                                       span_of(payload, sizeof payload)),
                         SOCKFEED_OK);
        next = ws_output_next(&output);
        assert_true(next.size >= 1004);
        /* Always two bytes short of a whole frame. */
        ws_output_written(&output, i == 0 ? 1002 : 1004);
        assert_int_equal(ws_output_size(&output), 2);
        assert_true(output.queue.capacity <= 4096);
    }
}

static void an_empty_queue_keeps_no_large_memory(void **state)
{
    static char large[100000];

    (void)state;
    assert_int_equal(ws_output_add(&output, WS_OPCODE_BINARY, 0,
                                   span_of(large, sizeof large)),
                     SOCKFEED_OK);
    ws_output_written(&output, ws_output_next(&output).size);
    assert_null(output.queue.data);
    add("one");
    ws_output_written(&output, ws_output_next(&output).size);
    assert_non_null(output.queue.data);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)
    const struct CMUnitTest tests[] = {
        TEST(writes_frames_in_the_order_of_adding),
        TEST(a_pong_goes_before_what_has_not_begun),
        TEST(a_pong_waits_for_the_end_of_a_frame_that_has_begun),
        TEST(each_ping_is_answered_in_its_turn),
        TEST(large_pongs_go_out_one_after_the_other),
        TEST(of_too_many_pings_the_latest_is_answered),
        TEST(a_ping_of_ours_goes_with_the_pong),
        TEST(what_was_handed_out_stays_first_until_some_is_written),
        TEST(nothing_follows_a_close_frame),
        TEST(keeps_no_more_than_the_limit_waiting),
        TEST(a_queue_that_is_never_empty_stays_small),
        TEST(an_empty_queue_keeps_no_large_memory),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
