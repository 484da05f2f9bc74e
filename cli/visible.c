/* SPDX-License-Identifier: MIT */
#include "cli/visible.h"

#include "base/utf8.h"

#include <stdint.h>

/* Ranges of code points that are shown as escapes. */
static bool is_hidden(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00,   0x1f  }, /* C0 */
        {0x7f,   0x9f  }, /* DEL, C1 */
        {0x061c, 0x061c}, /* Arabic letter mark */
        {0x200e, 0x200f}, /* left-to-right, right-to-left mark */
        {0x2028, 0x202e}, /* separators, embeddings, overrides */
        {0x2066, 0x2069}, /* isolates */
        {0xfeff, 0xfeff}, /* byte order mark */
    };

    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (point >= hidden[i].first && point <= hidden[i].last) {
            return true;
        }
    }
    return false;
}

static void append_hex(struct buf *out, uint32_t value, unsigned digits)
{
    while (digits > 0) {
        digits--;
        buf_append_byte(out, "0123456789abcdef"[(value >> (4 * digits)) & 15]);
    }
}

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
    } else {
        buf_append_text(out, "\\u");
        append_hex(out, point, 4);
    }
}

void visible_append(struct buf *out, struct span text)
{
    size_t plain = 0; /* bytes before `text` that need no escape */

    while (plain < text.size) {
        uint32_t point;
        size_t size = utf8_decode(&point, span_skip(text, plain));

        if (size != 0 && !is_hidden(point)) {
            plain += size;
            continue;
        }
        buf_append(out, text.data, plain);
        if (size != 0) {
            append_escape(out, point);
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
