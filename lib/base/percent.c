/* SPDX-License-Identifier: MIT */
#include "base/percent.h"

#include "base/num.h"

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static bool is_component(char c)
{
    static const char others[] = "-_.!~*'()";

    return is_alphanumeric(c) || memchr(others, c, sizeof others - 1) != NULL;
}

static bool is_url(char c)
{
    static const char others[] = "\"<>\\^`{|}";

    return c > ' ' && c < '\x7f' &&
           memchr(others, c, sizeof others - 1) == NULL;
}

static void encode(struct buf *to, struct span text, bool (*is_kept)(char))
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        char escape[3] = {'%', hex[c >> 4], hex[c & 15]};

        if (is_kept(text.data[i])) {
            buf_append_byte(to, text.data[i]);
        } else {
            buf_append(to, escape, sizeof escape);
        }
    }
}

void percent_encode(struct buf *to, struct span text)
{
    encode(to, text, is_component);
}

void percent_encode_foreign(struct buf *to, struct span text)
{
    encode(to, text, is_url);
}

/* The byte that the escape at the front of the text stands for, or -1. */
static int escaped_byte(struct span text)
{
    int high = text.size < 3 ? -1 : num_hex_value(text.data[1]);
    int low = text.size < 3 ? -1 : num_hex_value(text.data[2]);

    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum sockfeed_result percent_decode(struct buf *to, struct span text,
                                    struct malformed *malformed)
{
    size_t at = 0;

    while (at < text.size) {
        struct span rest = span_skip(text, at);
        size_t plain = span_find(rest, '%');

        buf_append(to, rest.data, plain);
        at += plain;
        if (plain < rest.size) {
            int byte = escaped_byte(span_skip(rest, plain));

            if (byte < 0) {
                *malformed = (struct malformed){
                    at, "'%' without two hexadecimal digits"};
                return SOCKFEED_INVALID;
            }
            buf_append_byte(to, (char)byte);
            at += 3;
        }
    }
    return buf_result(to);
}
