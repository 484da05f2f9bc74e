/* SPDX-License-Identifier: MIT */
#include "session/sio_ack.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 8
};

void sio_ack_set_deinit(struct sio_ack_set *set)
{
    free(set->items);
    *set = (struct sio_ack_set){.items = NULL};
}

/* The index of the one that is waited for, or set->count. */
static size_t find(const struct sio_ack_set *set, size_t space, uint64_t id)
{
    size_t i = 0;

    while (i < set->count &&
           (set->items[i].space != space || set->items[i].id != id)) {
        i++;
    }
    return i;
}

static bool grow(struct sio_ack_set *set)
{
    size_t capacity = set->capacity == 0 ? FIRST_CAPACITY : set->capacity * 2;
    struct sio_ack *items = realloc(set->items, capacity * sizeof *items);

    if (items == NULL) {
        return false;
    }
    set->items = items;
    set->capacity = capacity;
    return true;
}

enum sockfeed_result sio_ack_set_add(struct sio_ack_set *set,
                                     const struct sio_ack *ack)
{
    if (find(set, ack->space, ack->id) < set->count) {
        return SOCKFEED_STATE;
    }
    if (set->count == LIMIT_ACKS) {
        return SOCKFEED_FULL;
    }
    if (set->count == set->capacity && !grow(set)) {
        return SOCKFEED_NOMEM;
    }
    set->items[set->count++] = *ack;
    return SOCKFEED_OK;
}

static void remove_at(struct sio_ack_set *set, size_t index)
{
    set->count--;
    memmove(set->items + index, set->items + index + 1,
            (set->count - index) * sizeof *set->items);
}

bool sio_ack_set_take(struct sio_ack_set *set, size_t space, uint64_t id)
{
    size_t index = find(set, space, id);

    if (index == set->count) {
        return false;
    }
    remove_at(set, index);
    return true;
}

bool sio_ack_set_take_late(struct sio_ack_set *set, struct sio_ack *ack,
                           int64_t now)
{
    for (size_t i = 0; i < set->count; i++) {
        if (now >= set->items[i].deadline) {
            *ack = set->items[i];
            remove_at(set, i);
            return true;
        }
    }
    return false;
}

bool sio_ack_set_take_of(struct sio_ack_set *set, struct sio_ack *ack,
                         size_t space)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].space == space) {
            *ack = set->items[i];
            remove_at(set, i);
            return true;
        }
    }
    return false;
}

int64_t sio_ack_set_deadline(const struct sio_ack_set *set)
{
    int64_t deadline = INT64_MAX;

    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].deadline < deadline) {
            deadline = set->items[i].deadline;
        }
    }
    return deadline;
}
