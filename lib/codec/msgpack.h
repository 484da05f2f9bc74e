/* SPDX-License-Identifier: MIT */
#ifndef CODEC_MSGPACK_H
#define CODEC_MSGPACK_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"

#include <stdint.h>

/* MessagePack, token by token: a value is a token and, of arrays and maps, the
 * values that follow it. */

enum msgpack_kind {
    MSGPACK_NIL,
    MSGPACK_FALSE,
    MSGPACK_TRUE,
    MSGPACK_UNSIGNED,
    MSGPACK_SIGNED, /* encoded as such; it may be positive all the same */
    MSGPACK_FLOAT,
    MSGPACK_TEXT,
    MSGPACK_BYTES,
    MSGPACK_EXTENSION,
    MSGPACK_ARRAY,
    MSGPACK_MAP,
};

struct msgpack_token {
    enum msgpack_kind kind;
    uint64_t number;   /* UNSIGNED; ARRAY: how many values follow; MAP: pairs */
    int64_t negative;  /* SIGNED */
    double real;       /* FLOAT, of either width */
    struct span bytes; /* TEXT (UTF-8), BYTES, EXTENSION; views the input */
    int8_t type;       /* EXTENSION */
    bool fixed;        /* EXTENSION whose size is part of its format */
};

/* Reads the token at *at and moves *at behind it. PROTOCOL with `malformed`:
 * a format that does not exist, a text that is not UTF-8, or the end of the
 * bytes before the token's. */
enum sockfeed_result msgpack_read(struct msgpack_token *token,
                                  struct malformed *malformed,
                                  struct span bytes, size_t *at) SOCKFEED_CHECK;

/* Moves *at behind the value that begins there. PROTOCOL as above. */
enum sockfeed_result msgpack_skip(struct malformed *malformed,
                                  struct span bytes, size_t *at) SOCKFEED_CHECK;

/* Append a token in its shortest format. Failure stays in the buffer, INVALID
 * for what has more than 2^32 - 1 bytes or elements. */
void msgpack_append_nil(struct buf *to);
void msgpack_append_bool(struct buf *to, bool value);
void msgpack_append_unsigned(struct buf *to, uint64_t value);
void msgpack_append_signed(struct buf *to, int64_t value);
void msgpack_append_float(struct buf *to, double value);
void msgpack_append_text(struct buf *to, struct span text);
void msgpack_append_bytes(struct buf *to, struct span bytes);
void msgpack_append_array(struct buf *to, size_t count);
void msgpack_append_map(struct buf *to, size_t pairs);

#endif
