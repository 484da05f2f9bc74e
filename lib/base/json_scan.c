/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"

#include "base/json_scan_fast.h"
#include "base/json_scan_plain.h"
#include "base/limits.h"

#include <stdint.h>

enum {
    COPY_MAX = 4096 /* bytes; a copy costs little beside the plain scanner */
};

/* json_scan_fast takes less than 4 GiB. */
#define FAST_MAX (UINT32_MAX - LIMIT_RECEIVE_PAD)

static void move_span(struct span *span, const char *from, const char *to)
{
    if (span->data != NULL) {
        span->data = to + (span->data - from);
    }
}

/* A text of at most COPY_MAX bytes that has no padding of its own. */
static bool scan_copy(struct json_scan_result *result, struct span text,
                      bool known_utf8)
{
    char copy[COPY_MAX + LIMIT_RECEIVE_PAD];

    memcpy(copy, text.data, text.size);
    memset(copy + text.size, 0, LIMIT_RECEIVE_PAD);
    if (!json_scan_fast(result, span_of(copy, text.size), known_utf8)) {
        return false;
    }
    move_span(&result->value, copy, text.data);
    move_span(&result->first, copy, text.data);
    move_span(&result->rest, copy, text.data);
    return true;
}

static bool scan_fast(struct json_scan_result *result, struct span text,
                      unsigned flags)
{
    bool known_utf8 = (flags & JSON_SCAN_UTF8) != 0;

    if (JSON_SCAN_FAST == 0 || text.size == 0 || text.size >= FAST_MAX) {
        return false;
    }
    if ((flags & JSON_SCAN_PADDED) != 0) {
        return json_scan_fast(result, text, known_utf8);
    }
    return text.size <= COPY_MAX && scan_copy(result, text, known_utf8);
}

enum sockfeed_result json_scan(struct json_scan_result *result,
                               struct malformed *malformed, struct span text,
                               unsigned flags)
{
    if (scan_fast(result, text, flags)) {
        return SOCKFEED_OK;
    }
    return json_scan_plain(result, malformed, text, flags);
}
