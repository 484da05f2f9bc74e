/* SPDX-License-Identifier: MIT */
#include "cli/base/visible.h"

#include "base/json_quote.h"
#include "base/printable.h"
#include "base/utf8.h"

#include <stdint.h>

static void append_hex(struct buf *out, uint32_t value, unsigned digits)
{
    while (digits > 0) {
        digits--;
        buf_append_byte(out, "0123456789abcdef"[(value >> (4 * digits)) & 15]);
    }
}

/* As a person reads it. */
static void append_escape(struct buf *out, uint32_t point)
{
    switch (point) {
    case '\n':
        buf_append_text(out, "\\n");
        return;
    case '\r':
        buf_append_text(out, "\\r");
        return;
    case '\t':
        buf_append_text(out, "\\t");
        return;
    default:
        break;
    }
    if (point < 0x80) {
        buf_append_text(out, "\\x");
        append_hex(out, point, 2);
    } else if (point < 0x10000) {
        buf_append_text(out, "\\u");
        append_hex(out, point, 4);
    } else {
        buf_append_text(out, "\\U");
        append_hex(out, point, 8);
    }
}

/* As JSON has it (RFC 8259, section 7). */
static void append_json_escape(struct buf *out, uint32_t point)
{
    if (point >= 0x10000) {
        point -= 0x10000;
        append_json_escape(out, 0xd800 + (point >> 10));
        point = 0xdc00 + (point & 0x3ff);
    }
    buf_append_text(out, "\\u");
    append_hex(out, point, 4);
}

/* All that is not hidden, and the rest by these escapes. */
static void append_by(struct buf *out, struct span text,
                      void (*escape)(struct buf *out, uint32_t point))
{
    size_t plain = 0; /* bytes before `text` that need no escape */

    while (plain < text.size) {
        uint32_t point;
        size_t size = utf8_decode(&point, span_skip(text, plain));

        if (size != 0 && !printable_is_hidden(point)) {
            plain += size;
            continue;
        }
        buf_append(out, text.data, plain);
        if (size != 0) {
            escape(out, point);
        } else {
            buf_append_text(out, "\\x");
            append_hex(out, (unsigned char)text.data[plain], 2);
            size = 1;
        }
        text = span_skip(text, plain + size);
        plain = 0;
    }
    buf_append(out, text.data, plain);
}

void visible_append(struct buf *out, struct span text)
{
    append_by(out, text, append_escape);
}

void visible_append_json(struct buf *out, struct span text)
{
    struct buf quoted;

    /* Each byte may become an escape of six. */
    buf_init(&quoted, text.size * 6 + 2);
    json_quote(&quoted, text);
    if (buf_result(&quoted) == SOCKFEED_OK) {
        append_by(out, buf_span(&quoted), append_json_escape);
    } else {
        out->result = buf_result(&quoted);
    }
    buf_deinit(&quoted);
}
