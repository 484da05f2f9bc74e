/* SPDX-License-Identifier: MIT */
#include "codec/msgpack_json.h"

#include "base/json_bytes.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/num_double.h"
#include "codec/msgpack.h"
#include "codec/msgpack_time.h"

/* ---- To JSON ----------------------------------------------------------- */

struct reader {
    struct span bytes;
    size_t at;
    struct buf *json;
    struct malformed *malformed;
};

/* The sign is one for itself: the most negative has no positive. */
static void write_signed(struct buf *json, int64_t value)
{
    if (value < 0) {
        buf_append_byte(json, '-');
    }
    buf_append_uint(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void write_float(struct buf *json, double value)
{
    /* Infinite or not a number at all. */
    if (value - value != 0) {
        buf_append_text(json, "null");
    } else {
        num_double_append(json, value);
    }
}

static bool is_undefined(const struct msgpack_token *token)
{
    return token->kind == MSGPACK_EXTENSION &&
           token->type == MSGPACK_TIME_NOTEPACK && token->fixed &&
           token->bytes.size == 1;
}

static void write_extension(struct buf *json, const struct msgpack_token *token)
{
    if (msgpack_time_append(json, token)) {
        return;
    }
    if (token->type == MSGPACK_TIME_NOTEPACK && !token->fixed) {
        json_bytes_append(json, token->bytes);
    } else {
        buf_append_byte(json, '[');
        write_signed(json, token->type);
        buf_append_byte(json, ',');
        json_bytes_append(json, token->bytes);
        buf_append_byte(json, ']');
    }
}

/* A token that is a whole value. */
static void write_scalar(struct buf *json, const struct msgpack_token *token)
{
    switch (token->kind) {
    case MSGPACK_NIL:
        buf_append_text(json, "null");
        break;
    case MSGPACK_FALSE:
        buf_append_text(json, "false");
        break;
    case MSGPACK_TRUE:
        buf_append_text(json, "true");
        break;
    case MSGPACK_UNSIGNED:
        buf_append_uint(json, token->number);
        break;
    case MSGPACK_SIGNED:
        write_signed(json, token->negative);
        break;
    case MSGPACK_FLOAT:
        write_float(json, token->real);
        break;
    case MSGPACK_TEXT:
        json_quote(json, token->bytes);
        break;
    case MSGPACK_BYTES:
        json_bytes_append(json, token->bytes);
        break;
    case MSGPACK_EXTENSION:
        write_extension(json, token);
        break;
    case MSGPACK_ARRAY:
    case MSGPACK_MAP:
        break;
    }
}

static enum sockfeed_result write_key(struct reader *reader)
{
    struct msgpack_token token;
    size_t start = reader->at;

    if (msgpack_read(&token, reader->malformed, reader->bytes, &reader->at) !=
        SOCKFEED_OK) {
        return SOCKFEED_PROTOCOL;
    }
    if (token.kind == MSGPACK_TEXT) {
        json_quote(reader->json, token.bytes);
    } else if (token.kind < MSGPACK_TEXT) {
        buf_append_byte(reader->json, '"');
        write_scalar(reader->json, &token);
        buf_append_byte(reader->json, '"');
    } else {
        return malformed_set(reader->malformed, start, "a key that is no text");
    }
    buf_append_byte(reader->json, ':');
    return SOCKFEED_OK;
}

static enum sockfeed_result write_value(struct reader *reader, unsigned depth,
                                        bool *absent);

/* An element, or a member with its key. */
static enum sockfeed_result write_item(struct reader *reader, unsigned depth,
                                       bool map, bool first)
{
    size_t start = reader->json->size;
    enum sockfeed_result result = SOCKFEED_OK;
    bool absent;

    if (!first) {
        buf_append_byte(reader->json, ',');
    }
    if (map) {
        result = write_key(reader);
    }
    if (result == SOCKFEED_OK) {
        result = write_value(reader, depth, &absent);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (absent && map) {
        reader->json->size = start;
    } else if (absent) {
        buf_append_text(reader->json, "null");
    }
    return buf_result(reader->json);
}

static enum sockfeed_result write_container(struct reader *reader,
                                            unsigned depth,
                                            const struct msgpack_token *token)
{
    bool map = token->kind == MSGPACK_MAP;
    enum sockfeed_result result = SOCKFEED_OK;
    size_t inside;

    if (depth == LIMIT_JSON_DEPTH) {
        return malformed_set(reader->malformed, reader->at,
                             "arrays and maps nested too deep");
    }
    buf_append_byte(reader->json, map ? '{' : '[');
    inside = reader->json->size;
    for (uint64_t i = 0; i < token->number && result == SOCKFEED_OK; i++) {
        result =
            write_item(reader, depth + 1, map, reader->json->size == inside);
    }
    buf_append_byte(reader->json, map ? '}' : ']');
    return result;
}

static enum sockfeed_result write_value(struct reader *reader, unsigned depth,
                                        bool *absent)
{
    struct msgpack_token token;

    if (msgpack_read(&token, reader->malformed, reader->bytes, &reader->at) !=
        SOCKFEED_OK) {
        return SOCKFEED_PROTOCOL;
    }
    *absent = is_undefined(&token);
    if (token.kind == MSGPACK_ARRAY || token.kind == MSGPACK_MAP) {
        return write_container(reader, depth, &token);
    }
    if (!*absent) {
        write_scalar(reader->json, &token);
    }
    return buf_result(reader->json);
}

enum sockfeed_result msgpack_json_decode(struct buf *json, bool *absent,
                                         struct malformed *malformed,
                                         struct span bytes, size_t *at)
{
    struct reader reader = {bytes, *at, json, malformed};
    enum sockfeed_result result = write_value(&reader, 0, absent);

    *at = reader.at;
    return result;
}

/* ---- From JSON --------------------------------------------------------- */

struct writer {
    struct buf *to;
    struct buf scratch; /* the bytes of a string token */
};

static size_t count_items(struct span container)
{
    struct json_walk walk;
    struct span value;
    struct span key;
    size_t count = 0;

    json_walk_init(&walk, container);
    while (json_walk_next(&walk, &key, &value)) {
        count++;
    }
    return count;
}

static void encode_number(struct buf *to, struct span text)
{
    bool negative = text.data[0] == '-';
    uint64_t value;

    /* Minus zero is no integer, nor is what has a point or an exponent. */
    if (num_parse_uint(&value, span_skip(text, negative ? 1 : 0),
                       negative ? UINT64_C(1) << 63 : UINT64_MAX) !=
            SOCKFEED_OK ||
        (negative && value == 0)) {
        msgpack_append_float(to, num_double_parse(text));
    } else if (negative) {
        msgpack_append_signed(to, (int64_t)(0 - value));
    } else {
        msgpack_append_unsigned(to, value);
    }
}

static enum sockfeed_result encode_text(struct writer *writer,
                                        struct span token)
{
    enum sockfeed_result result;

    buf_clear(&writer->scratch);
    result = json_unquote(&writer->scratch, token);
    msgpack_append_text(writer->to, buf_span(&writer->scratch));
    return result;
}

static enum sockfeed_result encode_bytes(struct writer *writer,
                                         struct span token)
{
    enum sockfeed_result result;

    buf_clear(&writer->scratch);
    result = json_bytes_decode(&writer->scratch, token);
    msgpack_append_bytes(writer->to, buf_span(&writer->scratch));
    return result;
}

static enum sockfeed_result encode_value(struct writer *writer,
                                         struct span value);

static enum sockfeed_result encode_items(struct writer *writer,
                                         struct span container)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct json_walk walk;
    struct span value;
    struct span key;

    json_walk_init(&walk, container);
    while (result == SOCKFEED_OK && json_walk_next(&walk, &key, &value)) {
        if (walk.object) {
            result = encode_text(writer, key);
        }
        if (result == SOCKFEED_OK) {
            result = encode_value(writer, value);
        }
    }
    return result;
}

static enum sockfeed_result encode_object(struct writer *writer,
                                          struct span object)
{
    struct span base64 = json_bytes_find(object);

    if (base64.size > 0) {
        return encode_bytes(writer, base64);
    }
    msgpack_append_map(writer->to, count_items(object));
    return encode_items(writer, object);
}

static enum sockfeed_result encode_value(struct writer *writer,
                                         struct span value)
{
    switch (json_scan_kind(value.data[0])) {
    case JSON_NULL:
        msgpack_append_nil(writer->to);
        break;
    case JSON_FALSE:
        msgpack_append_bool(writer->to, false);
        break;
    case JSON_TRUE:
        msgpack_append_bool(writer->to, true);
        break;
    case JSON_NUMBER:
        encode_number(writer->to, value);
        break;
    case JSON_STRING:
        return encode_text(writer, value);
    case JSON_ARRAY:
        msgpack_append_array(writer->to, count_items(value));
        return encode_items(writer, value);
    case JSON_OBJECT:
        return encode_object(writer, value);
    }
    return buf_result(writer->to);
}

enum sockfeed_result msgpack_json_encode(struct buf *to, struct span json)
{
    struct writer writer = {.to = to};
    enum sockfeed_result result;

    buf_init(&writer.scratch, json.size);
    result = encode_value(&writer, json);
    /* It may have been a credential. */
    buf_wipe(&writer.scratch);
    return result == SOCKFEED_OK ? buf_result(to) : result;
}
