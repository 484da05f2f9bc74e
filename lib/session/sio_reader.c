/* SPDX-License-Identifier: MIT */
#include "session/sio_reader.h"

void sio_reader_init(struct sio_reader *reader,
                     const struct sio_packet_rules *rules, size_t limit)
{
    reader->rules = *rules;
    sio_attachment_init(&reader->attachment, limit);
}

void sio_reader_deinit(struct sio_reader *reader)
{
    sio_attachment_deinit(&reader->attachment);
}

/* A buffer that is full holds a packet that is too large. */
static enum sockfeed_result too_large_if_full(enum sockfeed_result result)
{
    return result == SOCKFEED_FULL ? SOCKFEED_TOO_LARGE : result;
}

enum sockfeed_result sio_reader_text(struct sio_reader *reader,
                                     struct sio_received *received,
                                     struct malformed *malformed,
                                     struct span data, struct span frame)
{
    enum sockfeed_result result;

    if (sio_attachment_is_due(&reader->attachment)) {
        return malformed_set(malformed, 0, "text in place of an attachment");
    }
    result =
        sio_packet_decode(&received->packet, malformed, data, &reader->rules);
    if (result != SOCKFEED_OK) {
        return result;
    }
    received->text = data;
    received->frame = frame;
    if (received->packet.attachments == 0) {
        return SOCKFEED_OK;
    }
    result = sio_attachment_begin(&reader->attachment, &received->packet, data);
    return result == SOCKFEED_OK ? SOCKFEED_MORE : too_large_if_full(result);
}

enum sockfeed_result sio_reader_binary(struct sio_reader *reader,
                                       struct sio_received *received,
                                       struct malformed *malformed,
                                       struct span data)
{
    enum sockfeed_result result;

    if (!sio_attachment_is_due(&reader->attachment)) {
        return malformed_set(malformed, 0, "binary that belongs to no packet");
    }
    result = sio_attachment_add(&reader->attachment, data);
    if (result == SOCKFEED_OK) {
        result = sio_attachment_complete(&reader->attachment, &received->packet,
                                         &received->frame, &received->text,
                                         malformed);
    }
    return too_large_if_full(result);
}
