/* SPDX-License-Identifier: MIT */
#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct item {
    int value;
    struct list link;
};

/* The values in order as the digits of one number. */
static int digits_of(struct list *list)
{
    struct list *link;
    struct list *after;
    int digits = 0;

    LIST_EACH (link, after, list) {
        digits = digits * 10 + LIST_ENTRY(link, struct item, link)->value;
    }
    return digits;
}

static void a_fresh_list_is_empty(void **state)
{
    struct list list;

    (void)state;
    list_init(&list);
    assert_true(list_is_empty(&list));
    assert_int_equal(digits_of(&list), 0);
}

static void keeps_the_order_of_appending(void **state)
{
    struct item items[3] = {
        {1, {0}},
        {2, {0}},
        {3, {0}}
    };
    struct list list;

    (void)state;
    list_init(&list);
    for (size_t i = 0; i < 3; i++) {
        list_append(&list, &items[i].link);
    }
    assert_false(list_is_empty(&list));
    assert_int_equal(digits_of(&list), 123);
    list_remove(&items[1].link);
    assert_int_equal(digits_of(&list), 13);
    list_append(&list, &items[1].link);
    assert_int_equal(digits_of(&list), 132);
}

static void removing_twice_does_nothing(void **state)
{
    struct item items[2] = {
        {1, {0}},
        {2, {0}}
    };
    struct list list;

    (void)state;
    list_init(&list);
    list_append(&list, &items[0].link);
    list_append(&list, &items[1].link);
    list_remove(&items[0].link);
    list_remove(&items[0].link);
    assert_int_equal(digits_of(&list), 2);
    list_remove(&items[1].link);
    assert_true(list_is_empty(&list));
}

static void what_is_visited_may_be_removed(void **state)
{
    struct item items[3] = {
        {1, {0}},
        {2, {0}},
        {3, {0}}
    };
    struct list list;
    struct list *link;
    struct list *after;
    int visited = 0;

    (void)state;
    list_init(&list);
    for (size_t i = 0; i < 3; i++) {
        list_append(&list, &items[i].link);
    }
    LIST_EACH (link, after, &list) {
        list_remove(link);
        visited++;
    }
    assert_int_equal(visited, 3);
    assert_true(list_is_empty(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_list_is_empty),
        cmocka_unit_test(keeps_the_order_of_appending),
        cmocka_unit_test(removing_twice_does_nothing),
        cmocka_unit_test(what_is_visited_may_be_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
