/* SPDX-License-Identifier: MIT */
#include "codec/sio_msgpack.h"

#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/limits.h"
#include "base/num.h"
#include "codec/msgpack.h"
#include "codec/msgpack_json.h"

enum {
    GROWTH = 9 /* see sio_msgpack_text_size */
};

/* What stands before the payload. */
struct head {
    struct buf space;
    uint64_t type;
    uint64_t id;
    bool has_type;
    bool has_space;
    bool has_id;
};

static void head_init(struct head *head)
{
    *head = (struct head){.type = 0};
    buf_init(&head->space, LIMIT_NAMESPACE);
}

static void head_deinit(struct head *head)
{
    buf_deinit(&head->space);
}

/* ---- The parts, each from its JSON text -------------------------------- */

static enum sockfeed_result take_type(struct head *head, struct span json,
                                      struct malformed *malformed)
{
    if (num_parse_canonical(&head->type, json, SIO_PACKET_BINARY_ACK) !=
        SOCKFEED_OK) {
        return malformed_set(malformed, 0, "unknown packet type");
    }
    if (head->type >= SIO_PACKET_BINARY_EVENT) {
        head->type -= SIO_PACKET_BINARY_EVENT - SIO_PACKET_EVENT;
    }
    head->has_type = true;
    return SOCKFEED_OK;
}

static enum sockfeed_result take_id(struct head *head, struct span json,
                                    struct malformed *malformed)
{
    head->has_id =
        num_parse_canonical(&head->id, json, UINT64_MAX) == SOCKFEED_OK;
    return head->has_id
               ? SOCKFEED_OK
               : malformed_set(malformed, 0, "an id that is no whole number");
}

/* The text of a packet could not tell a comma in the name from its end; no
 * client can ask for such a namespace without this parser either. */
static enum sockfeed_result take_space(struct head *head, struct span json,
                                       struct malformed *malformed)
{
    struct span name;

    buf_clear(&head->space);
    if (json.data[0] != '"') {
        return malformed_set(malformed, 0, "a namespace that is no text");
    }
    if (json_unquote(&head->space, json) != SOCKFEED_OK) {
        return buf_result(&head->space) == SOCKFEED_FULL
                   ? malformed_set(malformed, 0, "namespace too long")
                   : SOCKFEED_NOMEM;
    }
    name = buf_span(&head->space);
    if (name.size == 0 || name.data[0] != '/' ||
        span_find(name, ',') < name.size) {
        return malformed_set(malformed, 0, "a namespace that cannot be");
    }
    head->has_space = true;
    return SOCKFEED_OK;
}

/* "4" and the packet's text up to its payload. */
static enum sockfeed_result write_head(struct buf *out, const struct head *head,
                                       struct malformed *malformed)
{
    struct sio_packet packet = {
        .type = (enum sio_packet_type)head->type,
        .space = buf_span(&head->space),
        .has_id = head->has_id,
        .id = head->id,
    };
    size_t size;
    char *to;

    if (!head->has_type || !head->has_space) {
        return malformed_set(malformed, 0, "a packet without type or nsp");
    }
    size = sio_packet_encoded_size(&packet);
    buf_append_byte(out, '4');
    to = buf_reserve(out, size);
    if (to == NULL) {
        return buf_result(out);
    }
    sio_packet_encode(to, &packet);
    out->size += size;
    return SOCKFEED_OK;
}

/* Reads the text that has been put together, whose payload begins there. */
static enum sockfeed_result read_text(struct sio_packet *packet,
                                      struct malformed *malformed,
                                      struct buf *out, size_t payload_at)
{
    static const struct sio_packet_rules rules = {.scan = JSON_SCAN_UTF8 |
                                                          JSON_SCAN_PADDED};
    char *behind = buf_reserve(out, LIMIT_RECEIVE_PAD);
    enum sockfeed_result result;

    if (behind == NULL) {
        return buf_result(out);
    }
    memset(behind, 0, LIMIT_RECEIVE_PAD);
    /* In the text it would be taken for the id. */
    if (out->size > payload_at &&
        json_scan_kind(out->data[payload_at]) == JSON_NUMBER) {
        return malformed_set(malformed, 0, "data that is a number");
    }
    result = sio_packet_decode(packet, malformed, span_skip(buf_span(out), 1),
                               &rules);
    if (result == SOCKFEED_PROTOCOL) {
        malformed->offset = 0; /* the text is not what came */
    }
    if (result == SOCKFEED_OK && packet->type == SIO_PACKET_ACK &&
        packet->payload.size == 0) {
        return malformed_set(malformed, 0, "an acknowledgement without data");
    }
    return result;
}

/* ---- MessagePack ------------------------------------------------------- */

struct map {
    struct span bytes;
    size_t at;
    size_t data_at;  /* of the value of "data"; 0: there is none */
    struct buf json; /* of a part of the head */
};

/* A part of the head is small; undefined is as good as not there. */
static enum sockfeed_result take_part(struct head *head, struct map *map,
                                      struct span key,
                                      struct malformed *malformed)
{
    enum sockfeed_result result;
    bool absent;

    buf_clear(&map->json);
    result = msgpack_json_decode(&map->json, &absent, malformed, map->bytes,
                                 &map->at);
    if (result == SOCKFEED_FULL) {
        return malformed_set(malformed, 0, "a namespace or id too long");
    }
    if (result != SOCKFEED_OK || absent) {
        return result;
    }
    if (span_is(key, "type")) {
        return take_type(head, buf_span(&map->json), malformed);
    }
    return span_is(key, "id")
               ? take_id(head, buf_span(&map->json), malformed)
               : take_space(head, buf_span(&map->json), malformed);
}

