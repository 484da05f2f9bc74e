/* SPDX-License-Identifier: MIT */
#include "base/url_mask.h"

#include "base/printable.h"

static const char mask[] = "***";

/* Where the authority begins: after "//", or at the start. */
static size_t authority_begin(struct span url)
{
    for (size_t i = 0; i + 1 < url.size; i++) {
        if (url.data[i] == '/' && url.data[i + 1] == '/') {
            return i + 2;
        }
    }
    return 0;
}

void url_mask_password(struct buf *to, struct span url)
{
    size_t begin = authority_begin(url);
    size_t colon = url.size; /* before the password */
    size_t at = url.size;    /* the last '@' of the authority */

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
        buf_append_span(to, url);
        return;
    }
    buf_append(to, url.data, colon + 1);
    buf_append_text(to, mask);
    buf_append_span(to, span_skip(url, at));
}

void url_mask_query(struct buf *to, struct span query)
{
    const char *between = "";

    while (query.size > 0) {
        struct span parameter = span_of(query.data, span_find(query, '&'));
        size_t equals = span_find(parameter, '=');
        bool is_ours = span_starts(parameter, "EIO=") ||
                       span_starts(parameter, "transport=");

        buf_append_text(to, between);
        if (is_ours || equals == parameter.size) {
            buf_append_span(to, parameter);
        } else {
            buf_append(to, parameter.data, equals + 1);
            buf_append_text(to, mask);
        }
        between = "&";
        query =
            span_skip(query, parameter.size < query.size ? parameter.size + 1
                                                         : query.size);
    }
}

void url_mask_secrets(struct buf *to, struct span url)
{
    size_t hash = span_find(url, '#');
    struct span whole = span_of(url.data, hash);
    size_t question = span_find(whole, '?');

    url_mask_password(to, span_of(url.data, question));
    if (question < whole.size) {
        buf_append_byte(to, '?');
        url_mask_query(to, span_skip(whole, question + 1));
    }
    if (hash < url.size) {
        buf_append_byte(to, '#');
        buf_append_text(to, mask);
    }
}

void url_mask_copy(char *to, size_t capacity, struct span url)
{
    struct buf masked;

    buf_init(&masked, url_mask_most(url.size));
    url_mask_secrets(&masked, url);
    if (buf_result(&masked) != SOCKFEED_OK) {
        buf_clear(&masked);
    }
    (void)printable_copy(to, capacity, buf_span(&masked));
    buf_deinit(&masked);
}
