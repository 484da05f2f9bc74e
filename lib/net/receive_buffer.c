/* SPDX-License-Identifier: MIT */
#include "net/receive_buffer.h"

#include "base/limits.h"
#include "net/ws_pool.h"

#include <stdlib.h>
#include <string.h>

void receive_buffer_deinit(struct receive_buffer *buffer)
{
    free(buffer->kept);
    buffer->kept = NULL;
    buffer->size = 0;
    buffer->capacity = 0;
}

/* Room for the rest: little for a small one, for a larger one as much as a
 * good read takes, for a very large one all that it needs. */
static size_t capacity_for(size_t need)
{
    if (need <= LIMIT_RECEIVE_FIRST) {
        return LIMIT_RECEIVE_FIRST;
    }
    return need <= LIMIT_RECEIVE_READ ? LIMIT_RECEIVE_READ : need;
}

enum sockfeed_result receive_buffer_open(struct receive_buffer *buffer,
                                         struct receive_area *area)
{
    char *room;

    if (buffer->capacity > LIMIT_RECEIVE_FIRST) {
        *area =
            (struct receive_area){buffer->kept, buffer->size, buffer->capacity};
        return SOCKFEED_OK;
    }
    room = ws_pool_room(buffer->pool);
    if (room == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (buffer->size > 0) {
        memcpy(room, buffer->kept, buffer->size);
    }
    *area = (struct receive_area){room, buffer->size, LIMIT_RECEIVE_READ};
    return SOCKFEED_OK;
}

enum sockfeed_result receive_buffer_close(struct receive_buffer *buffer,
                                          const struct receive_area *area,
                                          size_t used, size_t need)
{
    size_t rest = area->size - used;
    size_t capacity;
    char *kept;

    buffer->need = need;
    if (rest == 0) {
        receive_buffer_deinit(buffer);
        return SOCKFEED_OK;
    }
    /* At least one byte more must fit, or reading would come to nothing. */
    if (need <= rest) {
        need = rest + 1;
    }
    if (need > buffer->limit) {
        return SOCKFEED_FULL;
    }
    capacity = capacity_for(need);
    if (capacity == buffer->capacity) {
        memmove(buffer->kept, area->data + used, rest);
        buffer->size = rest;
        return SOCKFEED_OK;
    }
    kept = malloc(capacity + LIMIT_RECEIVE_PAD);
    if (kept == NULL) {
        return SOCKFEED_NOMEM;
    }
    memcpy(kept, area->data + used, rest);
    free(buffer->kept);
    buffer->kept = kept;
    buffer->size = rest;
    buffer->capacity = capacity;
    return SOCKFEED_OK;
}
