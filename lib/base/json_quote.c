/* SPDX-License-Identifier: MIT */
#include "base/json_quote.h"

#include "base/json_escape.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    POINT_REPLACEMENT = 0xfffd
};

/* How many bytes from the front on stand in a JSON string as they are. */
static size_t count_plain(struct span text)
{
    size_t count = 0;

    while (count < text.size) {
        unsigned char c = (unsigned char)text.data[count];

        if (c < 0x20 || c == '"' || c == '\\') {
            break;
        }
        count++;
    }
    return count;
}

static void append_escape(struct buf *to, char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char escape[6] = {'\\', c};
    size_t size = 2;

    if (c != '"' && c != '\\') {
        escape[1] = letters[(unsigned char)c];
        if (escape[1] == '\0') {
            memcpy(escape + 1, "u00", 3);
            escape[4] = hex[c >> 4];
            escape[5] = hex[c & 15];
            size = 6;
        }
    }
    buf_append(to, escape, size);
}

static void append_point(struct buf *to, uint32_t point)
{
    char sequence[4];

    buf_append(to, sequence, utf8_encode(sequence, point));
}

/* The text is UTF-8. */
static void append_escaped(struct buf *to, struct span text)
{
    while (text.size > 0) {
        size_t plain = count_plain(text);

        buf_append(to, text.data, plain);
        text = span_skip(text, plain);
        if (text.size > 0) {
            append_escape(to, text.data[0]);
            text = span_skip(text, 1);
        }
    }
}

/* How many bytes from the front on one U+FFFD replaces: those that could have
 * begun a sequence, else the one that cannot. */
static size_t count_broken(struct span text)
{
    struct utf8_state state = {0};
    size_t count = utf8_feed(&state, text);

    return count == 0 ? 1 : count;
}

void json_quote(struct buf *to, struct span text)
{
    buf_append_byte(to, '"');
    while (text.size > 0) {
        size_t valid = utf8_check(text);

        append_escaped(to, span_of(text.data, valid));
        text = span_skip(text, valid);
        if (text.size > 0) {
            append_point(to, POINT_REPLACEMENT);
            text = span_skip(text, count_broken(text));
        }
    }
    buf_append_byte(to, '"');
}

/* ---- The way back -------------------------------------------------------- */

/* Takes the escape at the front of `rest`. */
static bool unescape(struct buf *to, struct span *rest)
{
    uint32_t point;
    size_t size = json_escape_decode(&point, *rest);

    if (size == 0) {
        return false;
    }
    append_point(to, point);
    *rest = span_skip(*rest, size);
    return true;
}

enum sockfeed_result json_unquote(struct buf *to, struct span token)
{
    struct span rest;

    if (token.size < 2 || token.data[0] != '"' ||
        token.data[token.size - 1] != '"') {
        return SOCKFEED_INVALID;
    }
    rest = span_of(token.data + 1, token.size - 2);
    while (rest.size > 0) {
        size_t plain = count_plain(rest);

        buf_append(to, rest.data, plain);
        rest = span_skip(rest, plain);
        if (rest.size > 0 && !unescape(to, &rest)) {
            return SOCKFEED_INVALID;
        }
    }
    return buf_result(to);
}
