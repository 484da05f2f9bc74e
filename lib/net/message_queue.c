/* SPDX-License-Identifier: MIT */
#include "net/message_queue.h"

#include <stdlib.h>

void message_queue_init(struct message_queue *queue, size_t limit,
                        size_t headroom)
{
    *queue = (struct message_queue){.limit = limit, .headroom = headroom};
    queue->last = &queue->first;
}

void message_queue_deinit(struct message_queue *queue)
{
    while (queue->first != NULL) {
        message_queue_pop(queue);
    }
}

static size_t cost_of(const struct message_queue *queue, size_t size)
{
    return sizeof(struct queued_message) + queue->headroom + size;
}

enum sockfeed_result message_queue_push(struct message_queue *queue,
                                        bool binary, struct span message)
{
    size_t cost = cost_of(queue, message.size);
    struct queued_message *queued;

    if (cost < message.size || cost > queue->limit - queue->cost) {
        return SOCKFEED_FULL;
    }
    queued = malloc(cost);
    if (queued == NULL) {
        return SOCKFEED_NOMEM;
    }
    queued->next = NULL;
    queued->size = message.size;
    queued->binary = binary;
    queued->data = (unsigned char *)(queued + 1) + queue->headroom;
    if (message.size > 0) {
        memcpy(queued->data, message.data, message.size);
    }
    *queue->last = queued;
    queue->last = &queued->next;
    queue->bytes += message.size;
    queue->cost += cost;
    return SOCKFEED_OK;
}

void message_queue_pop(struct message_queue *queue)
{
    struct queued_message *queued = queue->first;

    queue->first = queued->next;
    if (queue->first == NULL) {
        queue->last = &queue->first;
    }
    queue->bytes -= queued->size;
    queue->cost -= cost_of(queue, queued->size);
    free(queued);
}
