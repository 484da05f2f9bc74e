/* SPDX-License-Identifier: MIT */
#include "session/sio_event.h"

void sio_event_from_packet(struct sockfeed_message *message,
                           const struct sio_packet *packet, struct span frame)
{
    *message = (struct sockfeed_message){
        .type = SOCKFEED_MESSAGE_EVENT,
        .multiline = packet->multiline,
        .frame = frame.data,
        .frame_size = frame.size,
        .data = packet->payload.data,
        .data_size = packet->payload.size,
        .space = packet->space.data,
        .space_size = packet->space.size,
        .name = packet->name.data,
        .name_size = packet->name.size,
        .args = packet->args.data,
        .args_size = packet->args.size,
        .arg_count = packet->arg_count,
        .has_id = packet->has_id,
        .id = packet->id,
    };
}

void sio_event_queue_init(struct sio_event_queue *queue, size_t limit)
{
    buf_init(&queue->kept, limit);
}

void sio_event_queue_deinit(struct sio_event_queue *queue)
{
    buf_deinit(&queue->kept);
}

/* What stands before each frame that is kept. */
struct kept {
    size_t size;   /* of the frame */
    size_t packet; /* where in it the packet begins */
};

enum sockfeed_result sio_event_queue_add(struct sio_event_queue *queue,
                                         struct span frame, struct span packet)
{
    struct kept kept = {frame.size, frame.size - packet.size};
    char *to = buf_reserve(&queue->kept, sizeof kept + frame.size);

    /* All or nothing: half an entry would be read as one. */
    if (to == NULL) {
        return buf_result(&queue->kept);
    }
    memcpy(to, &kept, sizeof kept);
    memcpy(to + sizeof kept, frame.data, frame.size);
    queue->kept.size += sizeof kept + frame.size;
    return SOCKFEED_OK;
}

bool sio_event_queue_next(const struct sio_event_queue *queue, size_t *at,
                          struct span *frame, struct span *packet)
{
    struct kept kept;

    if (*at >= queue->kept.size) {
        return false;
    }
    memcpy(&kept, queue->kept.data + *at, sizeof kept);
    *at += sizeof kept;
    *frame = span_of(queue->kept.data + *at, kept.size);
    *packet = span_skip(*frame, kept.packet);
    *at += kept.size;
    return true;
}
