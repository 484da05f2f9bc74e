/* SPDX-License-Identifier: MIT */
#include "api/calls.h"

#include "base/buf.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The calls of a client, and what was sent for them. */
struct scene {
    struct calls calls;
    struct buf sent;     /* "0 a, 1 b, " */
    unsigned connection; /* on which is sent */
    enum sockfeed_result result;
};

static void begin(struct scene *scene)
{
    *scene = (struct scene){.connection = 1, .result = SOCKFEED_OK};
    calls_init(&scene->calls);
    buf_init(&scene->sent, 1000);
}

static void end(struct scene *scene)
{
    calls_deinit(&scene->calls);
    buf_deinit(&scene->sent);
}

static enum sockfeed_result try_add(struct scene *scene, uint64_t *number,
                                    const char *text, unsigned tries,
                                    bool in_turn)
{
    struct sockfeed_outgoing message = {
        .type = SOCKFEED_OUTGOING_EVENT,
        .space = "/",
        .data = text,
        .size = strlen(text),
    };
    struct calls_effort effort = {
        .timeout = 100, .tries = tries, .in_turn = in_turn};

    return calls_add(&scene->calls, number, &message, &effort);
}

static void add(struct scene *scene, const char *text, unsigned tries,
                bool in_turn)
{
    uint64_t number;
    uint64_t expected = scene->calls.numbered + 1;

    assert_int_equal(try_add(scene, &number, text, tries, in_turn),
                     SOCKFEED_OK);
    assert_int_equal(number, expected);
}

static enum sockfeed_result send(void *user,
                                 const struct sockfeed_outgoing *message,
                                 uint64_t id, int64_t timeout)
{
    struct scene *scene = user;

    assert_int_equal(timeout, 100);
    buf_append_uint(&scene->sent, id);
    buf_append_byte(&scene->sent, ' ');
    buf_append(&scene->sent, message->data, message->size);
    buf_append_text(&scene->sent, ", ");
    return scene->result;
}

static void sends(struct scene *scene, const char *expected)
{
    calls_send(&scene->calls, scene->connection, send, scene);
    assert_string_equal(buf_text(&scene->sent), expected);
    buf_clear(&scene->sent);
}

/* An answer with this id is told as that of call `number`; 0: is not told. */
static void answers(struct scene *scene, uint64_t id,
                    enum sockfeed_result result, uint64_t number)
{
    struct sockfeed_answer answer = {.call = id, .result = result};

    assert_int_equal(calls_answered(&scene->calls, &answer), number != 0);
    if (number != 0) {
        assert_int_equal(answer.call, number);
        assert_int_equal(answer.result, result);
    }
}

static void fails(struct scene *scene, uint64_t number,
                  enum sockfeed_result result)
{
    struct sockfeed_answer answer = {.call = 0};

    assert_true(calls_take_failed(&scene->calls, &answer));
    assert_int_equal(answer.call, number);
    assert_int_equal(answer.result, result);
}

static void nothing_fails(struct scene *scene)
{
    struct sockfeed_answer answer;

    assert_false(calls_take_failed(&scene->calls, &answer));
}

static void calls_are_sent_at_once_and_answered_in_any_order(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 1, false);
    add(&scene, "b", 1, false);
    sends(&scene, "0 a, 1 b, ");
    sends(&scene, "");
    answers(&scene, 1, SOCKFEED_OK, 2);
    answers(&scene, 1, SOCKFEED_OK, 0);
    answers(&scene, 7, SOCKFEED_OK, 0);
    answers(&scene, 0, SOCKFEED_TIMEOUT, 1);
    nothing_fails(&scene);
    assert_int_equal(scene.calls.count, 0);
    assert_int_equal(scene.calls.bytes, 0);
    end(&scene);
}

static void a_call_is_not_repeated_on_another_connection(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 1, false);
    sends(&scene, "0 a, ");
    add(&scene, "not sent yet", 1, false);
    calls_lost(&scene.calls, 0);
    fails(&scene, 1, SOCKFEED_LOST);
    nothing_fails(&scene);
    sends(&scene, "1 not sent yet, ");
    end(&scene);
}

static void calls_in_turn_are_sent_one_after_the_other(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 3, true);
    add(&scene, "b", 3, true);
    add(&scene, "between", 1, false);
    sends(&scene, "0 a, 1 between, ");
    answers(&scene, 0, SOCKFEED_TIMEOUT, 0);
    sends(&scene, "2 a, ");
    answers(&scene, 0, SOCKFEED_OK, 0); /* late */
    answers(&scene, 2, SOCKFEED_OK, 1);
    sends(&scene, "3 b, ");
    end(&scene);
}

