/* SPDX-License-Identifier: MIT */
#include "codec/sio_packet.h"

#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/limits.h"
#include "base/noinline.h"

/* 2^53 - 1: the largest integer that every peer keeps exactly. */
static const uint64_t ID_MAX = 9007199254740991;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The first character, if it is not escaped, already clears most. */
static bool begins_reserved(char first)
{
    return first == 'c' || first == 'd' || first == 'n' || first == 'r' ||
           first == '\\';
}

static NOINLINE bool is_reserved(struct span name)
{
    static const char *const reserved[] = {
        "connect",       "connect_error", "disconnect",
        "disconnecting", "newListener",   "removeListener",
    };

    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (json_walk_string_is(name, reserved[i])) {
            return true;
        }
    }
    return false;
}

bool sio_packet_name_reserved(struct span name)
{
    return name.size >= 2 && begins_reserved(name.data[1]) && is_reserved(name);
}

/* ---- The parts before the payload ---------------------------------------- */

/* What has been read of a packet's text, and where the reading stands. */
struct cursor {
    struct span text;
    size_t at;
};

static char peek(const struct cursor *cursor)
{
    return cursor->at < cursor->text.size ? cursor->text.data[cursor->at]
                                          : '\0';
}

/* Digits up to `max`; false when there is none or they come to more. Leading
 * zeros are the caller's to refuse. */
static bool read_number(struct cursor *cursor, uint64_t *value, uint64_t max,
                        size_t max_digits)
{
    size_t start = cursor->at;

    *value = 0;
    while (cursor->at < cursor->text.size &&
           is_digit(cursor->text.data[cursor->at])) {
        *value = *value * 10 + (uint64_t)(cursor->text.data[cursor->at] - '0');
        cursor->at++;
        if (*value > max || cursor->at - start > max_digits) {
            return false;
        }
    }
    return cursor->at > start;
}

static enum sockfeed_result read_attachments(struct cursor *cursor,
                                             struct sio_packet *packet,
                                             struct malformed *malformed,
                                             unsigned max)
{
    uint64_t count;

    /* The reference takes "01", "1e0" and " 1" as 1; no encoder writes them. */
    if (peek(cursor) == '0' ||
        !read_number(cursor, &count, max, LIMIT_ACK_DIGITS)) {
        return malformed_set(malformed, cursor->at,
                             "bad number of attachments, or too many");
    }
    if (peek(cursor) != '-') {
        return malformed_set(malformed, cursor->at,
                             "no '-' after the number of attachments");
    }
    cursor->at++;
    packet->attachments = (unsigned)count;
    return SOCKFEED_OK;
}

/* Up to the next comma or the end: servers of Socket.IO 1 leave the comma out
 * where nothing follows. */
static enum sockfeed_result read_namespace(struct cursor *cursor,
                                           struct sio_packet *packet,
                                           struct malformed *malformed)
{
    struct span rest = span_skip(cursor->text, cursor->at);
    size_t size = span_find(rest, ',');

    if (size > LIMIT_NAMESPACE) {
        return malformed_set(malformed, cursor->at, "namespace too long");
    }
    packet->space = span_of(rest.data, size);
    cursor->at += size < rest.size ? size + 1 : size;
    return SOCKFEED_OK;
}

static enum sockfeed_result read_id(struct cursor *cursor,
                                    struct sio_packet *packet,
                                    struct malformed *malformed)
{
    size_t start = cursor->at;

    if (!read_number(cursor, &packet->id, ID_MAX, LIMIT_ACK_DIGITS)) {
        return malformed_set(malformed, start, "acknowledgement id too large");
    }
    packet->has_id = true;
    return SOCKFEED_OK;
}

static bool is_binary_type(enum sio_packet_type type)
{
    return type == SIO_PACKET_BINARY_EVENT || type == SIO_PACKET_BINARY_ACK;
}

static enum sockfeed_result read_head(struct cursor *cursor,
                                      struct sio_packet *packet,
                                      struct malformed *malformed,
                                      unsigned max_attachments)
{
    enum sockfeed_result result = SOCKFEED_OK;
    char type = peek(cursor);

    if (type < '0' || type > '6') {
        return malformed_set(malformed, 0, "unknown packet type");
    }
    packet->type = (enum sio_packet_type)(type - '0');
    cursor->at++;
    if (is_binary_type(packet->type)) {
        result = read_attachments(cursor, packet, malformed, max_attachments);
    }
    if (result == SOCKFEED_OK && peek(cursor) == '/') {
        result = read_namespace(cursor, packet, malformed);
    }
    if (result == SOCKFEED_OK && is_digit(peek(cursor))) {
        result = read_id(cursor, packet, malformed);
    }
    return result;
}

/* ---- The payload --------------------------------------------------------- */

static inline enum sockfeed_result check_name(
    const struct json_scan_result *json, struct malformed *malformed)
{
    if (json->count == 0 ||
        (json->first_kind != JSON_STRING && json->first_kind != JSON_NUMBER)) {
        return malformed_set(malformed, 0, "event without a name");
    }
    if (json->first.size > LIMIT_EVENT_NAME) {
        return malformed_set(malformed, 0, "event name too long");
    }
    if (json->first_kind == JSON_STRING &&
        sio_packet_name_reserved(json->first)) {
        return malformed_set(malformed, 0, "reserved event name");
    }
    return SOCKFEED_OK;
}

/* The first byte tells the kind, so that a payload of the wrong one is named
 * as such even when it is long. */
