/* SPDX-License-Identifier: MIT */
#include "codec/ws_frame.h"

enum {
    MASKED = 0x80,
    LENGTH_64 = 127, /* in 64 bits, the highest 0 */
    KEY_SIZE = 4,
};

/* Copies with the mask put on or taken off (RFC 6455, 5.3). `to` may be
 * `from`. Whole words first: the key repeats every four bytes, so that words
 * of eight all see it in the same phase. */
static void mask_copy(char *to, const char *from, size_t size,
                      const unsigned char *key)
{
    unsigned char repeated[8];
    uint64_t wide;
    size_t at = 0;

    memcpy(repeated, key, KEY_SIZE);
    memcpy(repeated + KEY_SIZE, key, KEY_SIZE);
    memcpy(&wide, repeated, sizeof wide);
    for (; size - at >= 2 * sizeof wide; at += 2 * sizeof wide) {
        uint64_t words[2];

        memcpy(words, from + at, sizeof words);
        words[0] ^= wide;
        words[1] ^= wide;
        memcpy(to + at, words, sizeof words);
    }
    for (; size - at >= sizeof wide; at += sizeof wide) {
        uint64_t word;

        memcpy(&word, from + at, sizeof word);
        word ^= wide;
        memcpy(to + at, &word, sizeof word);
    }
    for (; at < size; at++) {
        to[at] = (char)(from[at] ^ key[at % KEY_SIZE]);
    }
}

