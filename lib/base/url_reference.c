/* SPDX-License-Identifier: MIT */
#include "base/url_reference.h"

static bool is_scheme_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

static bool has_scheme(struct span reference)
{
    size_t i = 0;

    while (i < reference.size && is_scheme_byte(reference.data[i])) {
        i++;
    }
    return i > 0 && i < reference.size && reference.data[i] == ':';
}

/* Without the last segment of the path that is in `to` from `start` on. */
static void drop_segment(struct buf *to, size_t start)
{
    while (to->size > start && to->data[to->size - 1] != '/') {
        to->size--;
    }
    to->size -= to->size > start ? 1 : 0;
}

/* RFC 3986, 5.2.4: the path, which begins with a slash, without its "." and
 * ".." segments. */
static void append_path(struct buf *to, struct span path)
{
    size_t start = to->size;

    while (path.size > 0) {
        struct span rest = span_skip(path, 1); /* the slash */
        size_t end = span_find(rest, '/');
        struct span segment = span_of(rest.data, end);
        bool last = end == rest.size;

        if (span_is(segment, "..")) {
            drop_segment(to, start);
        } else if (!span_is(segment, ".")) {
            buf_append_byte(to, '/');
            buf_append_span(to, segment);
            last = false;
        }
        /* A path that ends in a dot segment ends in a slash. */
        if (last) {
            buf_append_byte(to, '/');
        }
        path = span_skip(rest, end);
    }
}

static void append_target(struct buf *to, struct span target)
{
    size_t query = span_find(target, '?');

    append_path(to, span_of(target.data, query));
    buf_append_span(to, span_skip(target, query));
}

/* A reference that is relative to the folder of the path it stands in. */
static void append_relative(struct buf *to, struct span path,
                            struct span reference)
{
    struct buf whole;

    while (path.size > 0 && path.data[path.size - 1] != '/') {
        path.size--;
    }
    buf_init(&whole, path.size + reference.size + 1);
    buf_append_span(&whole, path);
    if (path.size == 0) {
        buf_append_byte(&whole, '/');
    }
    buf_append_span(&whole, reference);
    append_target(to, buf_span(&whole));
    if (buf_result(&whole) != SOCKFEED_OK && to->result == SOCKFEED_OK) {
        to->result = buf_result(&whole);
    }
    buf_deinit(&whole);
}

void url_reference_append(struct buf *to, struct span origin,
                          struct span target, struct span reference)
{
    struct span path = span_of(target.data, span_find(target, '?'));

    reference.size = span_find(reference, '#');
    if (has_scheme(reference)) {
        buf_append_span(to, reference);
    } else if (span_starts(reference, "//")) {
        buf_append(to, origin.data, span_find(origin, '/'));
        buf_append_span(to, reference);
    } else if (span_starts(reference, "/")) {
        buf_append_span(to, origin);
        append_target(to, reference);
    } else if (reference.size == 0) {
        buf_append_span(to, origin);
        buf_append_span(to, target);
    } else if (reference.data[0] == '?') {
        buf_append_span(to, origin);
        buf_append_span(to, path);
        buf_append_span(to, reference);
    } else {
        buf_append_span(to, origin);
        append_relative(to, path, reference);
    }
}