static void tries_end_and_the_next_has_its_turn(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 2, true);
    add(&scene, "b", 2, true);
    sends(&scene, "0 a, ");
    answers(&scene, 0, SOCKFEED_TIMEOUT, 0);
    sends(&scene, "1 a, ");
    answers(&scene, 1, SOCKFEED_TIMEOUT, 1);
    sends(&scene, "2 b, ");
    calls_lost(&scene.calls, 0);
    nothing_fails(&scene);
    sends(&scene, "3 b, ");
    calls_lost(&scene.calls, 0);
    fails(&scene, 2, SOCKFEED_LOST);
    end(&scene);
}

static void what_went_on_another_connection_goes_on(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "old", 1, false);
    add(&scene, "again", 2, true);
    sends(&scene, "0 old, 1 again, ");
    scene.connection = 2;
    add(&scene, "new", 1, false);
    sends(&scene, "2 new, ");
    calls_lost(&scene.calls, 1);
    fails(&scene, 1, SOCKFEED_LOST);
    nothing_fails(&scene);
    sends(&scene, "3 again, ");
    answers(&scene, 2, SOCKFEED_OK, 3);
    answers(&scene, 3, SOCKFEED_OK, 2);
    end(&scene);
}

static void what_must_wait_keeps_its_id(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 1, false);
    add(&scene, "b", 1, false);
    scene.result = SOCKFEED_AGAIN;
    sends(&scene, "0 a, ");
    sends(&scene, "0 a, ");
    nothing_fails(&scene);
    scene.result = SOCKFEED_OK;
    sends(&scene, "0 a, 1 b, ");
    end(&scene);
}

static void an_ended_namespace_is_not_tried_again(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 9, true);
    sends(&scene, "0 a, ");
    answers(&scene, 0, SOCKFEED_CLOSED, 1);
    end(&scene);
}

static void what_cannot_be_sent_has_failed(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    scene.result = SOCKFEED_STATE;
    add(&scene, "a", 1, false);
    add(&scene, "b", 5, true);
    sends(&scene, "0 a, 1 b, ");
    fails(&scene, 1, SOCKFEED_NAMESPACE);
    fails(&scene, 2, SOCKFEED_NAMESPACE);
    scene.result = SOCKFEED_FULL;
    add(&scene, "c", 1, false);
    sends(&scene, "2 c, ");
    assert_int_equal(calls_withdraw(&scene.calls, 3), SOCKFEED_FULL);
    assert_int_equal(calls_withdraw(&scene.calls, 3), SOCKFEED_OK);
    nothing_fails(&scene);
    end(&scene);
}

static void at_the_end_all_fail(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    add(&scene, "a", 1, false);
    sends(&scene, "0 a, ");
    calls_lost(&scene.calls, 0);
    add(&scene, "b", 9, true);
    calls_end(&scene.calls, SOCKFEED_CONNECT);
    fails(&scene, 1, SOCKFEED_LOST);
    fails(&scene, 2, SOCKFEED_CONNECT);
    nothing_fails(&scene);
    end(&scene);
}

static void namespaces_of_calls_are_known(void **state)
{
    struct scene scene;
    struct span spaces[2];

    (void)state;
    begin(&scene);
    add(&scene, "a", 1, false);
    add(&scene, "b", 1, false);
    assert_int_equal(calls_spaces(&scene.calls, spaces), 2);
    assert_true(span_is(spaces[0], "/") && span_is(spaces[1], "/"));
    end(&scene);
}

static void so_many_may_wait_and_no_more(void **state)
{
    struct scene scene;
    uint64_t number;

    (void)state;
    begin(&scene);
    for (int i = 0; i < LIMIT_ACKS; i++) {
        add(&scene, "a", 1, false);
    }
    assert_int_equal(try_add(&scene, &number, "a", 1, false), SOCKFEED_FULL);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_sent_at_once_and_answered_in_any_order),
        cmocka_unit_test(a_call_is_not_repeated_on_another_connection),
        cmocka_unit_test(calls_in_turn_are_sent_one_after_the_other),
        cmocka_unit_test(tries_end_and_the_next_has_its_turn),
        cmocka_unit_test(what_went_on_another_connection_goes_on),
        cmocka_unit_test(what_must_wait_keeps_its_id),
        cmocka_unit_test(an_ended_namespace_is_not_tried_again),
        cmocka_unit_test(what_cannot_be_sent_has_failed),
        cmocka_unit_test(at_the_end_all_fail),
        cmocka_unit_test(namespaces_of_calls_are_known),
        cmocka_unit_test(so_many_may_wait_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