static bool kind_fits(enum sio_packet_type type, enum json_kind kind)
{
    switch (type) {
    case SIO_PACKET_CONNECT:
        return kind == JSON_OBJECT;
    case SIO_PACKET_DISCONNECT:
        return false;
    case SIO_PACKET_EVENT:
    case SIO_PACKET_ACK:
    case SIO_PACKET_BINARY_EVENT:
    case SIO_PACKET_BINARY_ACK:
        return kind == JSON_ARRAY;
    case SIO_PACKET_CONNECT_ERROR:
        return true;
    }
    return false;
}

static bool is_event(enum sio_packet_type type)
{
    return type == SIO_PACKET_EVENT || type == SIO_PACKET_BINARY_EVENT;
}

static enum sockfeed_result take_elements(struct sio_packet *packet,
                                          struct malformed *malformed,
                                          const struct json_scan_result *json)
{
    packet->multiline = json->multiline;
    if (is_event(packet->type)) {
        packet->name = json->first;
        packet->args = json->rest;
        packet->arg_count = json->count - (json->count > 0 ? 1 : 0);
        return check_name(json, malformed);
    }
    packet->arg_count = json->count;
    packet->args = json->first;
    if (json->count > 1) {
        packet->args.size =
            (size_t)(json->rest.data + json->rest.size - json->first.data);
    }
    return SOCKFEED_OK;
}

static enum sockfeed_result read_payload(struct sio_packet *packet,
                                         struct malformed *malformed,
                                         struct span text, unsigned scan)
{
    struct json_scan_result json;
    enum sockfeed_result result;
    char first = text.data[0];

    /* Between the parts no white space can be, though JSON could begin with
     * it; the reference takes a space for the id 0. */
    if (is_space(first)) {
        return malformed_set(malformed, 0, "white space before the payload");
    }
    if (!kind_fits(packet->type, json_scan_kind(first))) {
        return malformed_set(malformed, 0, "payload of the wrong kind");
    }
    result = json_scan(&json, malformed, text, scan);
    if (result != SOCKFEED_OK) {
        return result;
    }
    packet->payload = json.value;
    if (json.kind != JSON_ARRAY || packet->type == SIO_PACKET_CONNECT_ERROR) {
        return SOCKFEED_OK;
    }
    return take_elements(packet, malformed, &json);
}

enum sockfeed_result sio_packet_scan_event(struct json_scan_result *event,
                                           struct malformed *malformed,
                                           struct span array, unsigned scan)
{
    enum sockfeed_result result = json_scan(event, malformed, array, scan);

    if (result == SOCKFEED_OK && event->kind != JSON_ARRAY) {
        return malformed_set(malformed, 0, "payload of the wrong kind");
    }
    return result == SOCKFEED_OK ? check_name(event, malformed) : result;
}

/* An event nobody will look into: no more than where its array is. */
static enum sockfeed_result take_array(struct sio_packet *packet,
                                       struct malformed *malformed,
                                       struct span text)
{
    while (text.size > 0 && is_space(text.data[text.size - 1])) {
        text.size--;
    }
    if (text.size < 2 || text.data[0] != '[' ||
        text.data[text.size - 1] != ']') {
        return malformed_set(malformed, 0, "payload is no array");
    }
    packet->payload = text;
    return SOCKFEED_OK;
}

enum sockfeed_result sio_packet_decode(struct sio_packet *packet,
                                       struct malformed *malformed,
                                       struct span text,
                                       const struct sio_packet_rules *rules)
{
    struct cursor cursor = {text, 0};
    enum sockfeed_result result;
    struct span rest;

    *packet = (struct sio_packet){
        .space = {"/", 1}
    };
    /* The one form that nearly every packet of a feed has: 2["name",... */
    if (text.size > 2 && memcmp(text.data, "2[", 2) == 0) {
        packet->type = SIO_PACKET_EVENT;
        cursor.at = 1;
    } else {
        result = read_head(&cursor, packet, malformed, rules->max_attachments);
        if (result != SOCKFEED_OK) {
            return result;
        }
    }
    rest = span_skip(text, cursor.at);
    if (rest.size == 0) {
        return is_event(packet->type) ? malformed_set(malformed, cursor.at,
                                                      "event without payload")
                                      : SOCKFEED_OK;
    }
    result = rules->unchecked && packet->type == SIO_PACKET_EVENT
                 ? take_array(packet, malformed, rest)
                 : read_payload(packet, malformed, rest, rules->scan);
    if (result == SOCKFEED_PROTOCOL) {
        malformed->offset += cursor.at;
    }
    return result;
}

/* ---- Encoding ------------------------------------------------------------ */

static size_t digits_of(uint64_t value)
{
    size_t digits = 1;

    while (value > 9) {
        value /= 10;
        digits++;
    }
    return digits;
}

size_t sio_packet_encoded_size(const struct sio_packet *packet)
{
    size_t size = 1 + packet->payload.size;

    if (is_binary_type(packet->type)) {
        size += digits_of(packet->attachments) + 1;
    }
    if (!span_is(packet->space, "/")) {
        size += packet->space.size + 1;
    }
    if (packet->has_id) {
        size += digits_of(packet->id);
    }
    return size;
}

static char *write_span(char *to, struct span span)
{
    if (span.size > 0) {
        memcpy(to, span.data, span.size);
    }
    return to + span.size;
}

static char *write_number(char *to, uint64_t value)
{
    char *end = to + digits_of(value);
    char *at = end;

    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return end;
}

void sio_packet_encode(char *to, const struct sio_packet *packet)
{
    char *at = to;

    *at++ = (char)('0' + (int)packet->type);
    if (is_binary_type(packet->type)) {
        at = write_number(at, packet->attachments);
        *at++ = '-';
    }
    if (!span_is(packet->space, "/")) {
        at = write_span(at, packet->space);
        *at++ = ',';
    }
    if (packet->has_id) {
        at = write_number(at, packet->id);
    }
    (void)write_span(at, packet->payload);
}
