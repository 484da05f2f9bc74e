/* SPDX-License-Identifier: MIT */
#include "base/span.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool span_equal_nocase(struct span a, struct span b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t i = 0; i < a.size; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

size_t span_find(struct span s, char byte)
{
    const char *at = s.size == 0 ? NULL : memchr(s.data, byte, s.size);

    return at == NULL ? s.size : (size_t)(at - s.data);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct span span_trim(struct span s)
{
    while (s.size > 0 && is_blank(s.data[0])) {
        s = span_skip(s, 1);
    }
    while (s.size > 0 && is_blank(s.data[s.size - 1])) {
        s.size--;
    }
    return s;
}
