/* SPDX-License-Identifier: MIT */
#include "session/eio_queue.h"

/* Stands before each message. */
struct head {
    size_t size;
    bool binary;
};

enum {
    KEPT = 65536 /* bytes; a larger buffer is freed when it is empty */
};

void eio_queue_init(struct eio_queue *queue, size_t limit)
{
    buf_init(&queue->bytes, limit);
    queue->at = 0;
}

void eio_queue_deinit(struct eio_queue *queue)
{
    buf_wipe(&queue->bytes); /* messages may hold credentials */
    queue->at = 0;
}

enum sockfeed_result eio_queue_push(struct eio_queue *queue, bool binary,
                                    struct span message)
{
    struct head head = {.size = message.size, .binary = binary};
    struct buf *bytes = &queue->bytes;
    size_t before = bytes->size;
    enum sockfeed_result result;

    buf_append(bytes, &head, sizeof head);
    buf_append_span(bytes, message);
    result = buf_result(bytes);
    if (result != SOCKFEED_OK) {
        bytes->size = before;
        bytes->result = SOCKFEED_OK;
    }
    return result;
}

bool eio_queue_is_empty(const struct eio_queue *queue)
{
    return queue->at == queue->bytes.size;
}

bool eio_queue_first(const struct eio_queue *queue, struct eio_message *message)
{
    struct head head;

    if (eio_queue_is_empty(queue)) {
        return false;
    }
    memcpy(&head, queue->bytes.data + queue->at, sizeof head);
    message->binary = head.binary;
    message->data =
        span_of(queue->bytes.data + queue->at + sizeof head, head.size);
    return true;
}

void eio_queue_pop(struct eio_queue *queue)
{
    struct eio_message first;

    if (eio_queue_first(queue, &first)) {
        queue->at += sizeof(struct head) + first.data.size;
    }
    /* What has gone is given back when it is all, or half. */
    if (queue->at == queue->bytes.size) {
        buf_clear(&queue->bytes);
        queue->at = 0;
        if (queue->bytes.capacity > KEPT) {
            buf_deinit(&queue->bytes);
        }
    } else if (queue->at > queue->bytes.size / 2) {
        buf_consume(&queue->bytes, queue->at);
        queue->at = 0;
    }
}
