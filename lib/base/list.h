/* SPDX-License-Identifier: MIT */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A doubly linked list whose links live in what is listed. The list itself is
 * a link: the one between the last and the first.
 */
struct list {
    struct list *next;
    struct list *previous;
};

/* The struct of `type` whose field `member` is the link. */
#define LIST_ENTRY(link, type, member) \
 ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Visits every link; the visited one may be removed, no other. `link` and
 * `after` are the caller's struct list pointers. */
#define LIST_EACH(link, after, list)                                   \
 for ((link) = (list)->next, (after) = (link)->next; (link) != (list); \
      (link) = (after), (after) = (link)->next)

/* Makes an empty list, or a link that is in no list. */
void list_init(struct list *list);

bool list_is_empty(const struct list *list);

/* Adds a link that is in no list at the list's end. */
void list_append(struct list *list, struct list *link);

/* Takes the link out of its list and makes it one that is in none; does
 * nothing where it is that already. */
void list_remove(struct list *link);

#endif
