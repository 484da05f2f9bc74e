/* SPDX-License-Identifier: MIT */
#ifndef NET_TIMER_HEAP_H
#define NET_TIMER_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A pairing heap of moments (Fredman, Sedgewick, Sleator, Tarjan 1986), its
 * nodes embedded in what they belong to: nothing is allocated, setting a timer
 * is one comparison, taking the earliest is logarithmic (amortised). Timers of
 * the same moment come in no particular order.
 */
struct timer_node {
    int64_t due;
    bool set;                 /* is in a heap */
    struct timer_node *child; /* the first of those that are not earlier */
    struct timer_node *next;  /* sibling */
    struct timer_node *back;  /* previous sibling, or the parent of a first */
};

struct timer_heap {
    struct timer_node *root; /* the earliest, or NULL */
};

/* The node must not be set. */
void timer_heap_add(struct timer_heap *heap, struct timer_node *node,
                    int64_t due);

/* The node must be set, in this heap. */
void timer_heap_remove(struct timer_heap *heap, struct timer_node *node);

#endif
