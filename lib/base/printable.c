/* SPDX-License-Identifier: MIT */
#include "base/printable.h"

#include "base/utf8.h"

bool printable_is_hidden(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00,    0x1f   }, /* C0 */
        {0x7f,    0x9f   }, /* DEL, C1 */
        {0xad,    0xad   }, /* soft hyphen */
        {0x061c,  0x061c }, /* Arabic letter mark */
        {0x180e,  0x180e }, /* Mongolian vowel separator */
        {0x200b,  0x200b }, /* zero width space */
        {0x200e,  0x200f }, /* left-to-right, right-to-left mark */
        {0x2028,  0x202e }, /* separators, embeddings, overrides */
        {0x2060,  0x206f }, /* invisible operators, isolates, shapes */
        {0xfeff,  0xfeff }, /* byte order mark */
        {0xfff9,  0xfffb }, /* annotations */
        {0xe0000, 0xe007f}, /* tags */
    };

    if (point >= ' ' && point < 0x7f) {
        return false;
    }
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (point >= hidden[i].first && point <= hidden[i].last) {
            return true;
        }
    }
    return false;
}

size_t printable_copy(char *to, size_t capacity, struct span text)
{
    size_t used = 0;

    while (text.size > 0) {
        uint32_t point = 0;
        size_t size = utf8_decode(&point, text);
        bool shown = size > 0 && !printable_is_hidden(point);
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
