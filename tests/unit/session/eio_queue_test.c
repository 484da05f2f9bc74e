/* SPDX-License-Identifier: MIT */
#include "session/eio_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void gives_messages_in_the_order_they_came(void **state)
{
    struct eio_queue queue;
    struct eio_message message;
    unsigned pushed = 0;

    (void)state;
    eio_queue_init(&queue, 100000);
    assert_true(eio_queue_is_empty(&queue));
    assert_false(eio_queue_first(&queue, &message));
    /* Three come for two that go. */
    for (unsigned popped = 0; popped < 400; popped++) {
        while (pushed < 3 * popped / 2 + 1) {
            char text[16] = {(char)('a' + pushed % 26)};

            assert_int_equal(eio_queue_push(&queue, pushed % 2 != 0,
                                            span_of(text, pushed % 16)),
                             SOCKFEED_OK);
            pushed++;
        }
        assert_true(eio_queue_first(&queue, &message));
        assert_int_equal(message.binary, popped % 2 != 0);
        assert_int_equal(message.data.size, popped % 16);
        assert_true(message.data.size == 0 ||
                    message.data.data[0] == (char)('a' + popped % 26));
        eio_queue_pop(&queue);
    }
    eio_queue_deinit(&queue);
}

static void refuses_what_is_above_its_limit_and_stays_as_it_was(void **state)
{
    static const char text[100] = {'x'};
    struct eio_queue queue;
    struct eio_message message;

    (void)state;
    eio_queue_init(&queue, 200);
    assert_int_equal(eio_queue_push(&queue, false, span_of(text, 100)),
                     SOCKFEED_OK);
    assert_int_equal(eio_queue_push(&queue, false, span_of(text, 100)),
                     SOCKFEED_FULL);
    assert_int_equal(eio_queue_push(&queue, true, span_of(text, 1)),
                     SOCKFEED_OK);
    assert_true(eio_queue_first(&queue, &message));
    assert_int_equal(message.data.size, 100);
    eio_queue_pop(&queue);
    assert_true(eio_queue_first(&queue, &message));
    assert_int_equal(message.data.size, 1);
    eio_queue_pop(&queue);
    assert_true(eio_queue_is_empty(&queue));
    eio_queue_deinit(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_messages_in_the_order_they_came),
        cmocka_unit_test(refuses_what_is_above_its_limit_and_stays_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
