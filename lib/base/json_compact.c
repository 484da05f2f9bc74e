/* SPDX-License-Identifier: MIT */
#include "base/json_compact.h"

/* The offset behind the string whose opening quote is at `at`. */
static size_t string_end(struct span text, size_t at)
{
    for (at++; at < text.size && text.data[at] != '"'; at++) {
        at += text.data[at] == '\\';
    }
    return at < text.size ? at + 1 : text.size;
}

void json_compact(struct buf *buf, struct span text)
{
    size_t kept = 0; /* what lies before has been appended or dropped */
    size_t at = 0;

    while (at < text.size) {
        char c = text.data[at];

        if (c == '"') {
            at = string_end(text, at);
            continue;
        }
        if (c == '\n' || c == '\r') {
            buf_append(buf, text.data + kept, at - kept);
            kept = at + 1;
        }
        at++;
    }
    if (at > kept) {
        buf_append(buf, text.data + kept, at - kept);
    }
}
