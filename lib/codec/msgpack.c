/* SPDX-License-Identifier: MIT */
#include "codec/msgpack.h"

#include "base/utf8.h"

#include <assert.h>

/* First bytes of formats. */
enum {
    FIX_MAP = 0x80,
    FIX_ARRAY = 0x90,
    FIX_TEXT = 0xa0,
    NIL = 0xc0,
    FALSE = 0xc2,
    BYTES_8 = 0xc4,
    FLOAT_64 = 0xcb,
    UNSIGNED_8 = 0xcc,
    SIGNED_8 = 0xd0,
    TEXT_8 = 0xd9,
    ARRAY_16 = 0xdc,
    MAP_16 = 0xde,
    FIX_NEGATIVE = 0xe0,
};

/* ---- Reading ----------------------------------------------------------- */

/* The formats from 0xc0 to 0xdf. */
struct format {
    bool exists;
    uint8_t kind;
    uint8_t width; /* bytes of the number, or of the size, behind the first */
    uint8_t fixed; /* bytes of the body where no size is written */
};

static const struct format formats[32] = {
    {true,  MSGPACK_NIL,       0, 0 },
    {false, 0,                 0, 0 },
    {true,  MSGPACK_FALSE,     0, 0 },
    {true,  MSGPACK_TRUE,      0, 0 },
    {true,  MSGPACK_BYTES,     1, 0 },
    {true,  MSGPACK_BYTES,     2, 0 },
    {true,  MSGPACK_BYTES,     4, 0 },
    {true,  MSGPACK_EXTENSION, 1, 0 },
    {true,  MSGPACK_EXTENSION, 2, 0 },
    {true,  MSGPACK_EXTENSION, 4, 0 },
    {true,  MSGPACK_FLOAT,     4, 0 },
    {true,  MSGPACK_FLOAT,     8, 0 },
    {true,  MSGPACK_UNSIGNED,  1, 0 },
    {true,  MSGPACK_UNSIGNED,  2, 0 },
    {true,  MSGPACK_UNSIGNED,  4, 0 },
    {true,  MSGPACK_UNSIGNED,  8, 0 },
    {true,  MSGPACK_SIGNED,    1, 0 },
    {true,  MSGPACK_SIGNED,    2, 0 },
    {true,  MSGPACK_SIGNED,    4, 0 },
    {true,  MSGPACK_SIGNED,    8, 0 },
    {true,  MSGPACK_EXTENSION, 0, 1 },
    {true,  MSGPACK_EXTENSION, 0, 2 },
    {true,  MSGPACK_EXTENSION, 0, 4 },
    {true,  MSGPACK_EXTENSION, 0, 8 },
    {true,  MSGPACK_EXTENSION, 0, 16},
    {true,  MSGPACK_TEXT,      1, 0 },
    {true,  MSGPACK_TEXT,      2, 0 },
    {true,  MSGPACK_TEXT,      4, 0 },
    {true,  MSGPACK_ARRAY,     2, 0 },
    {true,  MSGPACK_ARRAY,     4, 0 },
    {true,  MSGPACK_MAP,       2, 0 },
    {true,  MSGPACK_MAP,       4, 0 },
};

struct cursor {
    struct span bytes;
    size_t at;
};

static bool has(const struct cursor *cursor, uint64_t size)
{
    return size <= cursor->bytes.size - cursor->at;
}

/* Big-endian, as all numbers are. */
static uint64_t take_number(struct cursor *cursor, unsigned width)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++) {
        value = value << 8 | (unsigned char)cursor->bytes.data[cursor->at++];
    }
    return value;
}

