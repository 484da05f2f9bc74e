/* SPDX-License-Identifier: MIT */
#include "cli/files/capture_line.h"

#include "base/base64.h"
#include "base/json_quote.h"
#include "cli/files/capture.h"

static enum capture_op op_of(enum sockfeed_frame_type type)
{
    switch (type) {
    case SOCKFEED_FRAME_TEXT:
        return CAPTURE_TEXT;
    case SOCKFEED_FRAME_BINARY:
        return CAPTURE_BINARY;
    case SOCKFEED_FRAME_PING:
        return CAPTURE_PING;
    case SOCKFEED_FRAME_PONG:
        return CAPTURE_PONG;
    case SOCKFEED_FRAME_HTTP:
        return CAPTURE_HTTP;
    case SOCKFEED_FRAME_CLOSE:
        break;
    }
    return CAPTURE_CLOSE;
}

static const char *protocol_name(enum sockfeed_protocol protocol)
{
    switch (protocol) {
    case SOCKFEED_PROTOCOL_EIO:
        return "eio";
    case SOCKFEED_PROTOCOL_SIO:
        return "sio";
    case SOCKFEED_PROTOCOL_AUTO:
    case SOCKFEED_PROTOCOL_WS:
        break;
    }
    return "ws";
}

static void begin(struct buf *out, int64_t time, uint64_t connection, bool out_,
                  enum capture_op op)
{
    buf_append_text(out, CAPTURE_LINE_SIGNATURE);
    buf_append_uint(out, time > 0 ? (uint64_t)time : 0);
    buf_append_text(out, ",\"conn\":");
    buf_append_uint(out, connection);
    buf_append_text(out, out_ ? ",\"dir\":\"out\"" : ",\"dir\":\"in\"");
    buf_append_text(out, ",\"op\":\"");
    buf_append_text(out, capture_op_name(op));
    buf_append_byte(out, '"');
}

void capture_line_open(struct buf *out, int64_t time, uint64_t connection,
                       const char *url, enum sockfeed_protocol protocol)
{
    begin(out, time, connection, true, CAPTURE_OPEN);
    buf_append_text(out, ",\"url\":");
    json_quote(out, span_text(url));
    buf_append_text(out, ",\"protocol\":\"");
    buf_append_text(out, protocol_name(protocol));
    buf_append_text(out, "\"}\n");
}

static void append_close(struct buf *out, uint16_t code, struct span reason)
{
    if (code != 0) {
        buf_append_text(out, ",\"code\":");
        buf_append_uint(out, code);
    }
    if (reason.size > 0) {
        buf_append_text(out, ",\"reason\":");
        json_quote(out, reason);
    }
}

void capture_line_frame(struct buf *out, int64_t time, uint64_t connection,
                        const struct sockfeed_event *event, struct span data)
{
    enum capture_op op = op_of(event->u.frame.type);

    begin(out, time, connection, event->u.frame.sent, op);
    if (op == CAPTURE_CLOSE) {
        append_close(out, event->u.frame.code, data);
    } else if (op == CAPTURE_BINARY) {
        buf_append_text(out, ",\"data\":\"");
        base64_append(out, data);
        buf_append_byte(out, '"');
    } else {
        buf_append_text(out, ",\"data\":");
        json_quote(out, data);
    }
    buf_append_text(out, "}\n");
}