static enum sockfeed_result take_member(struct head *head, struct map *map,
                                        struct malformed *malformed)
{
    struct msgpack_token key;

    if (msgpack_read(&key, malformed, map->bytes, &map->at) != SOCKFEED_OK) {
        return SOCKFEED_PROTOCOL;
    }
    if (key.kind == MSGPACK_TEXT &&
        (span_is(key.bytes, "type") || span_is(key.bytes, "nsp") ||
         span_is(key.bytes, "id"))) {
        return take_part(head, map, key.bytes, malformed);
    }
    if (key.kind == MSGPACK_TEXT && span_is(key.bytes, "data")) {
        map->data_at = map->at;
    } else if (key.kind > MSGPACK_TEXT) {
        return malformed_set(malformed, map->at, "a key that is no text");
    }
    return msgpack_skip(malformed, map->bytes, &map->at);
}

static enum sockfeed_result take_map(struct head *head, struct map *map,
                                     struct malformed *malformed)
{
    struct msgpack_token token;
    enum sockfeed_result result =
        msgpack_read(&token, malformed, map->bytes, &map->at);

    if (result == SOCKFEED_OK && token.kind != MSGPACK_MAP) {
        return malformed_set(malformed, 0, "no map in MessagePack");
    }
    for (uint64_t i = 0; result == SOCKFEED_OK && i < token.number; i++) {
        result = take_member(head, map, malformed);
    }
    if (result == SOCKFEED_OK && map->at < map->bytes.size) {
        return malformed_set(malformed, map->at, "bytes behind the packet");
    }
    return result;
}

enum sockfeed_result sio_msgpack_decode(struct sio_packet *packet,
                                        struct malformed *malformed,
                                        struct buf *out, struct span bytes)
{
    struct map map = {.bytes = bytes};
    struct head head;
    enum sockfeed_result result;
    size_t payload_at;
    bool absent;

    buf_clear(out);
    head_init(&head);
    buf_init(&map.json, (size_t)LIMIT_NAMESPACE * GROWTH);
    result = take_map(&head, &map, malformed);
    if (result == SOCKFEED_OK) {
        result = write_head(out, &head, malformed);
    }
    payload_at = out->size;
    if (result == SOCKFEED_OK && map.data_at > 0) {
        result =
            msgpack_json_decode(out, &absent, malformed, bytes, &map.data_at);
    }
    if (result == SOCKFEED_OK) {
        result = read_text(packet, malformed, out, payload_at);
    }
    buf_deinit(&map.json);
    head_deinit(&head);
    return result;
}

size_t sio_msgpack_text_size(size_t size)
{
    size_t around = 64 + (size_t)LIMIT_RECEIVE_PAD;

    return size > (SIZE_MAX - around) / GROWTH ? SIZE_MAX
                                               : size * GROWTH + around;
}

/* ---- JSON text --------------------------------------------------------- */

enum sockfeed_result sio_msgpack_decode_text(struct sio_packet *packet,
                                             struct malformed *malformed,
                                             struct buf *out, struct span text)
{
    struct json_scan_result scan;
    struct head head;
    struct span type;
    struct span space;
    struct span id;
    enum sockfeed_result result =
        json_scan(&scan, malformed, text, JSON_SCAN_UTF8);

    if (result != SOCKFEED_OK || scan.kind != JSON_OBJECT) {
        return result != SOCKFEED_OK
                   ? result
                   : malformed_set(malformed, 0, "no object in JSON");
    }
    buf_clear(out);
    head_init(&head);
    type = json_walk_find(text, "type");
    space = json_walk_find(text, "nsp");
    id = json_walk_find(text, "id");
    if (type.size > 0) {
        result = take_type(&head, type, malformed);
    }
    if (result == SOCKFEED_OK && space.size > 0) {
        result = take_space(&head, space, malformed);
    }
    if (result == SOCKFEED_OK && id.size > 0) {
        result = take_id(&head, id, malformed);
    }
    if (result == SOCKFEED_OK) {
        result = write_head(out, &head, malformed);
    }
    if (result == SOCKFEED_OK) {
        size_t payload_at = out->size;

        buf_append_span(out, json_walk_find(text, "data"));
        result = read_text(packet, malformed, out, payload_at);
    }
    head_deinit(&head);
    return result;
}

/* ---- Writing ----------------------------------------------------------- */

enum sockfeed_result sio_msgpack_encode(struct buf *to,
                                        const struct sio_packet *packet)
{
    bool has_data = packet->payload.size > 0;
    enum sockfeed_result result = SOCKFEED_OK;

    msgpack_append_map(to, 2U + (has_data ? 1 : 0) + (packet->has_id ? 1 : 0));
    msgpack_append_text(to, span_text("type"));
    msgpack_append_unsigned(to, (uint64_t)packet->type);
    msgpack_append_text(to, span_text("nsp"));
    msgpack_append_text(to, packet->space);
    if (packet->has_id) {
        msgpack_append_text(to, span_text("id"));
        msgpack_append_unsigned(to, packet->id);
    }
    if (has_data) {
        msgpack_append_text(to, span_text("data"));
        result = msgpack_json_encode(to, packet->payload);
    }
    return result == SOCKFEED_OK ? buf_result(to) : result;
}
