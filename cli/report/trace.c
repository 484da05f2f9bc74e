/* SPDX-License-Identifier: MIT */
#include "cli/report/trace.h"

#include "base/span.h"
#include "cli/base/visible.h"
#include "cli/input/secret.h"

enum {
    TRACE_TEXT_MAX = 1024,  /* of a frame's text at -v */
    TRACE_BYTES_MAX = 4096, /* of a frame's bytes at -vv */
    TRACE_COLUMNS = 16
};

/* Whose line, and which way it went. */
static void append_mark(struct buf *out, unsigned label, char mark)
{
    if (label != 0) {
        buf_append_format(out, "[%u] ", label);
    }
    buf_append_byte(out, mark);
    buf_append_byte(out, ' ');
}

static void append_cut(struct buf *out, struct span text, size_t most)
{
    size_t size = text.size;

    if (size > most) {
        size = most;
        while (size > 0 && ((unsigned char)text.data[size] & 0xc0) == 0x80) {
            size--;
        }
    }
    visible_append(out, span_of(text.data, size));
    if (size < text.size) {
        buf_append_format(out, "... (%zu bytes)", text.size);
    }
}

static void append_frame(struct buf *out, const struct sockfeed_event *event,
                         struct span data)
{
    switch (event->u.frame.type) {
    case SOCKFEED_FRAME_TEXT:
        append_cut(out, data, TRACE_TEXT_MAX);
        return;
    case SOCKFEED_FRAME_BINARY:
        buf_append_format(out, "binary, %zu bytes", data.size);
        return;
    case SOCKFEED_FRAME_PING:
        buf_append_text(out, "ping");
        break;
    case SOCKFEED_FRAME_PONG:
        buf_append_text(out, "pong");
        break;
    case SOCKFEED_FRAME_CLOSE:
        buf_append_format(out, "close %u", (unsigned)event->u.frame.code);
        break;
    case SOCKFEED_FRAME_HTTP:
        return; /* told in full by TRACE */
    }
    if (data.size > 0) {
        buf_append_byte(out, ' ');
        append_cut(out, data, TRACE_TEXT_MAX);
    }
}

/* A step; the lines of requests and answers come with a mark of their own. */
static void append_step(struct buf *out, unsigned label, struct span text)
{
    char mark = '*';

    if (span_starts(text, "> ") || span_starts(text, "< ")) {
        mark = text.data[0];
        text = span_skip(text, 2);
    }
    append_mark(out, label, mark);
    visible_append(out, text);
    buf_append_byte(out, '\n');
}

static void append_hex_digit(struct buf *out, unsigned value)
{
    buf_append_byte(out, "0123456789abcdef"[value & 15]);
}

/* One line of bytes: offset, hexadecimal, and what is ASCII among them. */
static void append_bytes_line(struct buf *out, size_t offset, struct span bytes)
{
    buf_append_format(out, "  %04zx:", offset);
    for (size_t i = 0; i < TRACE_COLUMNS; i++) {
        if (i < bytes.size) {
            unsigned byte = (unsigned char)bytes.data[i];

            buf_append_byte(out, ' ');
            append_hex_digit(out, byte >> 4);
            append_hex_digit(out, byte);
        } else {
            buf_append_text(out, "   ");
        }
    }
    buf_append_text(out, "  ");
    for (size_t i = 0; i < bytes.size; i++) {
        char byte = bytes.data[i];

        buf_append_byte(out, byte >= ' ' && byte <= '~' ? byte : '.');
    }
    buf_append_byte(out, '\n');
}

static void append_bytes(struct buf *out, struct span bytes)
{
    struct span rest = bytes;
    size_t offset = 0;

    while (rest.size > 0 && offset < TRACE_BYTES_MAX) {
        size_t size = rest.size < TRACE_COLUMNS ? rest.size : TRACE_COLUMNS;

        append_bytes_line(out, offset, span_of(rest.data, size));
        rest = span_skip(rest, size);
        offset += size;
    }
    if (rest.size > 0) {
        buf_append_format(out, "  ... (%zu bytes)\n", bytes.size);
    }
}

/* What of a frame may be shown; `masked` holds it where it is not the whole. */
static struct span shown(struct buf *masked, const struct sockfeed_event *event)
{
    struct span data = span_of(event->u.frame.data, event->u.frame.size);

    if (!event->u.frame.sent) {
        return data;
    }
    if (event->u.frame.type == SOCKFEED_FRAME_TEXT) {
        secret_append_packet(masked, data);
    } else if (event->u.frame.type == SOCKFEED_FRAME_BINARY) {
        secret_append_binary(masked, data);
    } else {
        return data;
    }
    return buf_span(masked);
}

void trace_append(struct buf *out, unsigned verbosity, unsigned label,
                  const struct sockfeed_event *event)
{
    struct buf masked;
    struct span data;

    if (event->type == SOCKFEED_EVENT_TRACE) {
        append_step(out, label, span_text(event->u.notice.text));
    } else if (event->type == SOCKFEED_EVENT_FRAME &&
               event->u.frame.type != SOCKFEED_FRAME_HTTP) {
        buf_init(&masked, SIZE_MAX / 2);
        data = shown(&masked, event);
        append_mark(out, label, event->u.frame.sent ? '>' : '<');
        append_frame(out, event, data);
        buf_append_byte(out, '\n');
        if (verbosity > 1) {
            append_bytes(out, data);
        }
        buf_deinit(&masked);
    }
}
