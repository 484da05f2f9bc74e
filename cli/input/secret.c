/* SPDX-License-Identifier: MIT */
#include "cli/input/secret.h"

#include "base/json_scan.h"
#include "base/json_walk.h"

static const char mask[] = "***";

/* One KEY=VALUE of a query. */
static void append_parameter(struct buf *out, struct span parameter)
{
    size_t equals = span_find(parameter, '=');
    struct span key = span_of(parameter.data, equals);

    if (equals == parameter.size || span_is(key, "EIO") ||
        span_is(key, "transport")) {
        buf_append_span(out, parameter);
        return;
    }
    buf_append_span(out, key);
    buf_append_byte(out, '=');
    buf_append_text(out, mask);
}

/* `query` begins after the question mark. */
static void append_query(struct buf *out, struct span query)
{
    for (bool more = true; more;) {
        size_t end = span_find(query, '&');

        append_parameter(out, span_of(query.data, end));
        more = end < query.size;
        if (more) {
            buf_append_byte(out, '&');
            query = span_skip(query, end + 1);
        }
    }
}

/* An object whose members all have the mask for a value. */
static void append_object(struct buf *out, struct span object)
{
    struct json_walk walk;
    struct span key;
    struct span value;

    json_walk_init(&walk, object);
    buf_append_byte(out, '{');
    for (bool more = false; json_walk_next(&walk, &key, &value); more = true) {
        if (more) {
            buf_append_byte(out, ',');
        }
        buf_append_span(out, key);
        buf_append_text(out, ":\"");
        buf_append_text(out, mask);
        buf_append_byte(out, '"');
    }
    buf_append_byte(out, '}');
}

static void append_payload(struct buf *out, struct span payload)
{
    struct json_scan_result scan;
    struct malformed malformed;

    if (json_scan(&scan, &malformed, payload, 0) == SOCKFEED_OK &&
        scan.value.data[0] == '{') {
        append_object(out, scan.value);
    } else {
        buf_append_text(out, mask);
    }
}

void secret_append_packet(struct buf *out, struct span packet)
{
    size_t at = 0;

    if (!span_starts(packet, "40")) {
        buf_append_span(out, packet);
        return;
    }
    while (at < packet.size && packet.data[at] != '{' &&
           packet.data[at] != '?') {
        at++;
    }
    buf_append(out, packet.data, at);
    packet = span_skip(packet, at);
    if (span_starts(packet, "{")) {
        append_payload(out, packet);
    } else if (packet.size > 0) {
        buf_append_byte(out, '?');
        append_query(out, span_skip(packet, 1));
    }
}

/* Where `bytes` begin in the text, or its size. */
static size_t find_bytes(struct span text, const char *bytes, size_t size)
{
    for (size_t at = 0; at + size <= text.size; at++) {
        if (memcmp(text.data + at, bytes, size) == 0) {
            return at;
        }
    }
    return text.size;
}

void secret_append_binary(struct buf *out, struct span packet)
{
    static const char connect[] = "\xa4type"; /* and the number 0 */
    static const char data[] = "\xa4"
                               "data";
    static const char masked[] = "\xa3***";
    /* Behind the map's head, and the mark of Engine.IO 3. */
    size_t type = find_bytes(packet, connect, sizeof connect);
    size_t at = packet.size;

    if (type <= 2) {
        at = find_bytes(packet, data, sizeof data - 1);
    }
    if (at == packet.size) {
        buf_append_span(out, packet);
        return;
    }
    buf_append(out, packet.data, at + sizeof data - 1);
    buf_append_text(out, masked);
}

void secret_append_url(struct buf *out, struct span url)
{
    size_t mark = span_find(url, '?');

    buf_append(out, url.data, mark);
    if (mark < url.size) {
        buf_append_byte(out, '?');
        append_query(out, span_skip(url, mark + 1));
    }
}
