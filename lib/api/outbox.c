/* SPDX-License-Identifier: MIT */
#include "api/outbox.h"

#include "base/wipe.h"

#include <stdlib.h>
#include <string.h>

enum {
    OUTBOX_OVERHEAD = 64 /* what an empty message counts for */
};

void outbox_init(struct outbox *outbox, size_t limit)
{
    *outbox = (struct outbox){.limit = limit};
}

static size_t space_size(const struct sockfeed_outgoing *message)
{
    return message->space == NULL ? 0 : strlen(message->space) + 1;
}

/* Namespace and data lie in one allocation, which `data` points to. A message
 * may be a login. */
static void item_free(const struct sockfeed_outgoing *item)
{
    char *data = (char *)(uintptr_t)item->data;

    if (data != NULL) {
        wipe(data, item->size + space_size(item));
        free(data);
    }
}

void outbox_clear(struct outbox *outbox)
{
    outbox_remove(outbox, 0, outbox->count);
}

void outbox_deinit(struct outbox *outbox)
{
    outbox_clear(outbox);
    free(outbox->items);
    outbox_init(outbox, outbox->limit);
}

static size_t item_cost(const struct sockfeed_outgoing *message)
{
    return message->size + space_size(message) + OUTBOX_OVERHEAD;
}

void outbox_remove(struct outbox *outbox, size_t index, size_t count)
{
    struct sockfeed_outgoing *from;

    if (count == 0) {
        return; /* there may be none, and NULL + 0 is undefined in C11 */
    }
    from = outbox->items + index;
    for (size_t i = 0; i < count; i++) {
        outbox->bytes -= item_cost(&from[i]);
        outbox->barriers -= outbox_is_barrier(&from[i]);
        item_free(&from[i]);
    }
    outbox->count -= count;
    memmove(from, from + count, (outbox->count - index) * sizeof *from);
}

static bool make_room(struct outbox *outbox)
{
    struct sockfeed_outgoing *items;
    size_t capacity;

    if (outbox->count < outbox->capacity) {
        return true;
    }
    capacity = outbox->capacity == 0 ? 16 : outbox->capacity * 2;
    items = realloc(outbox->items, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    outbox->items = items;
    outbox->capacity = capacity;
    return true;
}

enum sockfeed_result outbox_add(struct outbox *outbox,
                                const struct sockfeed_outgoing *message)
{
    size_t cost = item_cost(message);
    size_t space = space_size(message);
    struct sockfeed_outgoing *item;
    char *copy;

    if (cost > outbox->limit - outbox->bytes) {
        return SOCKFEED_FULL;
    }
    copy = malloc(message->size + space + 1);
    if (copy == NULL || !make_room(outbox)) {
        free(copy);
        return SOCKFEED_NOMEM;
    }
    if (message->size > 0) {
        memcpy(copy, message->data, message->size);
    }
    item = &outbox->items[outbox->count++];
    *item = *message;
    item->data = copy;
    if (space > 0) {
        memcpy(copy + message->size, message->space, space);
        item->space = copy + message->size;
    }
    outbox->bytes += cost;
    return SOCKFEED_OK;
}

/* A message has data even where it has no bytes. */
bool outbox_is_barrier(const struct sockfeed_outgoing *item)
{
    return item->data == NULL;
}

enum sockfeed_result outbox_add_barrier(struct outbox *outbox)
{
    struct sockfeed_outgoing barrier = {.data = NULL};

    if (item_cost(&barrier) > outbox->limit - outbox->bytes) {
        return SOCKFEED_FULL;
    }
    if (!make_room(outbox)) {
        return SOCKFEED_NOMEM;
    }
    outbox->items[outbox->count++] = barrier;
    outbox->bytes += item_cost(&barrier);
    outbox->barriers++;
    return SOCKFEED_OK;
}

static bool is_same(const struct sockfeed_outgoing *item,
                    const struct sockfeed_outgoing *message)
{
    if (outbox_is_barrier(item) || item->type != message->type ||
        item->size != message->size ||
        (item->space == NULL) != (message->space == NULL)) {
        return false;
    }
    return (item->size == 0 ||
            memcmp(item->data, message->data, item->size) == 0) &&
           (item->space == NULL || strcmp(item->space, message->space) == 0);
}

size_t outbox_find(const struct outbox *outbox,
                   const struct sockfeed_outgoing *message)
{
    size_t index = 0;

    while (index < outbox->count && !is_same(&outbox->items[index], message)) {
        index++;
    }
    return index;
}
