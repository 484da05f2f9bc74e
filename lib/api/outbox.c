/* SPDX-License-Identifier: MIT */
#include "api/outbox.h"

#include <stdlib.h>
#include <string.h>

enum {
    OUTBOX_OVERHEAD = 64 /* what an empty message counts for */
};

void outbox_init(struct outbox *outbox, size_t limit)
{
    *outbox = (struct outbox){.limit = limit};
}

/* Namespace and data lie in one allocation, which `data` points to. */
static void item_free(const struct sockfeed_outgoing *item)
{
    free((void *)(uintptr_t)item->data);
}

void outbox_clear(struct outbox *outbox)
{
    for (size_t i = 0; i < outbox->count; i++) {
        item_free(&outbox->items[i]);
    }
    outbox->count = 0;
    outbox->bytes = 0;
}

void outbox_deinit(struct outbox *outbox)
{
    outbox_clear(outbox);
    free(outbox->items);
    outbox_init(outbox, outbox->limit);
}

static size_t space_size(const struct sockfeed_outgoing *message)
{
    return message->space == NULL ? 0 : strlen(message->space) + 1;
}

static size_t item_cost(const struct sockfeed_outgoing *message)
{
    return message->size + space_size(message) + OUTBOX_OVERHEAD;
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
