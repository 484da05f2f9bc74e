/* SPDX-License-Identifier: MIT */
#include "session/sio_reader.h"

#include "base/limits.h"
#include "codec/sio_msgpack.h"

void sio_reader_init(struct sio_reader *reader,
                     const struct sio_packet_rules *rules, size_t limit)
{
    reader->rules = *rules;
    reader->msgpack = false;
    sio_attachment_init(&reader->attachment, limit);
    buf_init(&reader->packed, sio_msgpack_text_size(limit));
}

void sio_reader_deinit(struct sio_reader *reader)
{
    sio_attachment_deinit(&reader->attachment);
    buf_deinit(&reader->packed);
}

/* A buffer that is full holds a packet that is too large. */
static enum sockfeed_result too_large_if_full(enum sockfeed_result result)
{
    return result == SOCKFEED_FULL ? SOCKFEED_TOO_LARGE : result;
}

static enum sockfeed_result read_packed(struct sio_reader *reader,
                                        struct sio_received *received,
                                        struct malformed *malformed,
                                        struct span data, bool binary)
{
    enum sockfeed_result result;

    if (reader->packed.capacity > LIMIT_RECEIVE_READ) {
        buf_deinit(&reader->packed);
    }
    if (!binary && (data.size == 0 || data.data[0] != '{')) {
        return malformed_set(malformed, 0,
                             "text in place of MessagePack: the server does "
                             "not use socket.io-msgpack-parser");
    }
    result = binary ? sio_msgpack_decode(&received->packet, malformed,
                                         &reader->packed, data)
                    : sio_msgpack_decode_text(&received->packet, malformed,
                                              &reader->packed, data);
    received->frame = buf_span(&reader->packed);
    if (result == SOCKFEED_OK) {
        received->text = span_skip(received->frame, 1);
    }
    return too_large_if_full(result);
}

/* What the parser for Socket.IO 2 makes of a CONNECT. */
static bool is_packed(struct span data)
{
    return span_starts(data, "{\"type\":");
}

enum sockfeed_result sio_reader_text(struct sio_reader *reader,
                                     struct sio_received *received,
                                     struct malformed *malformed,
                                     struct span data, struct span frame)
{
    enum sockfeed_result result;

    if (reader->msgpack) {
        return read_packed(reader, received, malformed, data, false);
    }
    if (sio_attachment_is_due(&reader->attachment)) {
        return malformed_set(malformed, 0, "text in place of an attachment");
    }
    result =
        sio_packet_decode(&received->packet, malformed, data, &reader->rules);
    if (result == SOCKFEED_PROTOCOL && is_packed(data)) {
        return malformed_set(malformed, 0,
                             "the server uses socket.io-msgpack-parser");
    }
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

    if (reader->msgpack) {
        return read_packed(reader, received, malformed, data, true);
    }
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
