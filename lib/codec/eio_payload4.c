/* SPDX-License-Identifier: MIT */
#include "codec/eio_payload4.h"

#include "base/utf8.h"

static const char SEPARATOR = '\x1e';

void eio_payload4_init(struct eio_payload4 *payload, struct span body)
{
    *payload = (struct eio_payload4){body, 0};
}

/* `at` is past the separator after each packet, so one past the end when the
 * last packet was read. */
enum sockfeed_result eio_payload4_next(struct eio_payload4 *payload,
                                       struct eio_packet *packet,
                                       struct malformed *malformed,
                                       struct buf *bytes)
{
    enum sockfeed_result result;
    struct span frame;
    size_t valid;

    if (payload->at > payload->body.size) {
        return SOCKFEED_MORE;
    }
    frame = span_skip(payload->body, payload->at);
    frame.size = span_find(frame, SEPARATOR);
    valid = utf8_check(frame);
    if (valid < frame.size) {
        return malformed_set(malformed, payload->at + valid, "no UTF-8");
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

void eio_payload4_append(struct buf *body, const struct eio_packet *packet)
{
    size_t size = eio_packet_encoded_size(packet, EIO_REVISION_4, true);
    char *to;

    if (body->size > 0) {
        buf_append_byte(body, SEPARATOR);
    }
    to = buf_reserve(body, size);
    if (to != NULL) {
        eio_packet_encode(to, packet, EIO_REVISION_4, true);
        body->size += size;
    }
}
