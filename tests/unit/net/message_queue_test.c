/* SPDX-License-Identifier: MIT */
#include "net/message_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    HEADROOM = 16,
    COST = sizeof(struct queued_message) + HEADROOM
};

static void assert_first(const struct message_queue *queue, const char *text)
{
    assert_non_null(queue->first);
    assert_int_equal(queue->first->size, strlen(text));
    assert_memory_equal(queue->first->data, text, strlen(text));
    /* The headroom is the writer's. */
    memset(queue->first->data - HEADROOM, 0xff, HEADROOM);
}

static void gives_back_what_was_put_in_the_same_order(void **state)
{
    struct message_queue queue;

    (void)state;
    message_queue_init(&queue, 1000, HEADROOM);
    assert_int_equal(message_queue_push(&queue, false, span_text("one")),
                     SOCKFEED_OK);
    assert_int_equal(message_queue_push(&queue, true, span_text("")),
                     SOCKFEED_OK);
    assert_int_equal(queue.bytes, 3);
    assert_first(&queue, "one");
    assert_false(queue.first->binary);
    message_queue_pop(&queue);
    assert_int_equal(message_queue_push(&queue, false, span_text("three")),
                     SOCKFEED_OK);
    assert_first(&queue, "");
    assert_true(queue.first->binary);
    message_queue_pop(&queue);
    assert_first(&queue, "three");
    message_queue_pop(&queue);
    assert_null(queue.first);
    assert_int_equal(queue.bytes, 0);
    assert_int_equal(queue.cost, 0);
    assert_int_equal(message_queue_push(&queue, false, span_text("four")),
                     SOCKFEED_OK);
    assert_first(&queue, "four");
    message_queue_deinit(&queue);
}

static void takes_exactly_what_its_limit_allows(void **state)
{
    struct message_queue queue;

    (void)state;
    message_queue_init(&queue, 2 * COST + 5, HEADROOM);
    assert_int_equal(message_queue_push(&queue, false, span_text("12345")),
                     SOCKFEED_OK);
    assert_int_equal(message_queue_push(&queue, false, span_text("6")),
                     SOCKFEED_FULL);
    /* Empty messages take memory too. */
    assert_int_equal(message_queue_push(&queue, false, span_text("")),
                     SOCKFEED_OK);
    assert_int_equal(message_queue_push(&queue, false, span_text("")),
                     SOCKFEED_FULL);
    message_queue_deinit(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was_put_in_the_same_order),
        cmocka_unit_test(takes_exactly_what_its_limit_allows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