static double float_of(uint64_t bits, unsigned width)
{
    uint32_t narrow = (uint32_t)bits;
    double value;
    float single;

    if (width == sizeof single) {
        memcpy(&single, &narrow, sizeof single);
        return (double)single;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The two's complement of so many bytes. */
static int64_t signed_of(uint64_t bits, unsigned width)
{
    uint64_t sign;

    assert(width > 0);
    sign = UINT64_C(1) << (width * 8 - 1);
    return (int64_t)((bits ^ sign) - sign);
}

/* The bytes of a text, an extension, or bytes. */
static bool take_body(struct msgpack_token *token, struct cursor *cursor,
                      uint64_t size)
{
    if (token->kind == MSGPACK_EXTENSION) {
        if (!has(cursor, 1)) {
            return false;
        }
        token->type = (int8_t)signed_of(take_number(cursor, 1), 1);
    }
    if (!has(cursor, size)) {
        return false;
    }
    token->bytes = span_of(cursor->bytes.data + cursor->at, (size_t)size);
    cursor->at += (size_t)size;
    return true;
}

static bool take_format(struct msgpack_token *token, struct cursor *cursor,
                        const struct format *format)
{
    uint64_t number;

    token->kind = (enum msgpack_kind)format->kind;
    if (!has(cursor, format->width)) {
        return false;
    }
    number = take_number(cursor, format->width);
    switch (token->kind) {
    case MSGPACK_NIL:
    case MSGPACK_FALSE:
    case MSGPACK_TRUE:
        return true;
    case MSGPACK_UNSIGNED:
    case MSGPACK_ARRAY:
    case MSGPACK_MAP:
        token->number = number;
        return true;
    case MSGPACK_SIGNED:
        token->negative = signed_of(number, format->width);
        return true;
    case MSGPACK_FLOAT:
        token->real = float_of(number, format->width);
        return true;
    case MSGPACK_TEXT:
    case MSGPACK_BYTES:
    case MSGPACK_EXTENSION:
        break;
    }
    token->fixed = format->fixed > 0;
    return take_body(token, cursor, token->fixed ? format->fixed : number);
}

/* The formats that have a number in their first byte. */
static bool take_short(struct msgpack_token *token, struct cursor *cursor,
                       unsigned first)
{
    if (first < FIX_MAP) {
        token->kind = MSGPACK_UNSIGNED;
        token->number = first;
    } else if (first < FIX_ARRAY) {
        token->kind = MSGPACK_MAP;
        token->number = first - FIX_MAP;
    } else if (first < FIX_TEXT) {
        token->kind = MSGPACK_ARRAY;
        token->number = first - FIX_ARRAY;
    } else if (first < NIL) {
        token->kind = MSGPACK_TEXT;
        return take_body(token, cursor, first - FIX_TEXT);
    } else {
        token->kind = MSGPACK_SIGNED;
        token->negative = (int64_t)first - 0x100;
    }
    return true;
}

enum sockfeed_result msgpack_read(struct msgpack_token *token,
                                  struct malformed *malformed,
                                  struct span bytes, size_t *at)
{
    struct cursor cursor = {bytes, *at};
    unsigned first;
    bool whole;

    *token = (struct msgpack_token){.kind = MSGPACK_NIL};
    if (!has(&cursor, 1)) {
        return malformed_set(malformed, *at, "it ends before a value");
    }
    first = (unsigned)take_number(&cursor, 1);
    if (first < NIL || first >= FIX_NEGATIVE) {
        whole = take_short(token, &cursor, first);
    } else if (!formats[first - NIL].exists) {
        return malformed_set(malformed, *at, "a byte that begins no value");
    } else {
        whole = take_format(token, &cursor, &formats[first - NIL]);
    }
    if (!whole) {
        return malformed_set(malformed, *at, "it ends inside a value");
    }
    if (token->kind == MSGPACK_TEXT &&
        utf8_check(token->bytes) < token->bytes.size) {
        return malformed_set(malformed, *at, "a text that is not UTF-8");
    }
    *at = cursor.at;
    return SOCKFEED_OK;
}

enum sockfeed_result msgpack_skip(struct malformed *malformed,
                                  struct span bytes, size_t *at)
{
    struct msgpack_token token;
    /* Each takes a byte at least, so the sum cannot wrap before the end. */
    uint64_t due = 1;

    while (due > 0) {
        if (due > bytes.size - *at) {
            return malformed_set(malformed, bytes.size,
                                 "it ends before a value");
        }
        if (msgpack_read(&token, malformed, bytes, at) != SOCKFEED_OK) {
            return SOCKFEED_PROTOCOL;
        }
        due--;
        if (token.kind == MSGPACK_ARRAY) {
            due += token.number;
        } else if (token.kind == MSGPACK_MAP) {
            due += token.number * 2;
        }
    }
    return SOCKFEED_OK;
}

/* ---- Writing ----------------------------------------------------------- */

static void append_number(struct buf *to, unsigned first, uint64_t value,
                          unsigned width)
{
    char bytes[1 + sizeof value];

    bytes[0] = (char)first;
    for (unsigned i = 0; i < width; i++) {
        bytes[width - i] = (char)(unsigned char)(value >> (8 * i));
    }
    buf_append(to, bytes, 1 + width);
}

/* 0 to 3 for the 1, 2, 4 or 8 bytes that the number takes. */
static unsigned width_of(uint64_t value)
{
    if (value <= UINT8_MAX) {
        return 0;
    }
    if (value <= UINT16_MAX) {
        return 1;
    }
    return value <= UINT32_MAX ? 2 : 3;
}

/* A size or a count, in formats that lie side by side from the one whose width
 * is `least`. */
static void append_size(struct buf *to, unsigned first, unsigned least,
                        uint64_t size)
{
    unsigned width = width_of(size);

    if (width > 2) {
        to->result =
            buf_result(to) == SOCKFEED_OK ? SOCKFEED_INVALID : buf_result(to);
        return;
    }
    if (width < least) {
        width = least;
    }
    append_number(to, first + width - least, size, 1U << width);
}

void msgpack_append_nil(struct buf *to)
{
    append_number(to, NIL, 0, 0);
}

void msgpack_append_bool(struct buf *to, bool value)
{
    append_number(to, value ? FALSE + 1 : FALSE, 0, 0);
}

void msgpack_append_unsigned(struct buf *to, uint64_t value)
{
    unsigned width = width_of(value);

    if (value < FIX_MAP) {
        append_number(to, (unsigned)value, 0, 0);
    } else {
        append_number(to, UNSIGNED_8 + width, value, 1U << width);
    }
}

void msgpack_append_signed(struct buf *to, int64_t value)
{
    /* How far it is below zero, less one: its bits without the sign. */
    unsigned width = width_of(2 * (uint64_t)~value + 1);

    if (value >= 0) {
        msgpack_append_unsigned(to, (uint64_t)value);
    } else if (value >= -32) {
        append_number(to, (unsigned)(value & 0xff), 0, 0);
    } else {
        append_number(to, SIGNED_8 + width, (uint64_t)value, 1U << width);
    }
}

void msgpack_append_float(struct buf *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    append_number(to, FLOAT_64, bits, sizeof bits);
}

void msgpack_append_text(struct buf *to, struct span text)
{
    if (text.size < NIL - FIX_TEXT) {
        append_number(to, FIX_TEXT + (unsigned)text.size, 0, 0);
    } else {
        append_size(to, TEXT_8, 0, text.size);
    }
    buf_append_span(to, text);
}

void msgpack_append_bytes(struct buf *to, struct span bytes)
{
    append_size(to, BYTES_8, 0, bytes.size);
    buf_append_span(to, bytes);
}

void msgpack_append_array(struct buf *to, size_t count)
{
    if (count < FIX_TEXT - FIX_ARRAY) {
        append_number(to, FIX_ARRAY + (unsigned)count, 0, 0);
    } else {
        append_size(to, ARRAY_16, 1, count);
    }
}

void msgpack_append_map(struct buf *to, size_t pairs)
{
    if (pairs < FIX_ARRAY - FIX_MAP) {
        append_number(to, FIX_MAP + (unsigned)pairs, 0, 0);
    } else {
        append_size(to, MAP_16, 1, pairs);
    }
}
