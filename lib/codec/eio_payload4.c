/* SPDX-License-Identifier: MIT */
#include "codec/eio_payload4.h"

#include "base/base64.h"
#include "base/utf8.h"

static const char SEPARATOR = '\x1e';

void eio_payload4_init(struct eio_payload4 *payload, struct span body)
{
    *payload = (struct eio_payload4){body, 0};
}

/* `at` is past the separator after each packet, so one past the end when the
 * last packet was read. */
static enum sockfeed_result peek(const struct eio_payload4 *payload,
                                 struct span *message,
                                 struct malformed *malformed)
{
    size_t valid;

    if (payload->at > payload->body.size) {
        return SOCKFEED_MORE;
    }
    *message = span_skip(payload->body, payload->at);
    message->size = span_find(*message, SEPARATOR);
    valid = utf8_check(*message);
    return valid == message->size
               ? SOCKFEED_OK
               : malformed_set(malformed, payload->at + valid, "no UTF-8");
}

enum sockfeed_result eio_payload4_next_message(struct eio_payload4 *payload,
                                               struct span *message,
                                               struct malformed *malformed)
{
    enum sockfeed_result result = peek(payload, message, malformed);

    if (result == SOCKFEED_OK) {
        payload->at += message->size + 1;
    }
    return result;
}

enum sockfeed_result eio_payload4_next(struct eio_payload4 *payload,
                                       struct eio_packet *packet,
                                       struct malformed *malformed,
                                       struct buf *bytes)
{
    struct span frame;
    enum sockfeed_result result = peek(payload, &frame, malformed);

    if (result != SOCKFEED_OK) {
        return result;
    }
    result =
        eio_packet_decode_text(packet, malformed, bytes, frame, EIO_REVISION_4);
    if (result == SOCKFEED_PROTOCOL) {
        malformed->offset += payload->at;
    } else if (result == SOCKFEED_OK) {
        payload->at += frame.size + 1;
    }
    return result;
}

static void separate(struct buf *body)
{
    if (body->size > 0) {
        buf_append_byte(body, SEPARATOR);
    }
}

void eio_payload4_append(struct buf *body, const struct eio_packet *packet)
{
    size_t size = eio_packet_encoded_size(packet, EIO_REVISION_4, true);
    char *to;

    separate(body);
    to = buf_reserve(body, size);
    if (to != NULL) {
        eio_packet_encode(to, packet, EIO_REVISION_4, true);
        body->size += size;
    }
}

void eio_payload4_append_message(struct buf *body, bool binary,
                                 struct span message)
{
    separate(body);
    if (binary) {
        buf_append_byte(body, 'b');
        base64_append(body, message);
    } else {
        buf_append_span(body, message);
    }
}

size_t eio_payload4_message_size(const struct buf *body, bool binary,
                                 struct span message)
{
    size_t size = binary ? 1 + base64_encoded_size(message.size) : message.size;

    return body->size > 0 ? size + 1 : size;
}
