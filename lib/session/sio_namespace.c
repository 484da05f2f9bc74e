/* SPDX-License-Identifier: MIT */
#include "session/sio_namespace.h"

#include "base/limits.h"

#include <stdlib.h>

void sio_namespace_set_deinit(struct sio_namespace_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->items[i].name);
        sio_event_queue_deinit(&set->items[i].early);
    }
    free(set->items);
    *set = (struct sio_namespace_set){NULL, 0};
}

struct sio_namespace *sio_namespace_set_find(
    const struct sio_namespace_set *set, struct span name)
{
    for (size_t i = 0; i < set->count; i++) {
        if (span_equal(sio_namespace_name(&set->items[i]), name)) {
            return &set->items[i];
        }
    }
    return NULL;
}

static char *copy_name(struct span name)
{
    char *copy = malloc(name.size + 1);

    if (copy != NULL) {
        memcpy(copy, name.data, name.size);
        copy[name.size] = '\0';
    }
    return copy;
}

static bool is_name(struct span name)
{
    return name.size > 0 && name.data[0] == '/' &&
           name.size <= LIMIT_NAMESPACE && span_find(name, ',') == name.size &&
           span_find(name, '\0') == name.size;
}

enum sockfeed_result sio_namespace_set_add(struct sio_namespace_set *set,
                                           struct span name)
{
    struct sio_namespace *items;
    char *copy;

    if (!is_name(name)) {
        return SOCKFEED_INVALID;
    }
    if (sio_namespace_set_find(set, name) != NULL) {
        return SOCKFEED_OK;
    }
    if (set->count == LIMIT_NAMESPACES) {
        return SOCKFEED_FULL;
    }
    items = realloc(set->items, (set->count + 1) * sizeof *items);
    if (items == NULL) {
        return SOCKFEED_NOMEM;
    }
    set->items = items;
    copy = copy_name(name);
    if (copy == NULL) {
        return SOCKFEED_NOMEM;
    }
    items[set->count] = (struct sio_namespace){.name = copy, .size = name.size};
    sio_event_queue_init(&items[set->count].early, LIMIT_EARLY_EVENTS);
    set->count++;
    return SOCKFEED_OK;
}

size_t sio_namespace_set_count(const struct sio_namespace_set *set,
                               enum sio_namespace_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].state == state) {
            count++;
        }
    }
    return count;
}

struct span sio_namespace_name(const struct sio_namespace *space)
{
    return span_of(space->name, space->size);
}
