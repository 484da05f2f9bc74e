/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_GUARD_PAGE_H
#define TESTS_SUPPORT_GUARD_PAGE_H

#include <stddef.h>

/* Memory whose end touches a page that cannot be read: a parser that looks
 * one byte too far dies on the spot. */
struct guard_page {
    char *map;       /* owned */
    size_t map_size; /* the unreadable page included */
    size_t capacity; /* bytes that can be placed */
};

/* Room for at least `capacity` bytes. Aborts when there is no memory. */
void guard_page_init(struct guard_page *guard, size_t capacity);
void guard_page_deinit(struct guard_page *guard);

/* Copies the bytes so that the last one is the last that can be read, and
 * answers with where the first one is. Replaces what was placed before. */
char *guard_page_place(struct guard_page *guard, const void *data, size_t size);

#endif
