/* SPDX-License-Identifier: MIT */
#include "codec/eio_payload3.h"

#include "base/utf8.h"

enum {
    LENGTH_DIGITS = 10, /* more than any body that is accepted */
    KIND_TEXT = 0,
    KIND_BYTES = 1,
    LENGTH_END = 0xff,
};

void eio_payload3_init(struct eio_payload3 *payload,
                       enum eio_payload3_form form, struct span body)
{
    *payload = (struct eio_payload3){form, body, 0};
}

/* The length at the cursor: digits counted from `zero`, up to `end`; in the
 * one shortest form. */
static enum sockfeed_result read_length(struct eio_payload3 *payload,
                                        size_t *length,
                                        struct malformed *malformed,
                                        unsigned char zero, unsigned char end)
{
    size_t start = payload->at;
    uint64_t value = 0;

    for (; payload->at < payload->body.size; payload->at++) {
        unsigned char c = (unsigned char)payload->body.data[payload->at];
        size_t digits = payload->at - start;

        if (c == end && digits > 0) {
            payload->at++;
            *length = (size_t)value;
            return SOCKFEED_OK;
        }
        if (c < zero || c > zero + 9 || digits == LENGTH_DIGITS ||
            (digits > 0 && value == 0)) {
            return malformed_set(malformed, payload->at, "bad length");
        }
        value = value * 10 + (uint64_t)(c - zero);
    }
    return malformed_set(malformed, payload->at, "length without an end");
}

/* The bytes of so many UTF-16 code units at the cursor. */
static enum sockfeed_result take_units(struct eio_payload3 *payload,
                                       size_t units, struct span *frame,
                                       struct malformed *malformed)
{
    size_t start = payload->at;

    while (units > 0) {
        uint32_t point = 0;
        size_t size =
            utf8_decode(&point, span_skip(payload->body, payload->at));
        size_t width;

        if (size == 0) {
            return malformed_set(malformed, payload->at,
                                 payload->at == payload->body.size
                                     ? "packet cut short"
                                     : "no UTF-8");
        }
        width = point > 0xffff ? 2 : 1;
        if (width > units) {
            return malformed_set(malformed, payload->at,
                                 "length inside a character");
        }
        payload->at += size;
        units -= width;
    }
    *frame = span_of(payload->body.data + start, payload->at - start);
    return SOCKFEED_OK;
}

static enum sockfeed_result next_text(struct eio_payload3 *payload,
                                      struct span *frame,
                                      struct malformed *malformed)
{
    enum sockfeed_result result;
    size_t length = 0;

    /* A length of 0 is an empty slot. */
    while (length == 0) {
        if (payload->at > 0 && payload->at == payload->body.size) {
            return SOCKFEED_MORE;
        }
        result = read_length(payload, &length, malformed, '0', ':');
        if (result != SOCKFEED_OK) {
            return result;
        }
    }
    return take_units(payload, length, frame, malformed);
}

static enum sockfeed_result next_binary(struct eio_payload3 *payload,
                                        struct span *frame, bool *bytes,
                                        struct malformed *malformed)
{
    enum sockfeed_result result;
    size_t length = 0;

    if (payload->at > 0 && payload->at == payload->body.size) {
        return SOCKFEED_MORE;
    }
    /* The reference takes an empty body; but one after the other, as fast as
     * they come, would never end. */
    if (payload->body.size == 0 ||
        payload->body.data[payload->at] < KIND_TEXT ||
        payload->body.data[payload->at] > KIND_BYTES) {
        return malformed_set(malformed, payload->at, "no kind of packet");
    }
    *bytes = payload->body.data[payload->at] == KIND_BYTES;
    payload->at++;
    result = read_length(payload, &length, malformed, 0, LENGTH_END);
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (length > payload->body.size - payload->at) {
        return malformed_set(malformed, payload->body.size, "packet cut short");
    }
    *frame = span_of(payload->body.data + payload->at, length);
    payload->at += length;
    if (!*bytes && utf8_check(*frame) < frame->size) {
        return malformed_set(malformed, payload->at - length, "no UTF-8");
    }
    return SOCKFEED_OK;
}

enum sockfeed_result eio_payload3_next_message(struct eio_payload3 *payload,
                                               bool *binary,
                                               struct span *message,
                                               struct malformed *malformed)
{
    *binary = false;
    switch (payload->form) {
    case EIO_PAYLOAD3_TEXT:
        return next_text(payload, message, malformed);
    case EIO_PAYLOAD3_BINARY:
        break;
    }
    return next_binary(payload, message, binary, malformed);
}

enum sockfeed_result eio_payload3_next(struct eio_payload3 *payload,
                                       struct eio_packet *packet,
                                       struct malformed *malformed,
                                       struct buf *bytes)
{
    struct span frame = {NULL, 0};
    bool binary;
    enum sockfeed_result result =
        eio_payload3_next_message(payload, &binary, &frame, malformed);

    if (result != SOCKFEED_OK) {
        return result;
    }
    result = binary ? eio_packet_decode_binary(packet, malformed, frame,
                                               EIO_REVISION_3)
                    : eio_packet_decode_text(packet, malformed, bytes, frame,
                                             EIO_REVISION_3);
    if (result == SOCKFEED_PROTOCOL) {
        malformed->offset += payload->at - frame.size;
    }
    return result;
}

/* ---- Writing ----------------------------------------------------------- */

static void append_binary_head(struct buf *body, bool binary, size_t length)
{
    char digits[20];
    size_t at = sizeof digits;

    buf_append_byte(body, binary ? KIND_BYTES : KIND_TEXT);
    do {
        digits[--at] = (char)(length % 10);
        length /= 10;
    } while (length > 0);
    buf_append(body, digits + at, sizeof digits - at);
    buf_append_byte(body, (char)LENGTH_END);
}

/* A type, or "b4", and base64: as many characters as bytes; text may have
 * fewer. */
static size_t units_of(const struct eio_packet *packet, size_t size)
{
    return packet->binary ? size : 1 + utf8_utf16_length(packet->data);
}

void eio_payload3_append(struct buf *body, enum eio_payload3_form form,
                         const struct eio_packet *packet)
{
    bool base64 = form == EIO_PAYLOAD3_TEXT;
    size_t size = eio_packet_encoded_size(packet, EIO_REVISION_3, base64);
    char *to;

    switch (form) {
    case EIO_PAYLOAD3_TEXT:
        buf_append_uint(body, units_of(packet, size));
        buf_append_byte(body, ':');
        break;
    case EIO_PAYLOAD3_BINARY:
        append_binary_head(body, packet->binary, size);
        break;
    }
    to = buf_reserve(body, size);
    if (to != NULL) {
        eio_packet_encode(to, packet, EIO_REVISION_3, base64);
        body->size += size;
    }
}

void eio_payload3_append_message(struct buf *body, bool binary,
                                 struct span message)
{
    append_binary_head(body, binary, message.size);
    buf_append_span(body, message);
}

size_t eio_payload3_message_size(struct span message)
{
    size_t size = 3 + message.size;

    for (size_t rest = message.size / 10; rest > 0; rest /= 10) {
        size++;
    }
    return size;
}
