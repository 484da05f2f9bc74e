/* SPDX-License-Identifier: MIT */
#include "api/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    LIMIT = 4096
};

static struct sockfeed_outgoing event(const char *space, const char *data)
{
    return (struct sockfeed_outgoing){SOCKFEED_OUTGOING_EVENT, space, data,
                                      strlen(data)};
}

static void add(struct outbox *outbox, const char *space, const char *data)
{
    struct sockfeed_outgoing message = event(space, data);

    assert_int_equal(outbox_add(outbox, &message), SOCKFEED_OK);
}

static size_t find(const struct outbox *outbox, const char *space,
                   const char *data)
{
    struct sockfeed_outgoing message = event(space, data);

    return outbox_find(outbox, &message);
}

static void keeps_copies_in_order(void **state)
{
    struct outbox outbox;
    char text[] = "[\"a\"]";

    (void)state;
    outbox_init(&outbox, LIMIT);
    add(&outbox, "/x", text);
    memset(text, '?', sizeof text - 1);
    add(&outbox, "/", "[\"b\"]");
    assert_int_equal(outbox.count, 2);
    assert_memory_equal(outbox.items[0].data, "[\"a\"]", 5);
    assert_string_equal(outbox.items[0].space, "/x");
    assert_memory_equal(outbox.items[1].data, "[\"b\"]", 5);
    outbox_deinit(&outbox);
}

static void finds_what_says_the_same_to_the_same_namespace(void **state)
{
    struct sockfeed_outgoing text = {SOCKFEED_OUTGOING_TEXT, NULL, "[1]", 3};
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, LIMIT);
    add(&outbox, "/", "[1]");
    add(&outbox, "/x", "[1]");
    add(&outbox, "/x", "[1]");
    assert_int_equal(find(&outbox, "/x", "[1]"), 1);
    assert_int_equal(find(&outbox, "/", "[2]"), outbox.count);
    assert_int_equal(find(&outbox, "/y", "[1]"), outbox.count);
    assert_int_equal(outbox_find(&outbox, &text), outbox.count);
    outbox_deinit(&outbox);
}

static void a_message_without_bytes_is_no_barrier(void **state)
{
    struct sockfeed_outgoing empty = {SOCKFEED_OUTGOING_TEXT, NULL, NULL, 0};
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, LIMIT);
    assert_int_equal(outbox_add(&outbox, &empty), SOCKFEED_OK);
    assert_int_equal(outbox_add_barrier(&outbox), SOCKFEED_OK);
    assert_false(outbox_is_barrier(&outbox.items[0]));
    assert_true(outbox_is_barrier(&outbox.items[1]));
    assert_int_equal(outbox.barriers, 1);
    outbox_deinit(&outbox);
}

static void room_that_was_taken_is_given_back(void **state)
{
    struct outbox outbox;

    (void)state;
    outbox_init(&outbox, LIMIT);
    add(&outbox, "/", "[1]");
    assert_int_equal(outbox_add_barrier(&outbox), SOCKFEED_OK);
    add(&outbox, "/", "[2]");
    outbox_remove(&outbox, 0, 2);
    assert_int_equal(outbox.count, 1);
    assert_int_equal(outbox.barriers, 0);
    assert_memory_equal(outbox.items[0].data, "[2]", 3);
    outbox_clear(&outbox);
    assert_int_equal(outbox.count, 0);
    assert_int_equal(outbox.bytes, 0);
    outbox_deinit(&outbox);
}

static void what_is_over_the_limit_is_refused_and_changes_nothing(void **state)
{
    static char large[LIMIT];
    struct sockfeed_outgoing message = {SOCKFEED_OUTGOING_TEXT, NULL, large,
                                        sizeof large};
    struct outbox outbox;
    size_t bytes;

    (void)state;
    outbox_init(&outbox, LIMIT);
    while (outbox_add_barrier(&outbox) == SOCKFEED_OK) {
        assert_true(outbox.bytes <= LIMIT);
    }
    assert_int_equal(outbox_add_barrier(&outbox), SOCKFEED_FULL);
    outbox_clear(&outbox);
    add(&outbox, "/", "[1]");
    bytes = outbox.bytes;
    assert_int_equal(outbox_add(&outbox, &message), SOCKFEED_FULL);
    assert_int_equal(outbox.count, 1);
    assert_int_equal(outbox.bytes, bytes);
    outbox_deinit(&outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_copies_in_order),
        cmocka_unit_test(finds_what_says_the_same_to_the_same_namespace),
        cmocka_unit_test(a_message_without_bytes_is_no_barrier),
        cmocka_unit_test(room_that_was_taken_is_given_back),
        cmocka_unit_test(what_is_over_the_limit_is_refused_and_changes_nothing),
    };

    return cmocka_run_group_tests_name("api/outbox", tests, NULL, NULL);
}
