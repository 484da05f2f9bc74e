/* SPDX-License-Identifier: MIT */
#ifndef CODEC_WS_FRAME_H
#define CODEC_WS_FRAME_H

#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/* The frames of RFC 6455, section 5: read in place, written into a buffer. */

enum ws_opcode {
    WS_OPCODE_CONTINUATION = 0x0,
    WS_OPCODE_TEXT = 0x1,
    WS_OPCODE_BINARY = 0x2,
    WS_OPCODE_CLOSE = 0x8,
    WS_OPCODE_PING = 0x9,
    WS_OPCODE_PONG = 0xA,
};

/* Our side of the connection. A client masks what it sends and takes no
 * masked frame; a server the other way round (RFC 6455, 5.1). */
enum ws_role {
    WS_ROLE_CLIENT,
    WS_ROLE_SERVER,
};

/* The reserved bits as they stand in the first byte of a frame. */
enum {
    WS_RSV1 = 0x40,
    WS_RSV2 = 0x20,
    WS_RSV3 = 0x10,
};

enum {
    WS_FRAME_HEADER_MAX = 14,   /* bytes before the longest payload */
    WS_FRAME_CONTROL_MAX = 125, /* payload of a control frame */
    WS_FRAME_FIN = 0x80,        /* in the first byte */
    WS_FRAME_LENGTH_16 = 126,   /* the length follows in 16 bits */
};

struct ws_frame {
    enum ws_opcode opcode;
    bool fin;
    uint8_t rsv; /* set of the WS_RSV bits */
    struct span payload;
    uint64_t size; /* bytes of the whole frame, header included */
};

/* What a receiver accepts. */
struct ws_frame_rules {
    enum ws_role role;
    uint8_t rsv;    /* reserved bits that an extension gave a meaning */
    uint64_t limit; /* largest payload of a data frame */
};

/*
 * Reads the frame at the start of `data`.
 * OK: frame->size bytes were it; its payload views `data`, where a server has
 * taken the mask off (so that the same bytes are not to be read again).
 * MORE: nothing is wrong so far; at least frame->size bytes are needed.
 * PROTOCOL, TOO_LARGE (above rules->limit): as soon as the bytes that say so
 * are there, without waiting for the payload; `malformed` says why. After
 * TOO_LARGE frame->size is what the peer announced.
 */
enum sockfeed_result ws_frame_decode(
    struct ws_frame *frame, struct malformed *malformed, char *data,
    size_t size, const struct ws_frame_rules *rules) SOCKFEED_CHECK;

/*
 * The short way for what nearly all frames of a feed are: a whole message in
 * one frame of at most 65,535 bytes, from a server to a client, with just these
 * reserved bits, all of it there. Answers its size, header included, with
 * `opcode` (TEXT or BINARY) and `payload`; 0 where it is anything else, which
 * ws_frame_decode is to judge.
 */
static inline size_t ws_frame_decode_whole(enum ws_opcode *opcode,
                                           struct span *payload,
                                           const char *data, size_t size,
                                           uint64_t limit, uint8_t rsv)
{
    const unsigned char *at = (const unsigned char *)data;
    size_t header = 2;
    size_t length;

    if (size < 4 || (at[0] != (WS_FRAME_FIN | rsv | WS_OPCODE_TEXT) &&
                     at[0] != (WS_FRAME_FIN | rsv | WS_OPCODE_BINARY))) {
        return 0;
    }
    length = at[1];
    if (length == WS_FRAME_LENGTH_16) {
        header = 4;
        length = (size_t)at[2] << 8 | at[3];
        if (length < WS_FRAME_LENGTH_16) {
            return 0;
        }
    } else if (length > WS_FRAME_LENGTH_16) {
        return 0; /* longer, or masked */
    }
    if (length > size - header || length > limit) {
        return 0;
    }
    *opcode = (enum ws_opcode)(at[0] & 0xf);
    *payload = span_of(data + header, length);
    return header + length;
}

static inline bool ws_frame_is_control(enum ws_opcode opcode)
{
    return (opcode & 0x8) != 0;
}

/* The bytes before a payload of so many bytes, in the shortest form. */
size_t ws_frame_header_size(uint64_t payload_size, bool masked);

/* Writes the frame, header and payload, and answers with how many bytes that
 * was: ws_frame_header_size() and the payload. frame->size is not looked at.
 * `key` is the masking key, NULL for an unmasked frame. */
size_t ws_frame_encode(char *to, const struct ws_frame *frame,
                       const unsigned char *key);

/* The whole size of a frame that ws_frame_encode has written. */
size_t ws_frame_encoded_size(const char *frame);

#endif