static uint64_t read_big_endian(const unsigned char *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

static bool is_known(unsigned opcode)
{
    return opcode <= WS_OPCODE_BINARY ||
           (opcode >= WS_OPCODE_CLOSE && opcode <= WS_OPCODE_PONG);
}

static enum sockfeed_result check_first_byte(struct ws_frame *frame,
                                             struct malformed *malformed,
                                             unsigned byte,
                                             const struct ws_frame_rules *rules)
{
    unsigned opcode = byte & 0xf;

    frame->fin = (byte & WS_FRAME_FIN) != 0;
    frame->rsv = (uint8_t)(byte & (WS_RSV1 | WS_RSV2 | WS_RSV3));
    frame->opcode = (enum ws_opcode)opcode;
    if (!is_known(opcode)) {
        return malformed_set(malformed, 0, "a frame of an unknown type");
    }
    if ((frame->rsv & ~rules->rsv) != 0 ||
        (frame->rsv != 0 && ws_frame_is_control(frame->opcode))) {
        return malformed_set(malformed, 0, "a frame with a reserved bit set");
    }
    if (!frame->fin && ws_frame_is_control(frame->opcode)) {
        return malformed_set(malformed, 0, "a fragmented control frame");
    }
    return SOCKFEED_OK;
}

static enum sockfeed_result check_second_byte(
    const struct ws_frame *frame, struct malformed *malformed, unsigned byte,
    const struct ws_frame_rules *rules)
{
    bool masked = (byte & MASKED) != 0;

    if (masked && rules->role == WS_ROLE_CLIENT) {
        return malformed_set(malformed, 1, "a masked frame");
    }
    if (!masked && rules->role == WS_ROLE_SERVER) {
        return malformed_set(malformed, 1, "an unmasked frame");
    }
    if (ws_frame_is_control(frame->opcode) &&
        (byte & 0x7f) > WS_FRAME_CONTROL_MAX) {
        return malformed_set(malformed, 1,
                             "a control frame of more than 125 bytes");
    }
    return SOCKFEED_OK;
}

/* OK, MORE with frame->size set, or PROTOCOL. The two bytes are there. */
static enum sockfeed_result read_length(struct ws_frame *frame,
                                        uint64_t *length, size_t *used,
                                        struct malformed *malformed,
                                        struct span input)
{
    const unsigned char *at = (const unsigned char *)input.data;
    unsigned short_form = at[1] & 0x7f;
    size_t wide = short_form == WS_FRAME_LENGTH_16 ? 2 : 8;

    *length = short_form;
    *used = 2;
    if (short_form < WS_FRAME_LENGTH_16) {
        return SOCKFEED_OK;
    }
    if (wide == 8 && input.size > 2 && (at[2] & 0x80) != 0) {
        return malformed_set(malformed, 2, "a frame length of 2^63 or more");
    }
    *used += wide;
    if (input.size < *used) {
        frame->size = *used;
        return SOCKFEED_MORE;
    }
    *length = read_big_endian(at + 2, wide);
    /* RFC 6455, 5.2: the minimal number of bytes must be used. */
    if (*length < (wide == 2 ? WS_FRAME_LENGTH_16 : 0x10000)) {
        return malformed_set(malformed, 2,
                             "a frame length not in its shortest form");
    }
    return SOCKFEED_OK;
}

enum sockfeed_result ws_frame_decode(struct ws_frame *frame,
                                     struct malformed *malformed, char *data,
                                     size_t size,
                                     const struct ws_frame_rules *rules)
{
    const unsigned char *at = (const unsigned char *)data;
    enum sockfeed_result result;
    uint64_t length;
    size_t header;

    frame->size = 2;
    if (size == 0) {
        return SOCKFEED_MORE;
    }
    result = check_first_byte(frame, malformed, at[0], rules);
    if (result != SOCKFEED_OK || size == 1) {
        return result == SOCKFEED_OK ? SOCKFEED_MORE : result;
    }
    result = check_second_byte(frame, malformed, at[1], rules);
    if (result != SOCKFEED_OK) {
        return result;
    }
    result =
        read_length(frame, &length, &header, malformed, span_of(data, size));
    if (result != SOCKFEED_OK) {
        return result;
    }
    header += rules->role == WS_ROLE_SERVER ? KEY_SIZE : 0;
    frame->size = header + length;
    if (length > rules->limit && !ws_frame_is_control(frame->opcode)) {
        (void)malformed_set(malformed, 1, "a frame above the size limit");
        return SOCKFEED_TOO_LARGE;
    }
    if (size < frame->size) {
        return SOCKFEED_MORE;
    }
    if (rules->role == WS_ROLE_SERVER) {
        mask_copy(data + header, data + header, (size_t)length,
                  at + header - KEY_SIZE);
    }
    frame->payload = span_of(data + header, (size_t)length);
    return SOCKFEED_OK;
}

size_t ws_frame_header_size(uint64_t payload_size, bool masked)
{
    size_t size = masked ? 2 + KEY_SIZE : 2;

    if (payload_size > 0xffff) {
        return size + 8;
    }
    return payload_size < WS_FRAME_LENGTH_16 ? size : size + 2;
}

/* Writes the low bytes of the value, highest first. */
static char *put_big_endian(char *to, uint64_t value, size_t size)
{
    while (size > 0) {
        size--;
        *to++ = (char)(value >> (8 * size));
    }
    return to;
}

size_t ws_frame_encode(char *to, const struct ws_frame *frame,
                       const unsigned char *key)
{
    size_t size = frame->payload.size;
    unsigned mask_bit = key != NULL ? MASKED : 0;
    char *at = to;

    *at++ =
        (char)((frame->fin ? WS_FRAME_FIN : 0) | frame->rsv | frame->opcode);
    if (size < WS_FRAME_LENGTH_16) {
        *at++ = (char)(mask_bit | size);
    } else if (size <= 0xffff) {
        *at++ = (char)(mask_bit | WS_FRAME_LENGTH_16);
        at = put_big_endian(at, size, 2);
    } else {
        *at++ = (char)(mask_bit | LENGTH_64);
        at = put_big_endian(at, size, 8);
    }
    if (key != NULL) {
        memcpy(at, key, KEY_SIZE);
        at += KEY_SIZE;
        mask_copy(at, frame->payload.data, size, key);
    } else if (size > 0) {
        memcpy(at, frame->payload.data, size);
    }
    return (size_t)(at - to) + size;
}

size_t ws_frame_encoded_size(const char *frame)
{
    const unsigned char *at = (const unsigned char *)frame;
    unsigned length = at[1] & 0x7f;
    bool masked = (at[1] & MASKED) != 0;
    uint64_t payload_size = length;

    if (length == WS_FRAME_LENGTH_16) {
        payload_size = read_big_endian(at + 2, 2);
    } else if (length == LENGTH_64) {
        payload_size = read_big_endian(at + 2, 8);
    }
    return ws_frame_header_size(payload_size, masked) + (size_t)payload_size;
}
