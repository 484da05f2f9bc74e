/* SPDX-License-Identifier: MIT */
#include "base/printable.h"

#include "base/utf8.h"

static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

size_t printable_copy(char *to, size_t capacity, struct span text)
{
    size_t used = 0;

    while (text.size > 0) {
        uint32_t point = 0;
        size_t size = utf8_decode(&point, text);
        bool shown = size > 0 && !is_control(point);
        size_t written = shown ? size : 1;

        if (written >= capacity - used) {
            break;
        }
        memcpy(to + used, shown ? text.data : "?", written);
        used += written;
        text = span_skip(text, size > 0 ? size : 1);
    }
    to[used] = '\0';
    return used;
}

struct span printable_first_line(struct span text)
{
    while (text.size > 0) {
        size_t end = span_find(text, '\n');
        struct span line = span_of(text.data, end);

        if (line.size > 0 && line.data[line.size - 1] == '\r') {
            line.size--;
        }
        line = span_trim(line);
        if (line.size > 0) {
            return line;
        }
        text = span_skip(text, end < text.size ? end + 1 : end);
    }
    return text;
}
