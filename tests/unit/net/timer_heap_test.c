/* SPDX-License-Identifier: MIT */
#include "net/timer_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    NODES = 500
};

/* A fixed sequence is enough to mix the shapes of the heap. */
static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245U + 12345U;
    return *state >> 16;
}

static void takes_the_earliest_first(void **state)
{
    static struct timer_node nodes[NODES];
    struct timer_heap heap = {0};
    unsigned seed = 1;
    int64_t last = -1;
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < NODES; i++) {
        timer_heap_add(&heap, &nodes[i], next_random(&seed) % 100);
    }
    while (heap.root != NULL) {
        struct timer_node *first = heap.root;

        assert_true(first->due >= last);
        last = first->due;
        timer_heap_remove(&heap, first);
        assert_false(first->set);
        count++;
    }
    assert_int_equal(count, NODES);
}

static void removes_any_node_and_keeps_the_order(void **state)
{
    static struct timer_node nodes[NODES];
    struct timer_heap heap = {0};
    unsigned seed = 7;
    int64_t last = -1;
    size_t left = NODES;

    (void)state;
    for (size_t i = 0; i < NODES; i++) {
        timer_heap_add(&heap, &nodes[i], next_random(&seed) % 1000);
    }
    /* Moves of random nodes, with takings between them, as timers are used. */
    for (unsigned i = 0; i < 5000; i++) {
        struct timer_node *node = &nodes[next_random(&seed) % NODES];

        timer_heap_remove(&heap, node);
        timer_heap_add(&heap, node, next_random(&seed) % 1000);
        if (i % 3 == 0) {
            struct timer_node *first = heap.root;

            timer_heap_remove(&heap, first);
            timer_heap_add(&heap, first, 999);
        }
    }
    for (size_t i = 0; i < NODES; i += 2) {
        timer_heap_remove(&heap, &nodes[i]);
        left--;
    }
    while (heap.root != NULL) {
        assert_true(heap.root->due >= last);
        last = heap.root->due;
        timer_heap_remove(&heap, heap.root);
        left--;
    }
    assert_int_equal(left, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_earliest_first),
        cmocka_unit_test(removes_any_node_and_keeps_the_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
