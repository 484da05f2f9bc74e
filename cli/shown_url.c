/* SPDX-License-Identifier: MIT */
#include "cli/shown_url.h"

/* Where the authority begins: after `//`, or at the start. */
static size_t authority_begin(struct span url)
{
    for (size_t i = 0; i + 1 < url.size; i++) {
        if (url.data[i] == '/' && url.data[i + 1] == '/') {
            return i + 2;
        }
    }
    return 0;
}

void shown_url(struct buf *out, struct span url)
{
    size_t begin = authority_begin(url);
    size_t colon = url.size; /* before the password */
    size_t at = url.size;    /* the last `@` of the authority */

    for (size_t i = begin; i < url.size; i++) {
        char c = url.data[i];

        if (c == '/' || c == '?' || c == '#') {
            break;
        }
        if (c == ':' && colon == url.size) {
            colon = i;
        }
        at = c == '@' ? i : at;
    }
    if (at == url.size || colon > at) {
        buf_append_span(out, url);
        return;
    }
    buf_append(out, url.data, colon + 1);
    buf_append_text(out, "***");
    buf_append_span(out, span_skip(url, at));
}
