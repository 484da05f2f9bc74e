/* SPDX-License-Identifier: MIT */
#include "codec/cookie_line.h"

#include "base/num.h"

/* What browsers put before the lines of cookies that scripts may not see. */
static const char http_only[] = "#HttpOnly_";

/* The rest of a line, and where it stands in it. */
struct cursor {
    struct span rest;
    size_t offset;
};

static struct span take_field(struct cursor *cursor)
{
    size_t end = span_find(cursor->rest, '\t');
    struct span field = span_of(cursor->rest.data, end);

    end += end < cursor->rest.size ? 1 : 0;
    cursor->rest = span_skip(cursor->rest, end);
    cursor->offset += end;
    return field;
}

static bool read_flag(bool *flag, struct span field)
{
    *flag = span_equal_nocase(field, span_text("TRUE"));
    return *flag || span_equal_nocase(field, span_text("FALSE"));
}

static size_t find_control(struct span line)
{
    size_t i = 0;

    while (i < line.size && line.data[i] != '\x7f' &&
           ((unsigned char)line.data[i] >= 0x20 || line.data[i] == '\t')) {
        i++;
    }
    return i;
}

enum sockfeed_result cookie_line_decode(struct cookie_line *cookie,
                                        struct malformed *malformed,
                                        struct span line)
{
    struct cursor cursor = {line, 0};
    bool below;
    size_t start;
    uint64_t expires;

    if (span_starts(line, http_only)) {
        cursor.offset = strlen(http_only);
        cursor.rest = span_skip(line, cursor.offset);
    } else if (line.size == 0 || line.data[0] == '#') {
        return SOCKFEED_MORE;
    }
    if (find_control(line) < line.size) {
        return malformed_set(malformed, find_control(line),
                             "a control character");
    }
    cookie->domain = take_field(&cursor);
    if (span_starts(cookie->domain, ".")) {
        cookie->domain = span_skip(cookie->domain, 1);
    }
    if (cookie->domain.size == 0) {
        return malformed_set(malformed, 0, "expected a domain");
    }
    start = cursor.offset;
    if (!read_flag(&below, take_field(&cursor))) {
        return malformed_set(malformed, start, "expected TRUE or FALSE");
    }
    cookie->host_only = !below;
    start = cursor.offset;
    cookie->path = take_field(&cursor);
    if (!span_starts(cookie->path, "/")) {
        return malformed_set(malformed, start, "expected a path");
    }
    start = cursor.offset;
    if (!read_flag(&cookie->secure, take_field(&cursor))) {
        return malformed_set(malformed, start, "expected TRUE or FALSE");
    }
    start = cursor.offset;
    if (num_parse_uint(&expires, take_field(&cursor), INT64_MAX) !=
        SOCKFEED_OK) {
        return malformed_set(malformed, start, "expected seconds");
    }
    cookie->expires = (int64_t)expires;
    start = cursor.offset;
    cookie->name = take_field(&cursor);
    if (cookie->name.size == 0) {
        return malformed_set(malformed, start, "expected a name");
    }
    start = cursor.offset;
    cookie->value = take_field(&cursor);
    return cursor.rest.size == 0
               ? SOCKFEED_OK
               : malformed_set(malformed, start,
                               "expected a value without tabs");
}
