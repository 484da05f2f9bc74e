/* SPDX-License-Identifier: MIT */
#include "net/timer_heap.h"

#include <assert.h>
#include <stddef.h>

/* Hangs the later of two roots, neither with siblings, under the other. */
static struct timer_node *meld(struct timer_node *a, struct timer_node *b)
{
    struct timer_node *first = a;
    struct timer_node *second = b;

    if (a == NULL || b == NULL) {
        return a == NULL ? b : a;
    }
    if (b->due < a->due) {
        first = b;
        second = a;
    }
    second->next = first->child;
    if (second->next != NULL) {
        second->next->back = second;
    }
    second->back = first;
    first->child = second;
    return first;
}

/* Makes one heap of a row of siblings, in the two passes that the bound rests
 * on: pairs from left to right, then the pairs from right to left. */
static struct timer_node *combine(struct timer_node *row)
{
    struct timer_node *pairs = NULL;
    struct timer_node *root = NULL;

    while (row != NULL) {
        struct timer_node *a = row;
        struct timer_node *b = a->next;

        row = b == NULL ? NULL : b->next;
        a->next = NULL;
        if (b != NULL) {
            b->next = NULL;
        }
        a = meld(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs != NULL) {
        struct timer_node *pair = pairs;

        pairs = pair->next;
        pair->next = NULL;
        root = meld(root, pair);
    }
    if (root != NULL) {
        root->back = NULL;
    }
    return root;
}

void timer_heap_add(struct timer_heap *heap, struct timer_node *node,
                    int64_t due)
{
    assert(!node->set);
    *node = (struct timer_node){.due = due, .set = true};
    heap->root = meld(heap->root, node);
}

void timer_heap_remove(struct timer_heap *heap, struct timer_node *node)
{
    struct timer_node *children = combine(node->child);

    assert(node->set);
    if (node == heap->root) {
        heap->root = children;
    } else {
        if (node->back->child == node) {
            node->back->child = node->next;
        } else {
            node->back->next = node->next;
        }
        if (node->next != NULL) {
            node->next->back = node->back;
        }
        heap->root = meld(heap->root, children);
    }
    node->set = false;
}
