/* SPDX-License-Identifier: MIT */
#include "api/subscriber.h"

#include "api/outbox.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void add(struct outbox *outbox, const char *text)
{
    struct sockfeed_outgoing message = {.data = text, .size = strlen(text)};

    assert_int_equal(outbox_add(outbox, &message), SOCKFEED_OK);
}

/* login | a b | c */
static struct outbox filled(void)
{
    struct outbox outbox;

    outbox_init(&outbox, LIMIT_SUBSCRIPTIONS);
    add(&outbox, "login");
    assert_int_equal(outbox_add_barrier(&outbox), SOCKFEED_OK);
    add(&outbox, "a");
    add(&outbox, "b");
    assert_int_equal(outbox_add_barrier(&outbox), SOCKFEED_OK);
    add(&outbox, "c");
    return outbox;
}

static void assert_sends(struct subscriber *subscriber, const char *text)
{
    struct sockfeed_outgoing message;

    assert_int_equal(subscriber_step(subscriber, &message), SUBSCRIBER_SEND);
    assert_int_equal(message.size, strlen(text));
    assert_memory_equal(message.data, text, message.size);
    subscriber_take(subscriber);
    subscriber_sent(subscriber);
}

static void assert_step(struct subscriber *subscriber,
                        enum subscriber_step wanted)
{
    struct sockfeed_outgoing message;

    assert_int_equal(subscriber_step(subscriber, &message), wanted);
}

static void nothing_passes_a_barrier_before_it_is_released(void **state)
{
    struct outbox outbox = filled();
    struct subscriber subscriber;

    (void)state;
    subscriber_init(&subscriber, &outbox, 0);
    assert_sends(&subscriber, "login");
    assert_step(&subscriber, SUBSCRIBER_ARRIVE);
    assert_step(&subscriber, SUBSCRIBER_WAIT);
    assert_true(subscriber_has_barriers(&subscriber));
    subscriber_release(&subscriber);
    assert_sends(&subscriber, "a");
    assert_sends(&subscriber, "b");
    assert_step(&subscriber, SUBSCRIBER_ARRIVE);
    assert_int_equal(subscriber.barriers, 2);
    subscriber_release(&subscriber);
    assert_false(subscriber_has_barriers(&subscriber));
    assert_sends(&subscriber, "c");
    assert_step(&subscriber, SUBSCRIBER_DONE);
    assert_int_equal(subscriber.sent, 4);
    outbox_deinit(&outbox);
}

static void assert_spares(struct subscriber *subscriber)
{
    assert_step(subscriber, SUBSCRIBER_SEND);
    assert_true(subscriber->next < subscriber->settled);
    subscriber_spare(subscriber);
}

static void a_barrier_behind_what_still_holds_is_passed(void **state)
{
    struct outbox outbox = filled();
    struct subscriber subscriber;

    (void)state;
    subscriber_init(&subscriber, &outbox, outbox.count);
    assert_spares(&subscriber);
    assert_spares(&subscriber);
    assert_sends(&subscriber, "b");
    assert_step(&subscriber, SUBSCRIBER_ARRIVE);
    subscriber_release(&subscriber);
    assert_spares(&subscriber);
    assert_step(&subscriber, SUBSCRIBER_DONE);
    assert_int_equal(subscriber.sent, 1);
    outbox_deinit(&outbox);
}

static void a_list_that_grows_goes_on(void **state)
{
    struct outbox outbox = filled();
    struct subscriber subscriber;

    (void)state;
    outbox_clear(&outbox);
    subscriber_init(&subscriber, &outbox, 0);
    assert_step(&subscriber, SUBSCRIBER_DONE);
    add(&outbox, "late");
    assert_sends(&subscriber, "late");
    assert_step(&subscriber, SUBSCRIBER_DONE);
    outbox_deinit(&outbox);
}

static void what_is_forgotten_moves_nothing_else(void **state)
{
    struct outbox outbox = filled();
    struct subscriber subscriber;
    struct sockfeed_outgoing sent = {.data = "login", .size = 5};
    struct sockfeed_outgoing waiting = {.data = "b", .size = 1};

    (void)state;
    subscriber_init(&subscriber, &outbox, 0);
    assert_sends(&subscriber, "login");
    assert_step(&subscriber, SUBSCRIBER_ARRIVE);
    subscriber_release(&subscriber);
    subscriber_forget(&subscriber, outbox_find(&outbox, &sent));
    outbox_remove(&outbox, outbox_find(&outbox, &sent), 1);
    subscriber_forget(&subscriber, outbox_find(&outbox, &waiting));
    outbox_remove(&outbox, outbox_find(&outbox, &waiting), 1);
    assert_int_equal(outbox_find(&outbox, &waiting), outbox.count);
    assert_sends(&subscriber, "a");
    assert_step(&subscriber, SUBSCRIBER_ARRIVE);
    subscriber_release(&subscriber);
    assert_sends(&subscriber, "c");
    outbox_deinit(&outbox);
    assert_int_equal(outbox.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_passes_a_barrier_before_it_is_released),
        cmocka_unit_test(a_barrier_behind_what_still_holds_is_passed),
        cmocka_unit_test(a_list_that_grows_goes_on),
        cmocka_unit_test(what_is_forgotten_moves_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
