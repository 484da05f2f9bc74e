/* SPDX-License-Identifier: MIT */
#include "cli/trace.h"

#include "base/span.h"
#include "cli/visible.h"

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

/* How much of a text frame may be shown: of `40/space,{"token":...}` and
 * `40/space?token=...` what comes before the payload and the query. */
static size_t shown_size(const struct sockfeed_event *event)
{
    struct span text = span_of(event->u.frame.data, event->u.frame.size);

    if (!event->u.frame.sent || !span_starts(text, "40")) {
        return text.size;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '{' || text.data[i] == '?') {
            return i + 1;
        }
    }
    return text.size;
}

static void append_text(struct buf *out, const struct sockfeed_event *event)
{
    size_t size = shown_size(event);

    append_cut(out, span_of(event->u.frame.data, size), TRACE_TEXT_MAX);
    if (size < event->u.frame.size) {
        buf_append_text(out, "***");
    }
}

static void append_frame(struct buf *out, const struct sockfeed_event *event)
{
    struct span data = span_of(event->u.frame.data, event->u.frame.size);

    switch (event->u.frame.type) {
    case SOCKFEED_FRAME_TEXT:
        append_text(out, event);
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

static void append_bytes(struct buf *out, const struct sockfeed_event *event)
{
    struct span rest = span_of(event->u.frame.data, shown_size(event));
    size_t offset = 0;

    while (rest.size > 0 && offset < TRACE_BYTES_MAX) {
        size_t size = rest.size < TRACE_COLUMNS ? rest.size : TRACE_COLUMNS;

        append_bytes_line(out, offset, span_of(rest.data, size));
        rest = span_skip(rest, size);
        offset += size;
    }
    if (rest.size > 0) {
        buf_append_format(out, "  ... (%zu bytes)\n", event->u.frame.size);
    }
}

void trace_append(struct buf *out, unsigned verbosity, unsigned label,
                  const struct sockfeed_event *event)
{
    if (event->type == SOCKFEED_EVENT_TRACE) {
        append_step(out, label, span_text(event->u.notice.text));
    } else if (event->type == SOCKFEED_EVENT_FRAME &&
               event->u.frame.type != SOCKFEED_FRAME_HTTP) {
        append_mark(out, label, event->u.frame.sent ? '>' : '<');
        append_frame(out, event);
        buf_append_byte(out, '\n');
        if (verbosity > 1) {
            append_bytes(out, event);
        }
    }
}
