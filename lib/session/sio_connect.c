/* SPDX-License-Identifier: MIT */
#include "session/sio_connect.h"

#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/percent.h"
#include "base/printable.h"

/* A string's text, anything else as it is; failure stays in the buffer. */
static void append_plain(struct buf *to, struct span value)
{
    if (value.size > 0 && json_scan_kind(value.data[0]) == JSON_STRING) {
        (void)!json_unquote(to, value);
    } else {
        buf_append_span(to, value);
    }
}

void sio_connect_append_query(struct buf *query, struct span auth)
{
    size_t start = query->size;
    struct json_walk walk;
    struct span value;
    struct span key;
    struct buf plain;

    buf_init(&plain, query->limit);
    json_walk_init(&walk, auth);
    while (json_walk_next(&walk, &key, &value)) {
        if (query->size > start) {
            buf_append_byte(query, '&');
        }
        buf_clear(&plain);
        append_plain(&plain, key);
        percent_encode(query, buf_span(&plain));
        buf_append_byte(query, '=');
        buf_clear(&plain);
        append_plain(&plain, value);
        percent_encode(query, buf_span(&plain));
        if (buf_result(&plain) != SOCKFEED_OK) {
            query->result = buf_result(&plain);
        }
    }
    buf_wipe(&plain);
}

/* A comma would end the namespace. */
static void append_without_commas(struct buf *space, struct span query)
{
    size_t comma = span_find(query, ',');

    while (comma < query.size) {
        buf_append(space, query.data, comma);
        buf_append_text(space, "%2C");
        query = span_skip(query, comma + 1);
        comma = span_find(query, ',');
    }
    buf_append_span(space, query);
}

/* A query of the namespace's own text goes on, ours is added to it. */
static void append_parameters(struct buf *space, struct span query)
{
    if (query.size == 0) {
        return;
    }
    buf_append_byte(space,
                    span_find(buf_span(space), '?') == space->size ? '?' : '&');
    append_without_commas(space, query);
}

enum sockfeed_result sio_connect_make(struct sio_packet *packet,
                                      struct buf *space, struct span name,
                                      const struct sio_connect *connect,
                                      enum eio_revision revision)
{
    struct buf auth;

    *packet = (struct sio_packet){.type = SIO_PACKET_CONNECT, .space = name};
    if (revision == EIO_REVISION_4) {
        packet->payload = connect->auth;
        return SOCKFEED_OK;
    }
    buf_init(&auth, space->limit);
    sio_connect_append_query(&auth, connect->auth);
    buf_clear(space);
    buf_append_span(space, name);
    append_parameters(space, connect->query);
    append_parameters(space, buf_span(&auth));
    if (buf_result(&auth) != SOCKFEED_OK) {
        space->result = buf_result(&auth);
    }
    buf_wipe(&auth);
    packet->space = buf_span(space);
    return buf_result(space);
}

int sio_connect_revision(const struct sio_packet *packet)
{
    struct span sid;

    if (packet->type == SIO_PACKET_CONNECT_ERROR) {
        /* Objects come from both, texts only from the old one. */
        return packet->payload.size > 0 && packet->payload.data[0] == '"'
                   ? EIO_REVISION_3
                   : 0;
    }
    if (packet->payload.size == 0) {
        return EIO_REVISION_3;
    }
    sid = json_walk_find(packet->payload, "sid");
    return sid.size > 0 && sid.data[0] == '"' ? EIO_REVISION_4 : 0;
}

void sio_connect_reason(char *to, size_t size, struct span payload)
{
    struct span message = json_walk_find(payload, "message");
    struct buf plain;

    if (message.size == 0) {
        message = payload;
    }
    if (message.size == 0) {
        message = span_text("no reason given");
    }
    /* Unquoting only makes it shorter. */
    buf_init(&plain, message.size);
    append_plain(&plain, message);
    (void)printable_copy(to, size, buf_span(&plain));
    buf_deinit(&plain);
}
